#include "store/reencryption.h"

#include "store/audit.h"
#include "store/audit_verify.h"
#include "store/files.h"
#include "store/keyring_table.h"
#include "store/migrations.h"
#include "store/ring_keys.h"
#include "store/sealed_columns.h"
#include "store/sealed_rows.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <string>

using namespace drawbridge::store;
using drawbridge::test::SealedRows;
using drawbridge::test::TempFolder;

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kNow = SealedRows::kNow;
constexpr std::size_t kLimit = std::size_t{64} << 20;

/// A database with rows in every sealed column, and the store thread's work on it.
struct Instance {
    TempFolder folder;
    std::filesystem::path file = folder / "a.db";
    Database database{file, Database::Mode::read_write};
    MasterKey master = MasterKey::create(folder / "master.key");
    std::unique_ptr<KeyRing> ring;
    CheckWalk walk;
    bool log_must_go = false;

    Instance() {
        migrate(database, master);
        restart();
        database.execute("BEGIN IMMEDIATE;");
        ring->begun(database, kNow - kWeekMs);
        ring->ending(database);
        database.execute("COMMIT;");
        (void)ring->committed();
        transaction([&] { rows().fill(); });
    }

    /// What a kill leaves: the file.
    void restart() {
        ring = std::make_unique<KeyRing>(database, master.copy());
        walk = {};
    }

    [[nodiscard]] const Sealer& sealer() const { return *ring->sealer(); }

    [[nodiscard]] SealedRows rows() { return {database, sealer()}; }

    template <class F>
    void transaction(F&& work, bool commits = true) {
        database.execute("BEGIN IMMEDIATE;");
        ring->begun(database, kNow);
        work();
        if (!commits) return database.execute("ROLLBACK;");
        ring->ending(database);
        database.execute("COMMIT;");
        if (ring->committed()) log_must_go = true;
        if (log_must_go) log_must_go = !database.truncate_log();
    }

    [[nodiscard]] bool begin() {
        bool begun = false;
        transaction([&] {
            begun = begin_reencryption(database, *ring, count_cells(database), kNow);
        });
        return begun;
    }

    /// As small as steps get.
    ReencryptionStep step(bool commits = true) {
        ReencryptionStep step;
        const auto work = [&] {
            step = continue_reencryption(database, *ring, walk, kNow + 1, Clock::now());
        };
        transaction(work, commits);
        if (commits) walk = step.walk;
        return step;
    }

    ReencryptionStep::Finished finish() {
        for (int i = 0; i < 10'000; ++i) {
            if (auto done = step(); done.finished) return *done.finished;
        }
        FAIL("it does not come to an end");
        return {};
    }

    struct Cell {
        Column column;
        Bytes id;
        Bytes bytes;
    };

    /// Every sealed cell there is.
    std::vector<Cell> cells() {
        std::vector<Cell> cells;
        for (const auto& column : sealed_columns()) {
            auto query = database.query(column.scan);
            query.bind_null().bind_null().bind(std::int64_t{100'000});
            while (query.step()) {
                cells.push_back({column.id, scanned_row_id(column, query), query.blob(2)});
            }
        }
        return cells;
    }

    std::int64_t readable() {
        return std::ranges::count_if(cells(), [&](const Cell& cell) {
            return sealer().open(cell.column, cell.id, cell.bytes).has_value();
        });
    }

    std::optional<std::int64_t> find_tag(std::string_view tag) {
        const auto indexes = sealer().indexes(as_bytes(tag));
        for (const auto& index : {std::optional(indexes.now), indexes.before}) {
            if (!index) continue;
            auto query = database.query("SELECT id FROM tags WHERE idx = ?");
            if (query.bind(ByteView(*index)).step()) return query.integer(0);
        }
        return std::nullopt;
    }

    [[nodiscard]] bool on_disk(ByteView bytes) const {
        for (const auto* suffix : {"", "-wal"}) {
            const auto path = file.string() + suffix;
            if (!std::filesystem::exists(path)) continue;
            const auto content = read_file(path, kLimit);
            if (!std::ranges::search(content, bytes).empty()) return true;
        }
        return false;
    }

    bool audit_is_whole() {
        const auto all = std::numeric_limits<std::int64_t>::max();
        return !verify_audit(database, sealer(), {}, std::nullopt, all).broken;
    }
};

}  // namespace

TEST_CASE("every sealed column has rows here, and each is rewritten") {
    Instance instance;
    std::set<Column> filled;
    const auto before = instance.cells();
    for (const auto& cell : before)
        filled.insert(cell.column);
    for (const auto& column : sealed_columns())
        CHECK_MESSAGE(filled.contains(column.id), column.name);
    CHECK(count_cells(instance.database) == static_cast<std::int64_t>(before.size()));
    const auto slots = KeyringTable(instance.database).read(RingRow::current);

    REQUIRE(instance.begin());
    const auto finished = instance.finish();
    CHECK(finished.record.rewritten == static_cast<std::int64_t>(before.size()));
    CHECK(finished.unreadable == 0);
    CHECK(percent_of(finished.record) == 100);
    CHECK(instance.readable() == static_cast<std::int64_t>(before.size()));
    for (const auto& cell : before) {
        CHECK_FALSE(instance.sealer().open(cell.column, cell.id, cell.bytes).has_value());
    }
    // Of the old keys those of the audit alone are left, and no file holds another.
    const auto keys = instance.sealer().keys();
    for (const auto& slot : slots) {
        const bool is_audit = slot.purpose == static_cast<std::uint32_t>(KeyPurpose::audit);
        CHECK((keys->find(slot.id) != nullptr) == is_audit);
        CHECK(instance.on_disk(slot.wrapped) == is_audit);
    }
    CHECK(keys->previous_index() == nullptr);
    CHECK(instance.audit_is_whole());
    CHECK(instance.find_tag("tag 1") == 1);
    CHECK(integrity_check(instance.database).empty());
}

TEST_CASE("all is read and found at every moment, whatever the kill leaves") {
    Instance instance;
    const auto all = static_cast<std::int64_t>(instance.cells().size());
    REQUIRE(instance.begin());
    int steps = 0;
    for (bool going = true; going; ++steps) {
        REQUIRE(instance.readable() == all);
        REQUIRE(instance.find_tag("tag 1") == 1);
        REQUIRE(instance.find_tag("tag 99") == 99);
        if (steps % 3 == 1) (void)instance.step(false);  // a transaction that came to nothing
        if (steps < 40 && steps % 4 == 2) instance.restart();
        going = !instance.step().finished;
    }
    CHECK(steps > 20);
    CHECK(instance.readable() == all);
    CHECK(instance.audit_is_whole());
    instance.restart();
    CHECK(instance.readable() == all);
    CHECK_FALSE(instance.step().has_more);
}

TEST_CASE("what is written meanwhile is under the new keys, and looked up under both") {
    Instance instance;
    REQUIRE(instance.begin());
    const auto sealed = instance.sealer().keys();
    REQUIRE(sealed->previous_index() != nullptr);
    (void)instance.step();
    instance.transaction([&] {
        instance.rows().add_event(1000);
        instance.rows().add_tag(1000, "new tag");
        append_audit(instance.database, instance.sealer(), by_system(), {"test.x", {}, {}, {}}, 1);
    });
    CHECK(instance.find_tag("new tag") == 1000);
    const auto all = static_cast<std::int64_t>(instance.cells().size());
    const auto finished = instance.finish();
    CHECK(finished.record.rewritten == all - 3);
    CHECK(instance.readable() == all);
    CHECK(instance.find_tag("new tag") == 1000);
    CHECK(instance.audit_is_whole());
}

TEST_CASE("a second one does not begin before the first has ended") {
    Instance instance;
    CHECK_FALSE(read_reencryption(instance.database).has_value());
    REQUIRE(instance.begin());
    const auto keys = instance.sealer().keys()->all().size();
    CHECK_FALSE(instance.begin());
    CHECK(instance.sealer().keys()->all().size() == keys);
    (void)instance.finish();
    const auto once = instance.cells();
    REQUIRE(instance.begin());
    const auto record = read_reencryption(instance.database);
    REQUIRE(record.has_value());
    CHECK_FALSE(record->finished_at.has_value());
    CHECK(record->rewritten == 0);
    CHECK(instance.finish().record.rewritten == static_cast<std::int64_t>(once.size()));
    for (const auto& cell : once) {
        CHECK_FALSE(instance.sealer().open(cell.column, cell.id, cell.bytes).has_value());
    }
}

TEST_CASE("a beginning that is rolled back leaves its neighbours sealing under keys that stay") {
    Instance instance;
    Bytes cell;
    instance.transaction([&] {
        instance.database.execute("SAVEPOINT job;");
        REQUIRE(begin_reencryption(instance.database, *instance.ring, 1, kNow));
        instance.database.execute("ROLLBACK TO job; RELEASE job;");
        cell = instance.sealer().seal(Column::ban_reason, row_id(7), as_bytes("neighbour"));
    });
    CHECK_FALSE(read_reencryption(instance.database).has_value());
    instance.restart();
    CHECK(instance.sealer().open(Column::ban_reason, row_id(7), cell).has_value());
}

TEST_CASE("in the transaction that begins it nothing is walked: the new keys are not used yet") {
    Instance instance;
    instance.transaction([&] {
        REQUIRE(begin_reencryption(instance.database, *instance.ring, 1, kNow));
        const auto step =
            continue_reencryption(instance.database, *instance.ring, {}, kNow, Clock::now());
        CHECK(step.has_more);
    });
    CHECK(instance.finish().record.rewritten == static_cast<std::int64_t>(instance.cells().size()));
}

TEST_CASE("a cell that comes back behind the walk is found before the old keys go") {
    Instance instance;
    auto query = instance.database.query("SELECT value FROM tags WHERE id = 5");
    REQUIRE(query.step());
    const auto old = query.blob(0);
    { const Query done = std::move(query); }
    REQUIRE(instance.begin());
    while (!read_reencryption(instance.database)->is_checking)
        (void)instance.step();
    instance.transaction([&] {
        instance.database.query("UPDATE tags SET value = ? WHERE id = 5").bind(ByteView(old)).run();
    });
    (void)instance.finish();
    CHECK(instance.readable() == static_cast<std::int64_t>(instance.cells().size()));
}

TEST_CASE("a cell that was altered stays as it is and does not stop the others") {
    Instance instance;
    const auto all = static_cast<std::int64_t>(instance.cells().size());
    instance.transaction([&] {
        instance.database.execute(
            "UPDATE bans SET reason = x'0102'; "
            "UPDATE tags SET value = zeroblob(76) WHERE id = 7;"
        );
    });
    REQUIRE(instance.begin());
    const auto finished = instance.finish();
    CHECK(finished.unreadable == 2);
    CHECK(finished.record.rewritten == all - 2);
    CHECK(instance.readable() == all - 2);
}
