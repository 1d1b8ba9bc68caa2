#include "store/reencryption.h"

#include "store/audit.h"
#include "store/audit_verify.h"
#include "store/files.h"
#include "store/keyring_table.h"
#include "store/meta.h"
#include "store/migrations.h"
#include "store/ring_keys.h"
#include "store/sealed_columns.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <string>

using namespace drawbridge::store;
using drawbridge::test::TempFolder;

namespace {

using Clock = std::chrono::steady_clock;

constexpr drawbridge::base::UnixMs kNow = 1'763'690'000'000;
constexpr std::size_t kLimit = std::size_t{64} << 20;
constexpr int kEvents = 300;
const std::string kTag(32, 't');

std::string event_id(int number) {
    auto id = "event-" + std::to_string(number);
    id.resize(16, '.');
    return id;
}

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
        transaction([&] { fill(); });
    }

    /// What a kill leaves: the file.
    void restart() {
        ring = std::make_unique<KeyRing>(database, master.copy());
        walk = {};
    }

    [[nodiscard]] const Sealer& sealer() const { return *ring->sealer(); }

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

    void add_event(int number) {
        const auto id = event_id(number);
        const auto text = "payload " + std::to_string(number);
        const auto cell = sealer().seal_dated(
            KeyPurpose::event,
            kNow - (number % 2) * kWeekMs,
            Column::event_payload,
            as_bytes(id),
            as_bytes(text)
        );
        database
            .query(
                "INSERT INTO events(id, server_id, type, at, received_at, mode, payload) "
                "VALUES(?, 1, 9, 1, 1, 1, ?)"
            )
            .bind(as_bytes(id))
            .bind(ByteView(cell))
            .run();
    }

    void add_named(const char* sql, Column column, std::string_view id, std::string_view name) {
        const auto cell = sealer().seal(column, as_bytes(id), as_bytes(name));
        const auto index = sealer().indexes(column, as_bytes(name)).now;
        database.query(sql).bind(id).bind(ByteView(cell)).bind(ByteView(index)).run();
    }

    void add_tag(std::int64_t id, std::string_view tag) {
        const auto cell = sealer().seal(Column::tag_value, row_id(id), as_bytes(tag));
        const auto index = sealer().indexes(as_bytes(tag)).now;
        database
            .query(
                "INSERT INTO tags(id, idx, type, value, first_seen, last_seen) "
                "VALUES(?, ?, 1, ?, 1, 1)"
            )
            .bind(id)
            .bind(ByteView(index))
            .bind(ByteView(cell))
            .run();
    }

    void add_ban(std::int64_t number) {
        const auto cell = [&](Column column) {
            return sealer().seal(column, row_id(number), as_bytes("said"));
        };
        const auto reason = cell(Column::ban_reason);
        const auto issuer = cell(Column::ban_issuer);
        const auto by = cell(Column::ban_decided_by);
        const auto note = cell(Column::ban_decision);
        database
            .query(
                "INSERT INTO bans(number, state, category, reason, issuer, decided_by, "
                "decision_note, created_at) VALUES(?, 1, 1, ?, ?, ?, ?, 1)"
            )
            .bind(number)
            .bind(ByteView(reason))
            .bind(ByteView(issuer))
            .bind(ByteView(by))
            .bind(ByteView(note))
            .run();
        const auto evidence = cell(Column::ban_evidence);
        database.query("INSERT INTO ban_evidence VALUES(?1, ?1, 1, 2, ?2)")
            .bind(number)
            .bind(ByteView(evidence))
            .run();
        const auto who = cell(Column::ban_change_who);
        const auto why = cell(Column::ban_change_reason);
        database
            .query(
                "INSERT INTO ban_changes(id, ban_number, at, to_state, actor, who, reason) "
                "VALUES(?1, ?1, 1, 1, 2, ?2, ?3)"
            )
            .bind(number)
            .bind(ByteView(who))
            .bind(ByteView(why))
            .run();
    }

    void fill() {
        const auto tag_key =
            sealer().seal(Column::tag_key, as_bytes(meta::kTagKey), as_bytes("tag key"));
        write_meta(database, meta::kTagKey, tag_key);
        add_named(
            "INSERT INTO owners(public_id, name, name_idx, created_at) VALUES(?, ?, ?, 1)",
            Column::owner_name,
            "own_a",
            "Owner"
        );
        const auto contact = sealer().seal(Column::owner_contact, as_bytes("own_a"), as_bytes("c"));
        database.query("UPDATE owners SET contact = ?").bind(ByteView(contact)).run();
        add_named(
            "INSERT INTO servers(public_id, name, name_idx, owner_id, mode, created_at) "
            "VALUES(?, ?, ?, 1, 1, 1)",
            Column::server_name,
            "srv_a",
            "Server"
        );
        for (int generation = 0; generation < 3; ++generation) {
            const auto key_id =
                generation == 0 ? "enrol:srv_a" : "srv_a:" + std::to_string(generation);
            const auto cell = sealer().seal(Column::server_secret, as_bytes(key_id), as_bytes("s"));
            database
                .query(
                    "INSERT INTO server_keys(server_id, generation, kind, state, secret, "
                    "created_at, not_after) VALUES(1, ?, 1, 1, ?, 1, 1)"
                )
                .bind(std::int64_t{generation})
                .bind(ByteView(cell))
                .run();
        }
        const auto admin = sealer().seal(Column::admin_name, row_id(1), as_bytes("ann"));
        const auto admin_index = sealer().indexes(Column::admin_name, as_bytes("ann")).now;
        database
            .query(
                "INSERT INTO admins(id, name, name_idx, token_hash, created_at) "
                "VALUES(1, ?, ?, x'01', 1)"
            )
            .bind(ByteView(admin))
            .bind(ByteView(admin_index))
            .run();
        add_removal();
        add_tag(1, kTag);
        for (int i = 2; i < 100; ++i)
            add_tag(i, "tag " + std::to_string(i));
        add_ban(1);
        const auto name = sealer().seal_dated(
            KeyPurpose::name,
            kNow,
            Column::player_name,
            row_id(name_row(1, 3)),
            as_bytes("someone")
        );
        database.execute("INSERT INTO profiles VALUES(1, 1, 1);");
        add_case();
        add_appeal();
        add_ruling();
        database.query("INSERT INTO names(profile_id, slot, last_seen, name) VALUES(1, 3, 1, ?)")
            .bind(ByteView(name))
            .run();
        const auto request = sealer().seal_dated(
            KeyPurpose::request,
            kNow,
            Column::request_texts,
            row_id(1),
            as_bytes("GET /")
        );
        database.query("INSERT INTO requests VALUES(1, 1, 1, NULL, 200, 1, ?)")
            .bind(ByteView(request))
            .run();
        for (int i = 0; i < 50; ++i) {
            append_audit(database, sealer(), by_system(), {"test.fill", "x", "why", {}}, kNow);
            const auto id = event_id(i);
            for (int server = 1; server < 3; ++server) {
                fill_short_lived(id, server);
            }
        }
        for (int i = 0; i < kEvents; ++i)
            add_event(i);
    }

    void add_case() {
        const auto who = sealer().seal(Column::case_decided_by, row_id(1), as_bytes("ann"));
        const auto note = sealer().seal(Column::case_note, row_id(1), as_bytes("saw it"));
        database.query("INSERT INTO cases VALUES(1, 1, 4, 1, 1, 1, 1, ?, ?, NULL)")
            .bind(ByteView(who))
            .bind(ByteView(note))
            .run();
    }

    void add_appeal() {
        const auto cell = [&](Column column) {
            return sealer().seal(column, row_id(1), as_bytes("said"));
        };
        const auto contact = cell(Column::appeal_contact);
        database.query("INSERT INTO appeals VALUES(1, 1, 1, 1, 1, NULL, ?)")
            .bind(ByteView(contact))
            .run();
        const auto who = cell(Column::appeal_message_who);
        const auto text = cell(Column::appeal_message_text);
        database.query("INSERT INTO appeal_messages VALUES(1, 1, 1, 1, ?, ?)")
            .bind(ByteView(who))
            .bind(ByteView(text))
            .run();
    }

    void add_ruling() {
        const auto who = sealer().seal(Column::ruling_staff, row_id(1), as_bytes("ann"));
        const auto why = sealer().seal(Column::ruling_reason, row_id(1), as_bytes("brothers"));
        database
            .query(
                "INSERT INTO rulings(id, kind, profile_id, other_id, made_at, staff, reason) "
                "VALUES(1, 2, 1, 2, 1, ?, ?)"
            )
            .bind(ByteView(who))
            .bind(ByteView(why))
            .run();
    }

    void fill_short_lived(const std::string& id, std::int64_t server) {
        const auto cell = [&](Column column) {
            return sealer()
                .seal_dated(KeyPurpose::event, kNow, column, as_bytes(id), as_bytes("short"));
        };
        const auto tags = cell(Column::session_tags);
        const auto result = cell(Column::event_result);
        database
            .query(
                "INSERT INTO sessions(id, server_id, profile_id, joined_at, tags) "
                "VALUES(?, ?, 1, 1, ?)"
            )
            .bind(as_bytes(id))
            .bind(server)
            .bind(ByteView(tags))
            .run();
        database.query("INSERT INTO event_ids(id, server_id, result) VALUES(?, ?, ?)")
            .bind(as_bytes(id))
            .bind(server)
            .bind(ByteView(result))
            .run();
    }

    void add_removal() {
        constexpr std::string_view kId = "srv_removedremov";
        const auto cell = [&](Column column) {
            return sealer().seal(column, as_bytes(kId), as_bytes("about a removal"));
        };
        const auto name = cell(Column::removal_name);
        const auto staff = cell(Column::removal_staff);
        const auto reason = cell(Column::removal_reason);
        database
            .query(
                "INSERT INTO removals(server_id, public_id, lifts_bans, name, staff, reason, "
                "began_at) VALUES(9, ?, 0, ?, ?, ?, 1)"
            )
            .bind(kId)
            .bind(ByteView(name))
            .bind(ByteView(staff))
            .bind(ByteView(reason))
            .run();
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
    CHECK(instance.find_tag(kTag) == 1);
    CHECK(integrity_check(instance.database).empty());
}

TEST_CASE("all is read and found at every moment, whatever the kill leaves") {
    Instance instance;
    const auto all = static_cast<std::int64_t>(instance.cells().size());
    REQUIRE(instance.begin());
    int steps = 0;
    for (bool going = true; going; ++steps) {
        REQUIRE(instance.readable() == all);
        REQUIRE(instance.find_tag(kTag) == 1);
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
        instance.add_event(kEvents);
        instance.add_tag(1000, "new tag");
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
