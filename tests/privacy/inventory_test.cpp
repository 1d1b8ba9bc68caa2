// docs/privacy.md against the schema, the seal declarations and what an instance writes.
#include "daemon/instance.h"
#include "privacy/document.h"
#include "privacy/retention.h"
#include "store/database.h"
#include "store/meta.h"
#include "store/migrations.h"
#include "store/sealed_columns.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <string>

using drawbridge::base::kDayMs;
using drawbridge::store::Database;
using drawbridge::test::parse_privacy_document;
using drawbridge::test::PrivacyDocument;
using drawbridge::test::read_privacy_document;
namespace meta = drawbridge::store::meta;
namespace privacy = drawbridge::privacy;
using Names = std::set<std::string>;

namespace {

const Names kSealings{"yes", "no", "blind index", "hash", "wrapped"};

/// Every `table.column` of a database made anew.
Names schema_columns() {
    const drawbridge::test::TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    const auto master = drawbridge::store::MasterKey::create(folder / "master.key");
    drawbridge::store::migrate(database, master);
    auto query = database.query(
        "SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c "
        "WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    );
    Names names;
    while (query.step()) {
        names.insert(query.text(0));
    }
    return names;
}

/// What the document covers, the keys of `meta` taken together.
Names documented_columns(const PrivacyDocument& document) {
    Names names;
    for (const auto& [name, column] : document.columns) {
        names.insert(name.substr(0, name.find('[')));
    }
    return names;
}

Names documented_meta_keys(const PrivacyDocument& document) {
    constexpr std::string_view kPrefix = "meta.value[";
    Names keys;
    for (const auto& [name, column] : document.columns) {
        if (!name.starts_with(kPrefix)) continue;
        keys.insert(name.substr(kPrefix.size(), name.size() - kPrefix.size() - 1));
    }
    return keys;
}

Names missing_from(const Names& those, const Names& whole) {
    Names missing;
    std::ranges::set_difference(those, whole, std::inserter(missing, missing.end()));
    return missing;
}

std::string listed(const Names& names) {
    std::string text;
    for (const auto& name : names) {
        text += " " + name;
    }
    return text;
}

void check_equal(const Names& documented, const Names& real) {
    const auto lost = missing_from(real, documented);
    CHECK_MESSAGE(lost.empty(), "docs/privacy.md does not name" << listed(lost));
    const auto gone = missing_from(documented, real);
    CHECK_MESSAGE(gone.empty(), "docs/privacy.md names what there is not:" << listed(gone));
}

}  // namespace

TEST_CASE("the document can be read") {
    const auto document = read_privacy_document();
    for (const auto& fault : document.faults) {
        FAIL_CHECK(fault);
    }
    CHECK(document.columns.size() > 100);
}

TEST_CASE("every stored column is in the document, and no other") {
    check_equal(documented_columns(read_privacy_document()), schema_columns());
}

TEST_CASE("every value of meta is in the document, and no other") {
    check_equal(
        documented_meta_keys(read_privacy_document()),
        {std::string(meta::kDatabaseId),
         std::string(meta::kVacuumDue),
         std::string(meta::kCommits),
         std::string(meta::kJournal),
         std::string(meta::kJournalId),
         std::string(meta::kTagKey),
         std::string(meta::kTagVersion),
         std::string(meta::kHorizon),
         std::string(meta::kMasterSince)}
    );
}

TEST_CASE("\"sealed\" is said where the code seals, and nowhere else") {
    Names documented;
    for (const auto& [name, column] : read_privacy_document().columns) {
        CHECK_MESSAGE(kSealings.contains(column.sealed), name << ": " << column.sealed);
        if (column.sealed == "yes") documented.insert(name);
    }
    Names declared;
    for (const auto& column : drawbridge::store::sealed_columns()) {
        declared.emplace(column.name);
    }
    check_equal(documented, declared);
}

TEST_CASE("every sealed column is declared once, and can be walked and rewritten") {
    const drawbridge::test::TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    drawbridge::store::migrate(
        database,
        drawbridge::store::MasterKey::create(folder / "master.key")
    );
    std::set<drawbridge::store::Column> ids;
    for (const auto& column : drawbridge::store::sealed_columns()) {
        INFO(column.name);
        CHECK(ids.insert(column.id).second);
        (void)database.query(column.scan);  // throws when a table or column is not there
        (void)database.query(column.rewrite);
    }
}

TEST_CASE("a blind index is called one, and nothing else is") {
    for (const auto& [name, column] : read_privacy_document().columns) {
        const bool is_index = name.ends_with("idx");
        CHECK_MESSAGE((column.sealed == "blind index") == is_index, name);
    }
}

TEST_CASE("every column is kept as the retention table says of its table") {
    std::map<std::string, Names> declared;
    for (const auto& rule : privacy::retention_rules()) {
        for (const auto table : rule.tables) {
            declared[std::string(table)].emplace(rule.name);
        }
    }
    for (const auto& [name, column] : read_privacy_document().columns) {
        INFO(name);
        check_equal(column.categories, declared[name.substr(0, name.find('.'))]);
    }
}

TEST_CASE("every category is explained, with its default") {
    const auto document = read_privacy_document();
    Names declared;
    for (const auto& rule : privacy::retention_rules()) {
        const std::string name(rule.name);
        declared.insert(name);
        const auto period = document.periods.find(name);
        CHECK_MESSAGE((period != document.periods.end()) == rule.is_configured, name);
        if (period == document.periods.end()) continue;
        REQUIRE_MESSAGE(rule.period, name);
        CHECK_MESSAGE(period->second == std::to_string(*rule.period / kDayMs) + " days", name);
    }
    check_equal(document.categories, declared);
}

TEST_CASE("every file and value of a new instance is in the document") {
    const drawbridge::test::Instance instance;
    const auto document = read_privacy_document();
    for (const auto& entry : std::filesystem::directory_iterator(instance.folder.path())) {
        const auto name = entry.path().filename().string();
        CHECK_MESSAGE(document.files.contains(name), name);
    }
    Database database(instance.folder.database(), Database::Mode::read_only);
    auto query = database.query("SELECT key FROM meta");
    const auto keys = documented_meta_keys(document);
    while (query.step()) {
        CHECK_MESSAGE(keys.contains(query.text(0)), query.text(0));
    }
}

TEST_CASE("the reader sees columns that share a row, doubles and rows that are too short") {
    const auto document = parse_privacy_document(
        "### Columns\n| column | what | why | sealed | kept |\n|---|---|---|---|---|\n"
        "| `a.x`, `.y` | w | w | yes | `forever` |\n| `b.z`, `a.x` | w | w | no | `forever` |\n"
        "| `c.z` | w | no | `forever` |\n\n### How long\n| category | default | until "
        "|\n|---|---|---|\n"
        "| `forever` | | never |\n| `short` | 3 days | then |\n"
    );
    REQUIRE(document.columns.size() == 3);
    CHECK(document.columns.at("a.y").sealed == "yes");
    CHECK(document.columns.at("b.z").categories == Names{"forever"});
    CHECK(document.faults.size() == 2);
    CHECK(document.categories == Names{"forever", "short"});
    CHECK(document.periods == std::map<std::string, std::string>{{"short", "3 days"}});
    CHECK(document.files.empty());
}
