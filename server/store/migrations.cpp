#include "store/migrations.h"

#include "store/audit.h"
#include "store/meta.h"
#include "store/migration_step.h"
#include "store/ring_keys.h"
#include "store/sealer.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace drawbridge::store {
namespace {

// The step at index n leads from schema n to n + 1.
const std::array kSteps{&schema_1,  &schema_2,  &schema_3,  &schema_4,  &schema_5,  &schema_6,
                        &schema_7,  &schema_8,  &schema_9,  &schema_10, &schema_11, &schema_12,
                        &schema_13, &schema_14, &schema_15, &schema_16, &schema_17, &schema_18,
                        &schema_19, &schema_20, &schema_21, &schema_22, &schema_23, &schema_24,
                        &schema_25, &schema_26, &schema_27, &schema_28};

void set_schema(Database& database, int schema) {
    database.execute(fmt::format("PRAGMA user_version={};", schema).c_str());  // no parameters
}

/// In the transaction of the last step: only then is the table what this program writes.
void audit_migration(Database& database, const MasterKey& master, int from) {
    const Sealer sealer(database, master);
    const auto detail = fmt::format("schema {} to {}", from, newest_schema());
    const AuditEntry entry{"database.migrate", {}, {}, detail};
    append_audit(database, sealer, by_system(), entry, base::unix_ms());
}

void require_references(Database& database) {
    auto query = database.query("PRAGMA foreign_key_check");
    if (!query.step()) return;
    throw std::runtime_error(fmt::format(
        "the database is damaged and was not migrated: restore a backup (a row of {} refers to a "
        "row of {} that is not there)",
        query.text(0),
        query.text(2)
    ));
}

/// A table that others refer to can only be exchanged while SQLite does not look; each step is
/// checked as a whole instead.
class ReferencesUnchecked {
public:
    explicit ReferencesUnchecked(Database& database) : database_(database) {
        database_.execute("PRAGMA foreign_keys=OFF;");
    }

    ReferencesUnchecked(const ReferencesUnchecked&) = delete;
    ReferencesUnchecked& operator=(const ReferencesUnchecked&) = delete;

    ~ReferencesUnchecked() { database_.execute("PRAGMA foreign_keys=ON;"); }

private:
    Database& database_;
};

/// What stood in clear before a step stays in free pages until the file is written anew. Noted in
/// the database, so that a start that was interrupted here is followed by one that does it.
void vacuum_if_due(Database& database) {
    if (!read_meta(database, meta::kVacuumDue)) return;
    database.execute("VACUUM;");
    if (!database.truncate_log()) return;
    database.query("DELETE FROM meta WHERE key = ?").bind(meta::kVacuumDue).run();
}

// The one byte of the header that says so would switch the comparing off.
void require_checksums(Database& database) {
    if (database.has_page_checksums() || read_meta(database, meta::kVacuumDue)) return;
    throw std::runtime_error(
        "the database is damaged: its header says that pages have no checksums; restore a backup"
    );
}

/// `found` is the schema before the first step, 0 for a new database.
void apply(Database& database, const MasterKey& master, int schema, int found) {
    const auto step = kSteps.at(static_cast<std::size_t>(schema))();
    database.execute("BEGIN IMMEDIATE;");
    try {
        database.execute(step.sql);
        if (step.then != nullptr) step.then(database, master);
        require_references(database);
        set_schema(database, schema + 1);
        if (found > 0 && schema + 1 == newest_schema()) audit_migration(database, master, found);
        database.execute("COMMIT;");
    } catch (...) {
        if (database.in_transaction()) database.execute("ROLLBACK;");
        throw;
    }
}

std::vector<std::string> findings(const Database& database, Query check) {
    std::vector<std::string> problems;
    while (check.step()) {
        if (auto line = check.text(0); line != "ok") problems.push_back(std::move(line));
    }
    if (!problems.empty()) database.require_readable();
    return problems;
}

}  // namespace

int newest_schema() {
    return static_cast<int>(kSteps.size());
}

int schema_of(Database& database) {
    auto query = database.query("PRAGMA user_version");
    return query.step() ? static_cast<int>(query.integer(0)) : 0;
}

void require_migratable(Database& database, const MasterKey& master) {
    const int found = schema_of(database);
    if (found > newest_schema()) {
        throw std::runtime_error(fmt::format(
            "the database has schema {}, this program knows schemas up to {}: "
            "install the newer drawbridged that wrote it",
            found,
            newest_schema()
        ));
    }
    require_master_key(database, master);
}

bool is_migrated(Database& database) {
    return schema_of(database) == newest_schema() && !read_meta(database, meta::kVacuumDue);
}

void migrate(Database& database, const MasterKey& master) {
    require_migratable(database, master);
    const int found = schema_of(database);
    if (found == newest_schema()) {
        vacuum_if_due(database);
        return require_checksums(database);
    }
    if (const auto problems = quick_check(database); !problems.empty()) {
        throw std::runtime_error(
            "the database is damaged and was not migrated: restore a backup (" + problems.front() +
            ")"
        );
    }
    {
        const ReferencesUnchecked unchecked(database);
        for (int schema = found; schema < newest_schema(); ++schema) {
            apply(database, master, schema, found);
        }
    }
    vacuum_if_due(database);
    require_checksums(database);
}

std::vector<std::string> quick_check(Database& database) {
    return findings(database, database.query("PRAGMA quick_check(20)"));
}

std::vector<std::string> integrity_check(Database& database) {
    return findings(database, database.query("PRAGMA integrity_check(20)"));
}

}  // namespace drawbridge::store
