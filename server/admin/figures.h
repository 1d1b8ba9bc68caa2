// The figures of the instance at one moment: gathered once, shown by `status` as JSON and by
// `metrics` as Prometheus text.
#pragma once

#include "admin/context.h"
#include "auth/owner_queries.h"
#include "auth/server_queries.h"
#include "bans/ban.h"
#include "base/clock.h"
#include "events/event_queries.h"
#include "privacy/removal.h"
#include "privacy/sweep.h"
#include "review/appeal_queries.h"
#include "store/audit.h"
#include "store/backups.h"
#include "store/key_facts.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drawbridge::admin {

struct ServerFigures {
    std::int64_t total = 0;   // but those being removed
    std::int64_t online = 0;  // told of themselves in the last three minutes
    std::int64_t suspended = 0;
    std::int64_t breaker = 0;          // in mode review by it, and not set again by staff
    std::int64_t persons_limited = 0;  // met more than may be, in the last 24 hours
    std::int64_t behind = 0;           // online, and not at the current version of both lists
    std::int64_t players = 0;          // of those online
};

struct ListFigures {
    std::string owner_id;  // empty: the network's list
    std::string owner;
    std::string cursor;
    std::uint64_t version = 0;
    std::int64_t entries = 0;
};

struct Figures {
    base::UnixMs now = 0;
    base::UnixMs started_at = 0;
    base::UnixMs certificate_ends_at = 0;
    std::uint64_t queue = 0;  // jobs waiting for the store thread
    store::StoreState store = store::StoreState::ready;
    std::uint64_t store_recoveries = 0;
    std::int64_t database_bytes = 0;
    std::int64_t log_bytes = 0;  // of the write-ahead log
    ServerFigures servers;
    auth::OwnerCounts owners;
    std::vector<privacy::RemovalRecord> removals;  // under way
    std::vector<ListFigures> lists;                // the network's first
    std::vector<std::pair<bans::BanState, std::int64_t>> bans;
    review::AppealCounts appeals;
    std::int64_t orphaned_bans = 0;
    events::EventTotals events;
    std::vector<privacy::SweepRecord> retention;
    store::AuditHead audit;
    store::KeyFacts keys;
    std::optional<net::Stats> data_plane;
    std::optional<Crashes> crashes;
    std::optional<store::BackupFigures> backups;
};

[[nodiscard]] Figures gather(const Context& context, base::UnixMs now);

}  // namespace drawbridge::admin
