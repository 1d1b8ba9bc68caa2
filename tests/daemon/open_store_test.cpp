#include "daemon/open_store.h"

#include "daemon/instance.h"
#include "store/meta.h"
#include "store/migration_step.h"
#include "store/migrations.h"

#include <doctest/doctest.h>

namespace config = drawbridge::config;
namespace store = drawbridge::store;
using drawbridge::daemon::open_store;
using drawbridge::test::Instance;
using drawbridge::test::read_text;
using drawbridge::test::write_text;

namespace {

/// An instance whose database a first release left behind.
struct OldInstance : Instance {
    OldInstance() {
        std::filesystem::remove(folder.database());
        store::Database database(folder.database(), store::Database::Mode::read_write);
        const auto step = store::schema_1();
        database.execute(step.sql);
        if (step.then != nullptr) step.then(database, master);
        database.execute("PRAGMA user_version=1;");
        store::write_meta(database, store::meta::kDatabaseId, store::as_bytes("0123456789abcdef"));
    }

    [[nodiscard]] config::Config configuration() const {
        return config::load(folder.config()).config;
    }

    store::MasterKey master = folder.load_master_key();
};

int schema_of_file(const Instance& instance) {
    store::Database database(instance.folder.database(), store::Database::Mode::read_only);
    return store::schema_of(database);
}

}  // namespace

TEST_CASE("a database of the newest schema is opened with the moment it was found in") {
    const Instance instance;
    const auto loaded = config::load(instance.folder.config()).config;
    const auto opened = open_store(instance.folder, loaded, instance.folder.load_master_key());
    REQUIRE(opened.found);
    CHECK(opened.found->facts().schema == static_cast<unsigned>(store::newest_schema()));
    CHECK(!std::filesystem::exists(loaded.backup.folder));
}

TEST_CASE("a migration waits for a backup of what was there") {
    const OldInstance instance;
    const auto loaded = instance.configuration();
    {
        const auto opened = open_store(instance.folder, loaded, instance.master);
        CHECK(store::schema_of(*opened.database) == store::newest_schema());
        // Its journal has just begun: this is the first backup that goes with it.
        REQUIRE(opened.found);
        CHECK(store::journal_id_of(*opened.database));
    }
    const auto backups = store::BackupFolder(loaded.backup.folder).list();
    REQUIRE(backups.size() == 1);
    CHECK(backups.front().facts.kind == store::BackupKind::migration);
    CHECK(backups.front().facts.schema == 1);
    CHECK(
        store::verify_backup(backups.front().file, instance.master, nullptr) ==
        backups.front().facts
    );
}

TEST_CASE("without a backup nothing is migrated") {
    const OldInstance instance;
    const auto loaded = instance.configuration();
    write_text(loaded.backup.folder, "a file where the folder should be");
    CHECK_THROWS((void)open_store(instance.folder, loaded, instance.master));
    CHECK(schema_of_file(instance) == 1);
}

TEST_CASE("under another master key nothing is written, not even a backup") {
    const OldInstance instance;
    const auto loaded = instance.configuration();
    const auto other = store::MasterKey::create(instance.temp / "other.key");
    CHECK_THROWS((void)open_store(instance.folder, loaded, other));
    CHECK(schema_of_file(instance) == 1);
    CHECK(!std::filesystem::exists(loaded.backup.folder));
}

TEST_CASE("a missing database names the way back") {
    const Instance instance;
    const auto loaded = config::load(instance.folder.config()).config;
    std::filesystem::remove(instance.folder.database());
    CHECK_THROWS_WITH(
        (void)open_store(instance.folder, loaded, instance.folder.load_master_key()),
        doctest::Contains("is missing")
    );
}
