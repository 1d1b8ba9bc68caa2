#include "store/key_ring.h"

#include "store/files.h"
#include "store/key_purpose.h"
#include "store/keyring_table.h"
#include "store/migrations.h"
#include "store/ring_keys.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace drawbridge::store;
using drawbridge::Secret;
using drawbridge::test::TempFolder;

namespace {

constexpr drawbridge::base::UnixMs kNow = 1'763'690'000'000;
constexpr std::size_t kLimit = std::size_t{64} << 20;

struct Instance {
    TempFolder folder;
    std::filesystem::path file = folder / "a.db";
    Database database{file, Database::Mode::read_write};
    MasterKey master = MasterKey::create(folder / "master.key");

    bool log_must_go = false;

    Instance() { migrate(database, master); }

    /// A transaction as the writer does it.
    template <class F>
    void transaction(KeyRing& ring, drawbridge::base::UnixMs now, F&& work, bool commits = true) {
        database.execute("BEGIN IMMEDIATE;");
        ring.begun(database, now);
        work();
        if (!commits) return database.execute("ROLLBACK;");
        ring.ending(database);
        database.execute("COMMIT;");
        if (ring.committed()) log_must_go = true;
        if (log_must_go) log_must_go = !database.truncate_log();
    }

    /// Whether these bytes stand anywhere in the database's files.
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

Bytes seal(const Sealer& sealer, KeyPurpose purpose, drawbridge::base::UnixMs at) {
    return sealer
        .seal_dated(purpose, at, Column::event_payload, as_bytes("1"), as_bytes("made up"));
}

bool opens(const Sealer& sealer, ByteView cell) {
    return sealer.open(Column::event_payload, as_bytes("1"), cell).has_value();
}

}  // namespace

TEST_CASE("the keys of this and the next week are there with the first transaction") {
    Instance instance;
    KeyRing ring(instance.database, instance.master.copy());
    const auto sealer = ring.sealer();
    CHECK_THROWS_AS((void)seal(*sealer, KeyPurpose::event, kNow), StoreError);
    instance.transaction(ring, kNow, [] {});
    for (const auto purpose : kDatedPurposes) {
        const auto now = seal(*sealer, purpose, kNow);
        const auto next = seal(*sealer, purpose, kNow + kWeekMs);
        CHECK(key_of(now) != key_of(next));
        CHECK(opens(*sealer, now));
        CHECK(opens(*sealer, next));
    }
    CHECK(
        key_of(seal(*sealer, KeyPurpose::event, kNow)) !=
        key_of(seal(*sealer, KeyPurpose::error, kNow))
    );
}

TEST_CASE("keys made in a transaction seal in it, and are gone when it is undone") {
    Instance instance;
    KeyRing ring(instance.database, instance.master.copy());
    Bytes undone;
    instance.transaction(
        ring,
        kNow,
        [&] { undone = seal(*ring.sealer(), KeyPurpose::event, kNow); },
        false
    );
    CHECK_FALSE(opens(Sealer(instance.database, instance.master), undone));
    Bytes kept;
    instance.transaction(ring, kNow, [&] { kept = seal(*ring.sealer(), KeyPurpose::event, kNow); });
    CHECK(opens(*ring.sealer(), kept));
    CHECK_FALSE(opens(*ring.sealer(), undone));
    CHECK(opens(Sealer(instance.database, instance.master), kept));
}

TEST_CASE("a clock that jumps finds keys in either direction") {
    Instance instance;
    KeyRing ring(instance.database, instance.master.copy());
    instance.transaction(ring, kNow, [] {});
    const auto later = kNow + 100 * kWeekMs;
    instance.transaction(ring, later, [&] {
        CHECK(opens(*ring.sealer(), seal(*ring.sealer(), KeyPurpose::event, later)));
    });
    // A week without a key of its own takes the next one's: it outlives what it seals.
    const auto between = seal(*ring.sealer(), KeyPurpose::event, kNow + 50 * kWeekMs);
    CHECK(key_of(between) == key_of(seal(*ring.sealer(), KeyPurpose::event, later)));
    instance.transaction(ring, kNow - 3 * kWeekMs, [] {});
    CHECK(
        key_of(seal(*ring.sealer(), KeyPurpose::event, kNow - 3 * kWeekMs)) !=
        key_of(seal(*ring.sealer(), KeyPurpose::event, kNow))
    );
}

TEST_CASE("a destroyed key is in neither file nor log, and its cells are noise") {
    Instance instance;
    KeyRing ring(instance.database, instance.master.copy());
    instance.transaction(ring, kNow, [] {});
    const auto old = seal(*ring.sealer(), KeyPurpose::event, kNow);
    const auto telemetry = seal(*ring.sealer(), KeyPurpose::telemetry, kNow);
    const auto next = seal(*ring.sealer(), KeyPurpose::event, kNow + kWeekMs);
    const auto slots = KeyringTable(instance.database).read(RingRow::current);
    const auto slot = std::ranges::find(slots, *key_of(old), &RingSlot::id);
    REQUIRE(slot != slots.end());
    REQUIRE(instance.on_disk(slot->wrapped));

    instance.transaction(ring, kNow + kWeekMs, [&] {
        CHECK(ring.destroy_dated(instance.database, KeyPurpose::event, week_of(kNow + kWeekMs)));
    });
    CHECK_FALSE(opens(*ring.sealer(), old));
    CHECK(opens(*ring.sealer(), telemetry));
    CHECK(opens(*ring.sealer(), next));
    CHECK_FALSE(instance.on_disk(slot->wrapped));
    CHECK_FALSE(opens(Sealer(instance.database, instance.master), old));
}

TEST_CASE("a reader in the way only puts off that the log is emptied") {
    Instance instance;
    KeyRing ring(instance.database, instance.master.copy());
    instance.transaction(ring, kNow, [] {});
    const auto slots = KeyringTable(instance.database).read(RingRow::current);
    const auto wrapped = slots.back().wrapped;
    {
        Database reader(instance.file, Database::Mode::read_only);
        reader.execute("BEGIN;");
        auto query = reader.query("SELECT count(*) FROM keyring");
        REQUIRE(query.step());
        instance.transaction(ring, kNow, [&] {
            for (const auto purpose : kDatedPurposes) {
                (void)ring.destroy_dated(instance.database, purpose, week_of(kNow) + 2);
            }
        });
        CHECK(instance.on_disk(wrapped));
    }
    instance.transaction(ring, kNow, [] {});
    CHECK_FALSE(instance.on_disk(wrapped));
}

TEST_CASE("ids are never given twice, slots are") {
    Instance instance;
    KeyRing ring(instance.database, instance.master.copy());
    std::uint32_t highest = 0;
    for (int week = 0; week < 6; ++week) {
        const auto now = kNow + week * kWeekMs;
        instance.transaction(ring, now, [&] {
            for (const auto purpose : kDatedPurposes) {
                (void)ring.destroy_dated(instance.database, purpose, week_of(now));
            }
        });
        const auto slots = KeyringTable(instance.database).read(RingRow::current);
        const auto newest = std::ranges::max(slots, {}, &RingSlot::id);
        CHECK(newest.id > highest);
        CHECK(newest.position < 20);
        highest = newest.id;
    }
}

TEST_CASE("wrapped keys cannot be exchanged for one another") {
    Instance instance;
    KeyringTable table(instance.database);
    auto slots = table.read(RingRow::current);
    REQUIRE(slots.size() >= 2);
    std::swap(slots[0].wrapped, slots[1].wrapped);
    table.write(RingRow::current, slots[0]);
    table.write(RingRow::current, slots[1]);
    CHECK_THROWS_WITH_AS(
        Sealer(instance.database, instance.master),
        doctest::Contains("damaged"),
        std::runtime_error
    );
}

TEST_CASE("the arena holds more keys than there can be guarded allocations") {
    std::vector<LockedSecret> secrets;
    Secret secret;
    for (std::size_t i = 0; i < 20'000; ++i) {
        secret.data()[0] = static_cast<std::uint8_t>(i);
        secret.data()[1] = static_cast<std::uint8_t>(i >> 8);
        secrets.emplace_back(secret);
    }
    for (std::size_t i = 0; i < secrets.size(); ++i) {
        REQUIRE(secrets[i]->bytes()[0] == static_cast<std::uint8_t>(i));
        REQUIRE(secrets[i]->bytes()[1] == static_cast<std::uint8_t>(i >> 8));
    }
    // What was freed was wiped and is given out again.
    const auto* freed = secrets[7]->bytes().data();
    secrets[7] = LockedSecret();
    CHECK(std::all_of(freed, freed + 32, [](std::uint8_t byte) { return byte == 0; }));
}
