#include "store/key_rotation.h"

#include "store/files.h"
#include "store/key_ring.h"
#include "store/keyring_table.h"
#include "store/meta.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

using namespace drawbridge::store;
using drawbridge::test::TempFolder;

namespace {

constexpr drawbridge::base::UnixMs kNow = 1'763'690'000'000;
constexpr std::size_t kLimit = std::size_t{64} << 20;

struct Instance {
    TempFolder folder;
    std::filesystem::path file = folder / "a.db";
    std::filesystem::path key_file = folder / "master.key";
    MasterKey old_key = MasterKey::create(key_file);
    MasterKey new_key = MasterKey::generate();
    Database database{file, Database::Mode::read_write};
    BackupFolder backups{folder / "backups"};

    Instance() {
        migrate(database, old_key);
        write_meta(database, meta::kDatabaseId, as_bytes("0123456789abcdef"));
    }

    template <class F>
    void transaction(F&& work, bool commits = true) {
        database.execute("BEGIN IMMEDIATE;");
        work();
        database.execute(commits ? "COMMIT;" : "ROLLBACK;");
    }

    template <class F>
    void transaction(KeyRing& ring, drawbridge::base::UnixMs now, F&& work, bool commits = true) {
        database.execute("BEGIN IMMEDIATE;");
        ring.begun(database, now);
        work();
        if (!commits) return database.execute("ROLLBACK;");
        ring.ending(database);
        database.execute("COMMIT;");
        if (ring.committed()) CHECK(database.truncate_log());
    }

    Backup back_up() {
        return backups
            .make(std::make_unique<Snapshot>(file, kNow), BackupKind::asked, old_key, nullptr);
    }

    std::vector<RingSlot> slots() { return KeyringTable(database).read(RingRow::current); }

    [[nodiscard]] bool on_disk(ByteView bytes) const {
        for (const auto* suffix : {"", "-wal"}) {
            const auto path = file.string() + suffix;
            if (!std::filesystem::exists(path)) continue;
            const auto content = read_file(path, kLimit);
            if (!std::ranges::search(content, bytes).empty()) return true;
        }
        return false;
    }
};

Bytes seal(const Sealer& sealer) {
    return sealer.seal(Column::ban_reason, row_id(1), as_bytes("made up"));
}

bool reads(const Sealer& sealer, ByteView cell) {
    return sealer.open(Column::ban_reason, row_id(1), cell).has_value();
}

}  // namespace

TEST_CASE("while a rotation is under way either master key opens everything") {
    Instance instance;
    const auto cell = seal(Sealer(instance.database, instance.old_key));
    const auto old_slots = instance.slots();
    CHECK_FALSE(is_rotation_pending(instance.database));
    instance.transaction([&] { wrap_ring(instance.database, instance.old_key, instance.new_key); });
    CHECK(is_rotation_pending(instance.database));
    CHECK(reads(Sealer(instance.database, instance.old_key), cell));
    CHECK(reads(Sealer(instance.database, instance.new_key), cell));

    SUBCASE("the new one is in place: the rotation ends") {
        instance.transaction([&] {
            CHECK(settle_ring(instance.database, instance.new_key) == Settled::ended);
        });
        CHECK(reads(Sealer(instance.database, instance.new_key), cell));
        CHECK_THROWS_WITH_AS(
            Sealer(instance.database, instance.old_key),
            doctest::Contains("not the key of this database"),
            std::runtime_error
        );
        REQUIRE(instance.database.truncate_log());
        for (const auto& slot : old_slots)
            CHECK_FALSE(instance.on_disk(slot.wrapped));
    }
    SUBCASE("the old one is in place: it is taken back") {
        instance.transaction([&] {
            CHECK(settle_ring(instance.database, instance.old_key) == Settled::taken_back);
        });
        CHECK(reads(Sealer(instance.database, instance.old_key), cell));
        CHECK_THROWS_AS(Sealer(instance.database, instance.new_key), std::runtime_error);
    }
    SUBCASE("a third key opens nothing and changes nothing") {
        instance.transaction(
            [&] {
                CHECK_THROWS_AS(
                    settle_ring(instance.database, MasterKey::generate()),
                    std::runtime_error
                );
            },
            false
        );
        CHECK(is_rotation_pending(instance.database));
    }
    if (!is_rotation_pending(instance.database)) {
        const auto& row = RingRow::next;
        CHECK(KeyringTable(instance.database).read(row).empty());
    }
    CHECK(instance.slots().size() == old_slots.size());
}

TEST_CASE("keys made in the middle of a rotation are there whichever way it goes") {
    for (const bool ends : {true, false}) {
        CAPTURE(ends);
        Instance instance;
        KeyRing ring(instance.database, instance.old_key.copy());
        instance.transaction(ring, kNow, [] {});
        instance.transaction(ring, kNow, [&] {
            ring.begin_rotation(instance.database, instance.new_key.copy());
        });
        CHECK(ring.is_master(instance.old_key));
        // An hour of the next week comes, and a re-encryption begins.
        instance.transaction(ring, kNow + kWeekMs, [&] { ring.renew(instance.database); });
        const auto cell = seal(*ring.sealer());
        const auto& in_place = ends ? instance.new_key : instance.old_key;
        instance.transaction(ring, kNow + kWeekMs, [&] {
            const auto settled = ring.settle_rotation(instance.database, in_place);
            CHECK((settled == Settled::ended) == ends);
        });
        CHECK(ring.is_master(in_place));
        instance.transaction(ring, kNow + 2 * kWeekMs, [] {});
        const Sealer anew(instance.database, in_place);
        CHECK(reads(anew, cell));
        CHECK(anew.keys()->all().size() == ring.sealer()->keys()->all().size());
        const auto& other = ends ? instance.old_key : instance.new_key;
        CHECK_THROWS_AS(Sealer(instance.database, other), std::runtime_error);
    }
}

TEST_CASE("a beginning or an end that is not committed leaves the ring as it was") {
    Instance instance;
    KeyRing ring(instance.database, instance.old_key.copy());
    instance.transaction(ring, kNow, [] {});
    const auto begin = [&] { ring.begin_rotation(instance.database, instance.new_key.copy()); };
    instance.transaction(ring, kNow, begin, false);
    instance.transaction(ring, kNow + kWeekMs, [] {});  // makes keys
    CHECK_FALSE(is_rotation_pending(instance.database));
    CHECK_THROWS_AS(Sealer(instance.database, instance.new_key), std::runtime_error);

    // Rolled back alone, with others in its transaction.
    instance.transaction(ring, kNow + kWeekMs, [&] {
        instance.database.execute("SAVEPOINT job;");
        begin();
        instance.database.execute("ROLLBACK TO job; RELEASE job;");
    });
    instance.transaction(ring, kNow + 2 * kWeekMs, [] {});
    CHECK_FALSE(is_rotation_pending(instance.database));

    instance.transaction(ring, kNow + 2 * kWeekMs, begin);
    const auto end = [&] { (void)ring.settle_rotation(instance.database, instance.new_key); };
    instance.transaction(ring, kNow + 2 * kWeekMs, end, false);
    instance.transaction(ring, kNow + 3 * kWeekMs, [] {});
    CHECK(ring.is_master(instance.old_key));
    instance.transaction(ring, kNow + 3 * kWeekMs, end);
    CHECK(ring.is_master(instance.new_key));
    CHECK(
        Sealer(instance.database, instance.new_key).keys()->all().size() ==
        ring.sealer()->keys()->all().size()
    );
}

TEST_CASE("backups made before open by the new master key alone, and so does what is in them") {
    Instance instance;
    const auto backup = instance.back_up();
    const auto foreign = instance.backups.path() / "foreign.backup";
    std::ofstream(foreign) << "no backup at all";
    const auto wrapped = wrap_backups(instance.backups, instance.old_key, instance.new_key);
    CHECK(wrapped.done == 1);
    CHECK(wrapped.foreign == std::vector<std::string>{"foreign.backup"});
    CHECK_NOTHROW(verify_backup(backup.file, instance.old_key, nullptr));
    CHECK_NOTHROW(verify_backup(backup.file, instance.new_key, nullptr));

    SUBCASE("it ends") {
        settle_backups(instance.backups, instance.new_key);
        CHECK_NOTHROW(verify_backup(backup.file, instance.new_key, nullptr));
        CHECK_THROWS_AS(verify_backup(backup.file, instance.old_key, nullptr), BackupError);
        const auto plain = instance.folder / "plain.db";
        unpack_backup(backup.file, plain, instance.new_key, nullptr);
        Database copy(plain, Database::Mode::read_write);
        CHECK_THROWS_AS(Sealer(copy, instance.old_key), std::runtime_error);
        const MasterKey file_key(backup_file_key(backup.file, instance.new_key));
        hand_over_keys(copy, file_key, instance.new_key);
        CHECK_NOTHROW(Sealer(copy, instance.new_key));
        CHECK_THROWS_AS(Sealer(copy, file_key), std::runtime_error);
        hand_over_keys(copy, file_key, instance.new_key);  // nothing is left to be done
        CHECK_NOTHROW(Sealer(copy, instance.new_key));
    }
    SUBCASE("it is taken back") {
        settle_backups(instance.backups, instance.old_key);
        CHECK_NOTHROW(verify_backup(backup.file, instance.old_key, nullptr));
        CHECK_THROWS_AS(verify_backup(backup.file, instance.new_key, nullptr), BackupError);
    }
    CHECK(std::filesystem::file_size(foreign) == 16);
}

TEST_CASE("a start settles what a crash has left, by the key that is in place") {
    for (const bool ends : {true, false}) {
        CAPTURE(ends);
        Instance instance;
        const auto cell = seal(Sealer(instance.database, instance.old_key));
        const auto backup = instance.back_up();
        instance.transaction([&] {
            wrap_ring(instance.database, instance.old_key, instance.new_key);
        });
        (void)wrap_backups(instance.backups, instance.old_key, instance.new_key);
        const auto unfinished = instance.folder / "master.key.aB3dE9";
        std::ofstream(unfinished) << "half a key";
        const auto other_file = instance.folder / "master.key.old.copy";
        std::ofstream(other_file) << "somebody's own";
        const auto& in_place = ends ? instance.new_key : instance.old_key;
        settle_rotation_at_start(instance.database, instance.backups, in_place, instance.key_file);
        CHECK_FALSE(is_rotation_pending(instance.database));
        CHECK(reads(Sealer(instance.database, in_place), cell));
        CHECK_NOTHROW(verify_backup(backup.file, in_place, nullptr));
        CHECK_FALSE(std::filesystem::exists(unfinished));
        CHECK(std::filesystem::exists(other_file));
        auto query = instance.database.query("SELECT action FROM audit ORDER BY seq DESC LIMIT 1");
        REQUIRE(query.step());
        CHECK(query.text(0) == (ends ? "key.rotate.done" : "key.rotate.undone"));
    }
}
