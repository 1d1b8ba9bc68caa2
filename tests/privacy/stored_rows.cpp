#include "privacy/stored_rows.h"

#include "auth/random.h"
#include "store/master_key.h"
#include "store/migrations.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace drawbridge::test {

StoredRows::StoredRows() : database(folder_ / "a.db", store::Database::Mode::read_write) {
    store::migrate(database, store::MasterKey::create(folder_ / "master.key"));
}

void StoredRows::event(events::EventType type, base::UnixMs received_at) {
    std::array<std::uint8_t, 16> id{};
    auth::fill_random(id);
    const std::array<std::uint8_t, 300> payload{};
    database
        .query(
            "INSERT INTO events(id, server_id, type, at, received_at, profile_id, mode, payload) "
            "VALUES(?1, 1, ?2, ?3, ?3, 1, 1, ?4)"
        )
        .bind(store::ByteView(id))
        .bind(static_cast<std::int64_t>(type))
        .bind(received_at)
        .bind(store::ByteView(payload))
        .run();
}

void StoredRows::ban(std::int64_t number, bans::BanState ended, base::UnixMs ended_at) {
    const std::array<std::uint8_t, 40> reason{};
    database
        .query(
            "INSERT INTO bans(number, state, category, reason, created_at, expires_at, decided_at) "
            "VALUES(?1, ?2, 1, ?3, 1, ?4, ?4)"
        )
        .bind(number)
        .bind(static_cast<std::int64_t>(ended))
        .bind(store::ByteView(reason))
        .bind(ended_at)
        .run();
}

void StoredRows::name(std::int64_t profile, std::int64_t slot, base::UnixMs last_seen) {
    const std::array<std::uint8_t, 60> cell{};
    database.query("INSERT INTO names(profile_id, slot, last_seen, name) VALUES(?,?,?,?)")
        .bind(profile)
        .bind(slot)
        .bind(last_seen)
        .bind(store::ByteView(cell))
        .run();
}

std::int64_t StoredRows::count(const char* sql) {
    auto query = database.query(sql);
    return query.step() ? query.integer(0) : -1;
}

std::string StoredRows::sweep(base::UnixMs now) {
    for (int steps = 0; steps < 10'000; ++steps) {
        const auto done = step(now);
        if (done.finished) return *done.finished;
    }
    FAIL("the sweep does not end");
    return {};
}

privacy::SweepStep StoredRows::step(base::UnixMs now) {
    const auto past = std::chrono::steady_clock::now();
    auto done = privacy::continue_sweep(database, periods, state, now, past);
    state = done.state;
    return done;
}

privacy::SweepRecord StoredRows::record(privacy::Category category) {
    const auto records = privacy::sweep_records(database);
    const auto found = std::ranges::find(records, category, &privacy::SweepRecord::category);
    REQUIRE(found != records.end());
    return *found;
}

}  // namespace drawbridge::test
