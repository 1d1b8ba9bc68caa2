#include "privacy/removal_steps.h"

#include "privacy/removal_persons.h"
#include "privacy/removal_walk.h"

#include <array>
#include <variant>
#include <vector>

namespace drawbridge::privacy {
namespace {

// bans, with their tags and list entries. Lists change here, so the owner's other servers hear it.

void end_ban(const RemovalWork& work, const bans::Ban& ban) {
    const bool and_owner = work.removal.owner.has_value();
    if (ban.state != bans::BanState::active) {
        return work.bans.forget(ban, work.decision);
    }
    if (!work.removal.lifts_bans) return work.bans.detach(ban, and_owner);
    const auto lifted = work.bans.decide(ban.number, bans::BanAction::lift, work.decision);
    work.bans.detach(std::get<bans::Bans::Decided>(lifted).ban, and_owner);
}

StepPiece remove_bans(const RemovalWork& work, StepCursor& cursor, int rows) {
    std::vector<std::uint64_t> found;
    int seen = 0;
    {
        auto query = work.database.query(
            "SELECT number, server_id IS ?1 OR (?2 IS NOT NULL AND owner_id IS ?2) FROM bans "
            "WHERE number > ?3 ORDER BY number LIMIT ?4"
        );
        query.bind(work.removal.server)
            .bind(work.removal.owner)
            .bind(cursor.number)
            .bind(std::int64_t{rows});
        for (; query.step(); ++seen) {
            cursor.number = query.integer(0);
            if (query.integer(1) != 0) found.push_back(static_cast<std::uint64_t>(cursor.number));
        }
    }
    for (const auto number : found) {
        end_ban(work, work.bans.load(number).value());
    }
    return {static_cast<std::int64_t>(found.size()), seen < rows};
}

// Big tables without an index by server: walked in the order of their keys.

StepPiece remove_events(const RemovalWork& work, StepCursor& cursor, int rows) {
    constexpr RangeTable kTable{
        "SELECT max(seq), count(*) FROM (SELECT seq FROM events WHERE seq > ? ORDER BY seq "
        "LIMIT ?)",
        "DELETE FROM events WHERE seq > ? AND seq <= ? AND server_id = ?"};
    return remove_in_range(work.database, kTable, work.removal.server, cursor, rows);
}

int events_done(store::Database& database, const StepCursor& cursor) {
    return thousandths(database, "SELECT max(seq) FROM events", cursor.number);
}

/// Of a table with the key (id, server_id).
struct IdTable {
    const char* next;    // ids and servers of ?3 rows after (?1, ?2)
    const char* remove;  // the row (?1, ?2)
};

StepPiece
remove_by_id(const RemovalWork& work, const IdTable& table, StepCursor& cursor, int rows) {
    std::vector<store::Bytes> found;
    int seen = 0;
    {
        auto query = work.database.query(table.next);
        const auto from = cursor.key;
        query.bind(store::ByteView(from)).bind(cursor.number).bind(std::int64_t{rows});
        for (; query.step(); ++seen) {
            cursor = {query.integer(1), query.blob(0)};
            if (cursor.number == work.removal.server) found.push_back(cursor.key);
        }
    }
    for (const auto& id : found) {
        work.database.query(table.remove).bind(store::ByteView(id)).bind(work.removal.server).run();
    }
    return {static_cast<std::int64_t>(found.size()), seen < rows};
}

StepPiece remove_event_ids(const RemovalWork& work, StepCursor& cursor, int rows) {
    constexpr IdTable kTable{
        "SELECT id, server_id FROM event_ids WHERE (id, server_id) > (?, ?) "
        "ORDER BY id, server_id LIMIT ?",
        "DELETE FROM event_ids WHERE id = ? AND server_id = ?"};
    return remove_by_id(work, kTable, cursor, rows);
}

StepPiece remove_sessions(const RemovalWork& work, StepCursor& cursor, int rows) {
    constexpr IdTable kTable{
        "SELECT id, server_id FROM sessions WHERE (id, server_id) > (?, ?) "
        "ORDER BY id, server_id LIMIT ?",
        "DELETE FROM sessions WHERE id = ? AND server_id = ?"};
    return remove_by_id(work, kTable, cursor, rows);
}

StepPiece remove_samples(const RemovalWork& work, StepCursor&, int rows) {
    return delete_some(
        work.database,
        "DELETE FROM samples WHERE (server_id, hour) IN "
        "(SELECT server_id, hour FROM samples WHERE server_id = ? LIMIT ?)",
        work.removal.server,
        rows
    );
}

/// Day by day, of which there are few.
StepPiece remove_budget(const RemovalWork& work, StepCursor& cursor, int rows) {
    {
        auto query = work.database.query("SELECT min(day) FROM budget WHERE day >= ?");
        if (!query.bind(cursor.number).step() || query.is_null(0)) return {0, true};
        cursor.number = query.integer(0);
    }
    const auto deleted =
        work.database
            .query(
                "DELETE FROM budget WHERE (day, server_id, profile_id) IN (SELECT day, server_id, "
                "profile_id FROM budget WHERE day = ? AND server_id = ? LIMIT ?)"
            )
            .bind(cursor.number)
            .bind(work.removal.server)
            .bind(std::int64_t{rows})
            .run();
    if (deleted < rows) ++cursor.number;
    return {deleted, false};
}

/// Requests that verified as this server's.
StepPiece remove_requests(const RemovalWork& work, StepCursor& cursor, int rows) {
    constexpr RangeTable kTable{
        "SELECT max(id), count(*) FROM (SELECT id FROM requests WHERE id > ? ORDER BY id LIMIT ?)",
        "DELETE FROM requests WHERE id > ? AND id <= ? AND server_id = ?"};
    return remove_in_range(work.database, kTable, work.removal.server, cursor, rows);
}

/// What it said of players; a standing case that nobody else supports goes too.
StepPiece remove_statements(const RemovalWork& work, StepCursor&, int rows) {
    const auto deleted = delete_some(
        work.database,
        "DELETE FROM case_statements WHERE (case_id, event_seq) IN "
        "(SELECT case_id, event_seq FROM case_statements WHERE server_id = ? LIMIT ?)",
        work.removal.server,
        rows
    );
    if (!deleted.is_done) return deleted;
    work.database
        .query(
            "DELETE FROM cases WHERE state < 3 AND NOT EXISTS "
            "(SELECT 1 FROM case_statements WHERE case_id = cases.id)"
        )
        .run();
    return deleted;
}

// The owner's list; its bans are gone by now.

StepPiece remove_list_entries(const RemovalWork& work, StepCursor&, int rows) {
    return delete_some(
        work.database,
        "DELETE FROM list_entries WHERE (list, prefix, ban_number) IN "
        "(SELECT list, prefix, ban_number FROM list_entries WHERE list = ? LIMIT ?)",
        *work.removal.owner,
        rows
    );
}

StepPiece remove_list_changes(const RemovalWork& work, StepCursor&, int rows) {
    return delete_some(
        work.database,
        "DELETE FROM list_changes WHERE (list, version) IN "
        "(SELECT list, version FROM list_changes WHERE list = ? LIMIT ?)",
        *work.removal.owner,
        rows
    );
}

StepPiece remove_list(const RemovalWork& work, StepCursor&, int) {
    return {
        work.database.query("DELETE FROM lists WHERE list = ?").bind(*work.removal.owner).run(),
        true};
}

StepPiece remove_keys(const RemovalWork& work, StepCursor&, int rows) {
    return delete_some(
        work.database,
        "DELETE FROM server_keys WHERE (server_id, generation) IN "
        "(SELECT server_id, generation FROM server_keys WHERE server_id = ? LIMIT ?)",
        work.removal.server,
        rows
    );
}

StepPiece remove_server(const RemovalWork& work, StepCursor&, int) {
    return {
        work.database.query("DELETE FROM servers WHERE id = ?").bind(work.removal.server).run(),
        true};
}

StepPiece remove_owner(const RemovalWork& work, StepCursor&, int) {
    return {
        work.database.query("DELETE FROM owners WHERE id = ?").bind(*work.removal.owner).run(),
        true};
}

using enum StepScope;

constexpr std::array kSteps{
    RemovalStep{"bans", server, 5, remove_bans, nullptr},
    RemovalStep{"case_statements", server, 1, remove_statements, nullptr},
    RemovalStep{"events", server, 52, remove_events, events_done},
    RemovalStep{"event_ids", server, 20, remove_event_ids, nullptr},
    RemovalStep{"sessions", server, 2, remove_sessions, nullptr},
    RemovalStep{"samples", server, 1, remove_samples, nullptr},
    RemovalStep{"budget", server, 1, remove_budget, nullptr},
    RemovalStep{"requests", server, 1, remove_requests, nullptr},
    RemovalStep{"sightings", owner, 5, remove_sightings, sightings_done},
    RemovalStep{"links", owner, 1, remove_links, nullptr},
    RemovalStep{"claims", owner, 5, remove_claims, claims_done},
    RemovalStep{"list_entries", owner, 1, remove_list_entries, nullptr},
    RemovalStep{"list_changes", owner, 1, remove_list_changes, nullptr},
    RemovalStep{"lists", owner, 1, remove_list, nullptr},
    RemovalStep{"server_keys", server, 1, remove_keys, nullptr},
    RemovalStep{"servers", server, 1, remove_server, nullptr},
    RemovalStep{"owners", owner, 1, remove_owner, nullptr},
};

constexpr bool is_whole() {
    int shares = 0;
    for (const auto& step : kSteps) {
        shares += step.share;
    }
    return shares == 100;
}

static_assert(is_whole(), "the shares are percent of the whole");

}  // namespace

std::span<const RemovalStep> removal_steps() {
    return kSteps;
}

}  // namespace drawbridge::privacy
