// With which mode a server's next ban goes: the breaker of the server, and that of its owner.
#include "auth/servers.h"
#include "bans/bans.h"

#include <utility>

namespace drawbridge::bans {
namespace {

constexpr std::string_view kHeldByBreaker = "its server banned more than it may: the breaker";
constexpr std::string_view kHeldByOwner = "its owner's servers banned more than they may together";

/// False: it was noted within the day, so staff know.
bool note_limit(store::Database& database, std::int64_t owner, base::UnixMs now) {
    return database
               .query(
                   "UPDATE owners SET limited_at = ?1 WHERE id = ?2 AND "
                   "(limited_at IS NULL OR limited_at <= ?3)"
               )
               .bind(now)
               .bind(owner)
               .bind(now - base::kDayMs)
               .run() > 0;
}

}  // namespace

auth::Server Bans::behind_breaker(const auth::Server& origin, base::UnixMs now) {
    auto behind = origin;
    if (origin.mode == auth::PropagationMode::local) return behind;
    if (is_owner_at_limit(database_, origin.owner_row, breaker_.owner_day, now)) {
        stop_owner(origin, now);
        behind.mode = auth::PropagationMode::local;
        return behind;
    }
    if (origin.mode != auth::PropagationMode::automatic) return behind;
    auto trip = passed_limit(database_, origin.row, breaker_, now);
    if (!trip) return behind;
    behind.mode = auth::PropagationMode::review;
    auth::Servers servers(database_, sealer_);
    if (!servers.trip_breaker(origin.row, now)) return behind;
    trip->server_id = origin.id;
    trip->held = static_cast<std::int64_t>(hold(origin.row, kHeldByBreaker, now).size());
    trips_.push_back(*trip);
    return behind;
}

void Bans::stop_owner(const auth::Server& origin, base::UnixMs now) {
    OwnerTrip trip{origin.owner_id, breaker_.owner_day, now, {}, 0};
    trip.servers = auth::Servers(database_, sealer_).stop_owner(origin.owner_row, now);
    for (const auto server : trip.servers) {
        trip.held += static_cast<std::int64_t>(hold(server, kHeldByOwner, now).size());
    }
    const bool is_news = note_limit(database_, origin.owner_row, now);
    if (is_news || !trip.servers.empty()) owner_trips_.push_back(std::move(trip));
}

}  // namespace drawbridge::bans
