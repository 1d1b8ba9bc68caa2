#include "ingest/network.h"

#include "auth/random.h"
#include "base/log.h"
#include "shared/encoding.h"
#include "store/meta.h"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>
#include <utility>

namespace drawbridge::ingest {
namespace {

std::string new_boot_id() {
    return std::string(print_hex64(auth::random_below(UINT64_MAX)).view());
}

store::LockedSecret read_tag_key(store::Database& database, const store::Sealer& sealer) {
    const auto sealed = store::read_meta(database, store::meta::kTagKey);
    if (!sealed) throw std::runtime_error("the database holds no tag key: it was not made by init");
    auto plain = sealer.open(store::Column::tag_key, as_bytes("tag_key"), *sealed);
    if (!plain || plain->size() != kKeyBytes) {
        throw std::runtime_error("the tag key in the database cannot be opened: altered");
    }
    store::LockedSecret key(
        Secret(std::span<const std::uint8_t, kKeyBytes>(plain->data(), kKeyBytes))
    );
    auth::wipe(*plain);
    return key;
}

base::UnixMs read_horizon(store::Database& database) {
    const auto stored = store::read_meta(database, store::meta::kHorizon);
    if (!stored) return 0;
    const std::string text(stored->begin(), stored->end());
    return static_cast<base::UnixMs>(parse_decimal(text).value_or(0));
}

}  // namespace

Network::Network(
    Settings its_settings,
    std::unique_ptr<store::KeyRing> its_keys,
    store::Database& database
)
    : settings(std::move(its_settings)),
      keys(std::move(its_keys)),
      sealer(keys->sealer()),
      boot_id(new_boot_id()),
      tag_key(read_tag_key(database, *sealer)),
      list_master(lists, tag_version),
      horizon(read_horizon(database)) {
    auth::Servers servers(database, *sealer);
    ring.publish(servers.load_ring());
    list_master.load(database);
}

void Network::on_change(std::function<void()> listener) {
    listener_.with([&](auto& held) { held = std::move(listener); });
}

void Network::notify() const {
    const auto listener = listener_.with([](const auto& held) { return held; });
    if (listener) listener();
}

store::TransactionHooks key_hooks(Network& network) {
    auto& keys = *network.keys;
    return {
        [&keys](store::Database& database) { keys.begun(database, base::unix_ms()); },
        [&keys](store::Database& database) { keys.ending(database); },
        [&keys] { return keys.committed(); }};
}

UnitOfWork::UnitOfWork(Network& network, store::Database& its_database)
    : database(its_database),
      servers(its_database, *network.sealer),
      profiles(its_database, *network.sealer),
      bans(its_database, *network.sealer, profiles, network.settings.breaker),
      cases(its_database, *network.sealer, network.full_servers),
      network_(network) {}

void UnitOfWork::owner_added(std::int64_t owner) {
    bans::ListMaster::create(database, owner);
    new_owners_.push_back(owner);
}

void UnitOfWork::audit(
    const store::AuditActor& actor,
    const store::AuditEntry& entry,
    base::UnixMs now
) {
    store::append_audit(database, *network_.sealer, actor, entry, now);
    ++audited_;
}

bool UnitOfWork::begin_reencryption(
    const store::AuditActor& actor,
    std::string_view reason,
    std::int64_t cells,
    base::UnixMs now
) {
    if (!store::begin_reencryption(database, *network_.keys, cells, now)) return false;
    audit(actor, {"key.reencrypt", "database", reason, fmt::format("{} cells", cells)}, now);
    return true;
}

void UnitOfWork::note_trips() {
    for (const auto& trip : bans.trips()) {
        const auto detail = fmt::format(
            "more than {} automatic bans in {} minutes: back to review, {} held",
            trip.limit,
            trip.period_ms / base::kMinuteMs,
            trip.held
        );
        audit(store::by_system(), {"server.breaker", trip.server_id, {}, detail}, trip.at);
        server_changed(trip.server);
    }
    for (const auto& trip : bans.owner_trips()) {
        const auto detail = fmt::format(
            "{} bans in 24 hours: {} servers behind the breaker, {} held, further ones bind its "
            "own",
            trip.limit,
            trip.servers.size(),
            trip.held
        );
        audit(store::by_system(), {"owner.limit", trip.owner_id, {}, detail}, trip.at);
        for (const auto server : trip.servers) {
            server_changed(server);
        }
    }
    for (const auto& [id, limit, at] : person_trips) {
        const auto* action = limit.is_owners ? "owner.person_limit" : "server.person_limit";
        const auto detail =
            fmt::format("{} players of a day: further ones become known to nobody", limit.persons);
        audit(store::by_system(), {action, id, {}, detail}, at);
    }
}

void UnitOfWork::prepare() {
    note_trips();
    for (const auto owner : new_owners_) {
        new_lists_.push_back(network_.list_master.read(database, owner));
    }
    for (const auto server : changed_servers_) {
        new_keys_[server] = servers.read_keys(server);
    }
}

void UnitOfWork::publish(base::UnixMs now) {
    if (persons_changed_) {
        network_.visits.clear();
        network_.full_servers.clear();
    }
    if (cases.found_full()) network_.full_servers.add(*cases.found_full());
    for (const auto& visit : visits) {
        network_.visits.add(visit, now);
    }
    const auto changes = bans.take_changes();
    const bool has_news = !changes.empty() || !new_keys_.empty() || !new_lists_.empty();
    for (auto& list : new_lists_) {
        network_.list_master.install(std::move(list));
    }
    network_.list_master.apply(changes);
    for (const auto list : removed_lists_) {
        network_.list_master.remove(list);
    }
    for (auto& [server, keys] : new_keys_) {
        network_.ring.publish(auth::with_keys_of(*network_.ring.current(), server, std::move(keys))
        );
    }
    if (has_news) network_.notify();
    log_trips();
}

void UnitOfWork::log_trips() const {
    for (const auto& trip : bans.trips()) {
        base::log_warning(
            "breaker tripped server={} limit={} minutes={} held={}: its mode is review now",
            trip.server_id,
            trip.limit,
            trip.period_ms / base::kMinuteMs,
            trip.held
        );
    }
    for (const auto& trip : bans.owner_trips()) {
        base::log_warning(
            "breaker tripped owner={} limit={} hours=24 servers={} held={}: further bans bind its "
            "own servers alone",
            trip.owner_id,
            trip.limit,
            trip.servers.size(),
            trip.held
        );
    }
    for (const auto& trip : person_trips) {
        base::log_warning(
            "limit reached {}={} players={} of one day: further ones become known to nobody",
            trip.limit.is_owners ? "owner" : "server",
            trip.id,
            trip.limit.persons
        );
    }
}

void run_unit(
    Network& network,
    store::Writer& writer,
    const std::function<void(UnitOfWork&)>& work
) {
    std::optional<UnitOfWork> unit;
    writer.run(
        [&](store::Database& database) {
            unit.emplace(network, database);
            unit->persons_changed();  // what an administrator does is not looked into
            work(*unit);
            unit->prepare();
        },
        [&] { unit->publish(base::unix_ms()); }
    );
}

}  // namespace drawbridge::ingest
