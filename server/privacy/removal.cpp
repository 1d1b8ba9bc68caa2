#include "privacy/removal.h"

#include "auth/admin_tokens.h"
#include "auth/names.h"
#include "auth/owners.h"
#include "auth/servers.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace drawbridge::privacy {
namespace {

using Clock = std::chrono::steady_clock;
using store::Column;

// Between two looks at the clock.
constexpr int kRowsAtOnce = 64;
// A ban costs as much as a hundred events.
constexpr int kBansAtOnce = 4;

// What I/O threads were at when the server was revoked has come to the store thread by then, such
// as entries of the request log.
constexpr base::UnixMs kSettled = base::kSecondMs;

constexpr std::string_view kLists = "lists";
constexpr std::string_view kBans = "bans";

struct Row {
    Removal removal;
    base::UnixMs began_at = 0;
    std::optional<base::UnixMs> finished_at;
    std::optional<base::UnixMs> resealed_at;
    store::Bytes name;
    store::Bytes staff;
    store::Bytes reason;
};

Row read_row(const store::Query& query) {
    Row row;
    row.removal.id = query.integer(0);
    row.removal.server = query.integer(1);
    row.removal.public_id = query.text(2);
    row.removal.owner = query.optional_integer(3);
    row.removal.lifts_bans = query.integer(4) != 0;
    row.began_at = query.integer(5);
    row.finished_at = query.optional_integer(6);
    row.name = query.blob(7);
    row.staff = query.blob(8);
    row.reason = query.blob(9);
    row.resealed_at = query.optional_integer(10);
    return row;
}

std::vector<Row> rows_under_way(store::Database& database) {
    auto query = database.query(
        "SELECT id, server_id, public_id, owner_id, lifts_bans, began_at, finished_at, name, "
        "staff, reason, resealed_at FROM removals WHERE finished_at IS NULL ORDER BY id"
    );
    std::vector<Row> rows;
    while (query.step()) {
        rows.push_back(read_row(query));
    }
    return rows;
}

std::optional<Row> find_by_id(store::Database& database, std::string_view public_id) {
    auto query = database.query(
        "SELECT id, server_id, public_id, owner_id, lifts_bans, began_at, finished_at, name, "
        "staff, reason, resealed_at FROM removals WHERE public_id = ?"
    );
    if (!query.bind(public_id).step()) return std::nullopt;
    return read_row(query);
}

std::string open(const store::Sealer& sealer, Column column, const Row& row, store::ByteView cell) {
    return auth::open_name(sealer, column, store::as_bytes(row.removal.public_id), cell);
}

struct StepState {
    StepCursor cursor;
    std::int64_t deleted = 0;
    bool is_begun = false;
    bool is_done = false;
};

StepState load_step(store::Database& database, std::int64_t removal, std::string_view table) {
    auto query = database.query(
        "SELECT number, key, deleted, is_done FROM removal_steps WHERE removal_id = ? AND name = ?"
    );
    if (!query.bind(removal).bind(table).step()) return {};
    return {{query.integer(0), query.blob(1)}, query.integer(2), true, query.integer(3) != 0};
}

void save_step(
    store::Database& database,
    std::int64_t removal,
    std::string_view table,
    const StepState& state
) {
    database
        .query(
            "INSERT OR REPLACE INTO removal_steps(removal_id, name, number, key, deleted, is_done) "
            "VALUES(?,?,?,?,?,?)"
        )
        .bind(removal)
        .bind(table)
        .bind(state.cursor.number)
        .bind(store::ByteView(state.cursor.key))
        .bind(state.deleted)
        .bind(std::int64_t{state.is_done ? 1 : 0})
        .run();
}

bool applies(const RemovalStep& step, const Removal& removal) {
    return step.scope == StepScope::server || removal.owner.has_value();
}

/// True: it is done.
bool run_step(const RemovalWork& work, const RemovalStep& step, Clock::time_point until) {
    auto state = load_step(work.database, work.removal.id, step.table);
    if (state.is_done) return true;
    const int rows = step.table == kBans ? kBansAtOnce : kRowsAtOnce;
    do {
        const auto piece = step.run(work, state.cursor, rows);
        state.deleted += piece.deleted;
        state.is_done = piece.is_done;
    } while (!state.is_done && Clock::now() < until);
    save_step(work.database, work.removal.id, step.table, state);
    return state.is_done;
}

std::vector<RemovalStepRecord> step_records(store::Database& database, std::int64_t removal) {
    std::vector<RemovalStepRecord> records;
    for (const auto& step : removal_steps()) {
        const auto state = load_step(database, removal, step.table);
        if (state.is_begun) records.push_back({std::string(step.table), state.deleted});
    }
    return records;
}

int percent_of(store::Database& database, const Removal& removal) {
    int thousandths = 0;
    int whole = 0;
    for (const auto& step : removal_steps()) {
        if (!applies(step, removal)) continue;
        whole += step.share;
        const auto state = load_step(database, removal.id, step.table);
        if (state.is_done) thousandths += step.share * 1000;
        if (state.is_done || !state.is_begun || step.done == nullptr) continue;
        thousandths += step.share * step.done(database, state.cursor);
    }
    return std::min(thousandths / (10 * whole), 99);  // 100 only when it is finished
}

std::string print_counts(store::Database& database, std::int64_t removal) {
    std::string text;
    for (const auto& record : step_records(database, removal)) {
        if (record.deleted == 0) continue;
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", record.table, record.deleted);
    }
    return text;
}

RemovalRecord describe(store::Database& database, const store::Sealer& sealer, const Row& row) {
    const auto& removal = row.removal;
    RemovalRecord record;
    record.public_id = removal.public_id;
    record.removes_owner = removal.owner.has_value();
    record.lifts_bans = removal.lifts_bans;
    record.began_at = row.began_at;
    record.finished_at = row.finished_at;
    record.resealed_at = row.resealed_at;
    if (!row.finished_at) record.name = open(sealer, Column::removal_name, row, row.name);
    record.percent = row.finished_at ? 100 : percent_of(database, removal);
    record.steps = step_records(database, removal.id);
    return record;
}

void finish(store::Database& database, std::int64_t removal, base::UnixMs now) {
    database
        .query(
            "UPDATE removals SET name = NULL, staff = NULL, reason = NULL, finished_at = ? "
            "WHERE id = ?"
        )
        .bind(now)
        .bind(removal)
        .run();
}

}  // namespace

RemovalOutlook look_ahead(store::Database& database, std::int64_t server) {
    RemovalOutlook outlook;
    {
        auto query = database.query(
            "SELECT owner_id FROM servers s WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM servers o "
            "WHERE o.owner_id = s.owner_id AND o.id <> ?1 AND o.id NOT IN "
            "(SELECT server_id FROM removals WHERE finished_at IS NULL))"
        );
        if (query.bind(server).step()) outlook.leaving_owner = query.integer(0);
    }
    auto query = database.query(
        "SELECT number FROM bans WHERE state = 4 AND "
        "(server_id IS ?1 OR (?2 IS NOT NULL AND owner_id IS ?2)) ORDER BY created_at, number"
    );
    query.bind(server).bind(outlook.leaving_owner);
    while (query.step()) {
        outlook.network_bans.push_back(static_cast<std::uint64_t>(query.integer(0)));
    }
    return outlook;
}

void begin_removal(store::Database& database, const store::Sealer& sealer, const RemovalOrder& by) {
    const auto outlook = look_ahead(database, by.server);
    std::string id;
    std::string name;
    {
        auto query = database.query("SELECT public_id, name FROM servers WHERE id = ?");
        if (!query.bind(by.server).step()) throw std::runtime_error("no server of that row");
        id = query.text(0);
        const auto bytes = store::as_bytes(id);
        name = auth::open_name(sealer, Column::server_name, bytes, query.blob_view(1));
    }
    const auto seal = [&](Column column, std::string_view text) {
        return sealer.seal(column, store::as_bytes(id), store::as_bytes(text));
    };
    const auto name_cell = seal(Column::removal_name, name);
    const auto staff_cell = seal(Column::removal_staff, by.staff);
    const auto reason_cell = seal(Column::removal_reason, by.reason);
    database
        .query(
            "INSERT INTO removals(server_id, public_id, owner_id, lifts_bans, name, staff, reason, "
            "began_at) VALUES(?,?,?,?,?,?,?,?)"
        )
        .bind(by.server)
        .bind(std::string_view(id))
        .bind(outlook.leaving_owner)
        .bind(std::int64_t{by.lifts_bans ? 1 : 0})
        .bind(store::ByteView(name_cell))
        .bind(store::ByteView(staff_cell))
        .bind(store::ByteView(reason_cell))
        .bind(by.now)
        .run();
    auth::Servers servers(database, sealer);
    servers.revoke_keys(by.server);
    servers.forget_name(by.server);
    if (outlook.leaving_owner) {
        auth::Owners(database, sealer).forget_name(*outlook.leaving_owner);
        auth::AdminTokens(database, sealer).revoke_operators(*outlook.leaving_owner, by.now);
    }
    store::append_journal(database, store::ServerRemoved{id, by.lifts_bans});
}

void remove_again(
    store::Database& database,
    const store::Sealer& sealer,
    const store::ServerRemoved& fact,
    base::UnixMs at
) {
    RemovalOrder order;
    {
        auto query = database.query(
            "SELECT id FROM servers WHERE public_id = ?1 AND NOT EXISTS "
            "(SELECT 1 FROM removals WHERE public_id = ?1)"
        );
        if (!query.bind(std::string_view(fact.server)).step()) return;
        order.server = query.integer(0);
    }
    order.lifts_bans = fact.lifts_bans;
    order.staff = "journal";
    order.reason = "removed before the backup was restored";
    order.now = at;
    begin_removal(database, sealer, order);
}

std::optional<RemovalRecord>
find_removal(store::Database& database, const store::Sealer& sealer, std::string_view name_or_id) {
    if (const auto row = find_by_id(database, name_or_id)) return describe(database, sealer, *row);
    for (const auto& row : rows_under_way(database)) {
        if (open(sealer, Column::removal_name, row, row.name) == name_or_id) {
            return describe(database, sealer, row);
        }
    }
    return std::nullopt;
}

std::vector<RemovalRecord>
removals_under_way(store::Database& database, const store::Sealer& sealer) {
    std::vector<RemovalRecord> records;
    for (const auto& row : rows_under_way(database)) {
        records.push_back(describe(database, sealer, row));
    }
    return records;
}

RemovalSlice continue_removal(
    store::Database& database,
    const store::Sealer& sealer,
    bans::Bans& bans,
    base::UnixMs now,
    Clock::time_point until
) {
    const auto rows = rows_under_way(database);
    if (rows.empty()) return {};
    const auto& row = rows.front();
    if (now >= row.began_at && now - row.began_at < kSettled) return {};
    const auto staff = open(sealer, Column::removal_staff, row, row.staff);
    const auto reason = open(sealer, Column::removal_reason, row, row.reason);
    const bans::Bans::Decision decision{staff, reason, now};
    identity::Tags tags(database, sealer);
    const RemovalWork work{database, bans, tags, decision, row.removal};

    RemovalSlice slice;
    slice.has_more = true;
    for (const auto& step : removal_steps()) {
        if (!applies(step, row.removal)) continue;
        if (!run_step(work, step, until)) return slice;
        if (step.table == kLists) slice.list = row.removal.owner;
    }
    slice.finished = {row.removal.public_id, print_counts(database, row.removal.id)};
    finish(database, row.removal.id, now);
    return slice;
}

bool is_resealing_due(store::Database& database) {
    auto query = database.query(
        "SELECT EXISTS (SELECT 1 FROM removals WHERE finished_at IS NOT NULL AND resealed_at IS "
        "NULL) AND NOT EXISTS (SELECT 1 FROM removals WHERE finished_at IS NULL)"
    );
    return query.step() && query.integer(0) != 0;
}

void note_resealing(store::Database& database, base::UnixMs now) {
    database
        .query(
            "UPDATE removals SET resealed_at = ? WHERE finished_at IS NOT NULL AND "
            "resealed_at IS NULL"
        )
        .bind(now)
        .run();
}

}  // namespace drawbridge::privacy
