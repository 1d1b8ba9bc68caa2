#include "events/server_news.h"

#include <string_view>

namespace drawbridge::events {

void ServerNews::add(const Heartbeat& heartbeat) {
    players_.add(heartbeat.players);
    heartbeat_ = heartbeat;
}

void ServerNews::add(const PlayerCount& count) {
    players_.add(count.players);
    max_players_ = count.max_players;
}

void ServerNews::write(store::Database& database, std::int64_t server, base::UnixMs now) const {
    if (players_.count == 0) return;
    add_samples(database, server, now, players_);
    auto update = database.query(
        "UPDATE servers SET last_seen_at = ?, players = ?, "
        "max_players = coalesce(?, max_players), network_cursor = coalesce(?, network_cursor), "
        "owner_cursor = coalesce(?, owner_cursor), outbox = coalesce(?, outbox), "
        "resource_version = coalesce(?, resource_version) WHERE id = ?"
    );
    update.bind(now).bind(players_.last).bind(max_players_);
    if (heartbeat_) {
        update.bind(std::string_view(heartbeat_->network_cursor))
            .bind(std::string_view(heartbeat_->owner_cursor))
            .bind(heartbeat_->outbox)
            .bind(std::string_view(heartbeat_->resource_version));
    } else {
        update.bind_null().bind_null().bind_null().bind_null();
    }
    update.bind(server).run();
}

}  // namespace drawbridge::events
