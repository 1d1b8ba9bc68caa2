#include "ingest/network.h"

#include "auth/random.h"
#include "shared/encoding.h"
#include "store/meta.h"

#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

namespace drawbridge::ingest {
namespace {

std::string new_boot_id() {
    return std::string(print_hex64(auth::random_below(UINT64_MAX)).view());
}

Secret read_tag_key(store::Database& database, const store::Sealer& sealer) {
    const auto sealed = store::read_meta(database, store::meta::kTagKey);
    if (!sealed) throw std::runtime_error("the database holds no tag key: it was not made by init");
    auto plain = sealer.open(store::Column::tag_key, as_bytes("tag_key"), *sealed);
    if (!plain || plain->size() != kKeyBytes) {
        throw std::runtime_error("the tag key in the database cannot be opened: altered");
    }
    const Secret key{std::span<const std::uint8_t, kKeyBytes>(plain->data(), kKeyBytes)};
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
    std::shared_ptr<const store::Sealer> its_sealer,
    store::Database& database
)
    : settings(std::move(its_settings)),
      sealer(std::move(its_sealer)),
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

UnitOfWork::UnitOfWork(Network& network, store::Database& its_database)
    : database(its_database),
      servers(its_database, *network.sealer),
      profiles(its_database, *network.sealer),
      bans(its_database, *network.sealer, profiles),
      network_(network) {}

void UnitOfWork::owner_added(std::int64_t owner) {
    bans::ListMaster::create(database, owner);
    new_owners_.push_back(owner);
}

void UnitOfWork::audit(
    std::string_view actor,
    std::string_view action,
    std::string_view target,
    std::string_view detail,
    base::UnixMs now
) {
    database.query("INSERT INTO audit(at, actor, action, target, detail) VALUES(?,?,?,?,?)")
        .bind(now)
        .bind(actor)
        .bind(action)
        .bind(target)
        .bind(detail)
        .run();
}

void UnitOfWork::publish() {
    const auto changes = bans.take_changes();
    for (const auto owner : new_owners_) {
        network_.list_master.load_one(database, owner);
    }
    for (const auto& change : changes) {
        network_.list_master.apply(change);
    }
    for (const auto server : std::set(changed_servers_.begin(), changed_servers_.end())) {
        network_.ring.publish(servers.reload(*network_.ring.current(), server));
    }
    if (!changes.empty() || !changed_servers_.empty() || !new_owners_.empty()) network_.notify();
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
            work(*unit);
        },
        [&] { unit->publish(); }
    );
}

}  // namespace drawbridge::ingest
