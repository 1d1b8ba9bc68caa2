#include "auth/servers.h"

#include "auth/names.h"
#include "auth/owners.h"
#include "auth/random.h"
#include "shared/encoding.h"
#include "store/journal_record.h"

#include <sodium.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace drawbridge::auth {
namespace {

constexpr base::UnixMs kEnrolmentLife = base::UnixMs{kEnrolmentHours} * base::kHourMs;
constexpr base::UnixMs kPendingLife = base::UnixMs{kPendingSecretSeconds} * base::kSecondMs;
constexpr std::int64_t kWorking = 1;
constexpr std::int64_t kAnyKind = 0;
constexpr const char* kByName = "SELECT id FROM servers WHERE name_idx = ?";

std::string key_id_of(const std::string& server_id, std::uint32_t generation) {
    return generation == 0 ? "enrol:" + server_id : server_id + ":" + std::to_string(generation);
}

Secret take_secret(std::optional<store::Bytes>& opened, const std::string& key_id) {
    if (!opened || opened->size() != kKeyBytes) {
        throw std::runtime_error("the stored secret of " + key_id + " cannot be opened: altered");
    }
    const Secret secret{std::span<const std::uint8_t, kKeyBytes>(opened->data(), kKeyBytes)};
    wipe(*opened);
    return secret;
}

std::optional<BoxSealedSecret> box_seal(const Secret& secret, const PublicKey& to) {
    BoxSealedSecret box{};
    const auto& plain = secret.bytes();
    const int failed = crypto_box_seal(box.data(), plain.data(), plain.size(), to.data());
    if (failed != 0) return std::nullopt;
    return box;
}

}  // namespace

std::variant<IssuedKey, RegistryError> Servers::add(const NewServer& server, base::UnixMs now) {
    if (!acceptable_name(server.name)) return RegistryError::bad_name;
    const auto indexes = sealer_.indexes(store::Column::server_name, as_bytes(server.name));
    if (find_by_name(database_, kByName, indexes)) return RegistryError::name_taken;
    const auto owner = owner_row(server, now);
    if (const auto* error = std::get_if<RegistryError>(&owner)) return *error;

    const auto id = random_public_id("srv_");
    const auto cell = sealer_.seal(store::Column::server_name, as_bytes(id), as_bytes(server.name));
    database_
        .query(
            "INSERT INTO servers(public_id, name, name_idx, owner_id, mode, created_at) "
            "VALUES(?,?,?,?,?,?)"
        )
        .bind(std::string_view(id))
        .bind(store::ByteView(cell))
        .bind(store::ByteView(indexes.now))
        .bind(std::get<std::int64_t>(owner))
        .bind(static_cast<std::int64_t>(server.mode))
        .bind(now)
        .run();
    return rotate(database_.last_insert_rowid(), now);
}

std::variant<std::int64_t, RegistryError>
Servers::owner_row(const NewServer& server, base::UnixMs now) {
    const auto& wanted = server.owner.empty() ? server.name : server.owner;
    Owners owners(database_, sealer_);
    auto owner = owners.find(wanted);
    if (!owner && wanted.starts_with("own_")) return RegistryError::unknown_owner;
    if (!owner && !acceptable_name(wanted)) return RegistryError::bad_name;
    if (!owner) owner = owners.add(wanted, now);
    if (!server.contact.empty()) owners.set_contact(*owner, server.contact);
    return *owner;
}

std::optional<std::int64_t> Servers::find(std::string_view name_or_id) {
    {
        auto query = database_.query(
            "SELECT id FROM servers WHERE public_id = ? AND id NOT IN "
            "(SELECT server_id FROM removals WHERE finished_at IS NULL)"
        );
        if (query.bind(name_or_id).step()) return query.integer(0);
    }
    if (name_or_id.starts_with("srv_")) return std::nullopt;  // forget_name
    const auto name = store::as_bytes(name_or_id);
    return find_by_name(database_, kByName, sealer_.indexes(store::Column::server_name, name));
}

std::string Servers::public_id(std::int64_t server) {
    auto query = database_.query("SELECT public_id FROM servers WHERE id = ?");
    if (!query.bind(server).step()) throw std::runtime_error("no server of that row");
    return query.text(0);
}

std::uint32_t Servers::next_generation(std::int64_t server) {
    auto query = database_.query(
        "SELECT coalesce(max(generation), 0) + 1 FROM server_keys WHERE server_id = ?"
    );
    if (!query.bind(server).step()) throw std::runtime_error("max() without a row");
    return static_cast<std::uint32_t>(query.integer(0));
}

IssuedKey Servers::rotate(std::int64_t server, base::UnixMs now) {
    const auto generation = next_generation(server);
    revoke(server, generation, kAnyKind);
    IssuedKey issued;
    issued.server_id = public_id(server);
    issued.key_id = key_id_of(issued.server_id, generation);
    issued.secret = random_secret();
    issued.enrolment_code = random_secret();
    insert_key(server, {generation, KeyKind::active, issued.secret, 0}, now);
    insert_key(server, {0, KeyKind::enrolment, issued.enrolment_code, now + kEnrolmentLife}, now);
    return issued;
}

void Servers::revoke(std::int64_t server, std::uint32_t below, std::int64_t kind) {
    const auto id = public_id(server);
    auto query = database_.query(
        "UPDATE server_keys SET state = 2, secret = x'', rotation_key = NULL, "
        "rotation_answer = NULL WHERE server_id = ?1 AND generation < ?2 AND state = 1 "
        "AND (?3 = 0 OR kind = ?3) RETURNING generation"
    );
    query.bind(server).bind(std::int64_t{below}).bind(kind);
    while (query.step()) {
        const auto generation = static_cast<std::uint32_t>(query.integer(0));
        store::append_journal(database_, store::KeyRevoked{id, generation});
    }
}

void Servers::insert_key(std::int64_t server, const NewKey& key, base::UnixMs now) {
    const auto id = key_id_of(public_id(server), key.generation);
    const auto sealed =
        sealer_.seal(store::Column::server_secret, as_bytes(id), key.secret.bytes());
    // An enrolment code takes the place of the one before; its epochs stay closed.
    database_
        .query(
            "INSERT INTO server_keys(server_id, generation, kind, state, secret, created_at, "
            "not_after) VALUES(?,?,?,?,?,?,?) ON CONFLICT(server_id, generation) DO UPDATE SET "
            "state = excluded.state, secret = excluded.secret, "
            "created_at = excluded.created_at, not_after = excluded.not_after"
        )
        .bind(server)
        .bind(std::int64_t{key.generation})
        .bind(static_cast<std::int64_t>(key.kind))
        .bind(kWorking)
        .bind(store::ByteView(sealed))
        .bind(now)
        .bind(key.not_after)
        .run();
}

void Servers::set_mode(std::int64_t server, PropagationMode mode, base::UnixMs now) {
    database_.query("UPDATE servers SET mode = ?, mode_set_at = ?, breaker_at = NULL WHERE id = ?")
        .bind(static_cast<std::int64_t>(mode))
        .bind(now)
        .bind(server)
        .run();
}

bool Servers::trip_breaker(std::int64_t server, base::UnixMs now) {
    return database_.query("UPDATE servers SET mode = 2, breaker_at = ? WHERE id = ? AND mode = 3")
               .bind(now)
               .bind(server)
               .run() > 0;
}

std::vector<std::int64_t> Servers::stop_owner(std::int64_t owner, base::UnixMs now) {
    auto update = database_.query(
        "UPDATE servers SET mode = 2, breaker_at = ? WHERE owner_id = ? AND mode IN (2, 3) AND "
        "breaker_at IS NULL RETURNING id"
    );
    update.bind(now).bind(owner);
    std::vector<std::int64_t> stopped;
    while (update.step()) {
        stopped.push_back(update.integer(0));
    }
    return stopped;
}

void Servers::set_evidence(std::int64_t server, const OwnThresholds& evidence) {
    database_.query("UPDATE servers SET evidence_ban = ?, evidence_watch = ? WHERE id = ?")
        .bind(evidence.ban)
        .bind(evidence.watch)
        .bind(server)
        .run();
}

void Servers::set_suspended(std::int64_t server, bool suspended) {
    database_.query("UPDATE servers SET suspended = ? WHERE id = ?")
        .bind(std::int64_t{suspended ? 1 : 0})
        .bind(server)
        .run();
}

void Servers::revoke_keys(std::int64_t server) {
    revoke(server, std::numeric_limits<std::uint32_t>::max(), kAnyKind);
}

// The id in its place can never be the name of another: acceptable_name.
void Servers::forget_name(std::int64_t server) {
    const auto id = public_id(server);
    const auto bytes = as_bytes(id);
    const auto cell = sealer_.seal(store::Column::server_name, bytes, bytes);
    const auto index = sealer_.indexes(store::Column::server_name, bytes).now;
    database_.query("UPDATE servers SET name = ?, name_idx = ? WHERE id = ?")
        .bind(store::ByteView(cell))
        .bind(store::ByteView(index))
        .bind(server)
        .run();
}

bool Servers::is_working(std::int64_t server, std::uint32_t generation, base::UnixMs now) {
    auto query = database_.query(
        "SELECT 1 FROM server_keys k JOIN servers s ON s.id = k.server_id WHERE k.server_id = ? "
        "AND "
        "k.generation = ? AND k.state = 1 AND s.suspended = 0 AND (k.not_after = 0 OR k.not_after "
        "> ?)"
    );
    return query.bind(server).bind(std::int64_t{generation}).bind(now).step();
}

bool Servers::commit_epoch(
    std::int64_t server,
    std::uint32_t generation,
    std::uint64_t epoch,
    base::UnixMs now
) {
    std::int64_t kind = 0;
    bool first_use = false;
    {
        auto query = database_.query(
            "SELECT kind, first_used_at FROM server_keys WHERE server_id = ? AND generation = ?"
        );
        if (!query.bind(server).bind(std::int64_t{generation}).step()) {
            throw std::runtime_error("epoch of a key that is not there");
        }
        kind = query.integer(0);
        first_use = query.is_null(1);
    }
    store::append_journal(database_, store::EpochOpened{public_id(server), generation, epoch});
    const bool replaces = first_use && kind != static_cast<std::int64_t>(KeyKind::enrolment);
    database_
        .query(
            "UPDATE server_keys SET highest_epoch = max(highest_epoch, ?1), "
            "first_used_at = coalesce(first_used_at, ?2), "
            "kind = CASE kind WHEN 2 THEN 1 ELSE kind END, "
            "not_after = CASE kind WHEN 2 THEN 0 ELSE not_after END "
            "WHERE server_id = ?3 AND generation = ?4"
        )
        .bind(static_cast<std::int64_t>(epoch))
        .bind(now)
        .bind(server)
        .bind(std::int64_t{generation})
        .run();
    if (!replaces) return false;
    // The secret is in use: the code that carried it and the secret before it are dead.
    revoke(server, generation, kAnyKind);
    return true;
}

std::optional<Servers::Pending>
Servers::pending_rotation(std::int64_t server, const PublicKey& public_key, base::UnixMs now) {
    auto query = database_.query(
        "SELECT generation, rotation_key, rotation_answer, not_after FROM server_keys WHERE "
        "server_id = ? AND kind = 2 AND state = 1 AND not_after > ?"
    );
    if (!query.bind(server).bind(now).step()) return std::nullopt;
    Pending pending;
    pending.key_id = key_id_of(public_id(server), static_cast<std::uint32_t>(query.integer(0)));
    pending.expires_at = query.integer(3);
    if (std::ranges::equal(query.blob_view(1), public_key)) {
        pending.sealed = query.text(2);
    } else {
        pending.replaced = true;
    }
    return pending;
}

std::variant<Servers::Pending, RotationError>
Servers::begin_rotation(std::int64_t server, const PublicKey& public_key, base::UnixMs now) {
    const auto standing = pending_rotation(server, public_key, now);
    if (standing && !standing->replaced) return *standing;

    const auto generation = next_generation(server);
    const auto secret = random_secret();
    const auto box = box_seal(secret, public_key);
    if (!box) return RotationError::unusable_public_key;

    revoke(server, generation, static_cast<std::int64_t>(KeyKind::pending));
    Pending pending;
    pending.key_id = key_id_of(public_id(server), generation);
    pending.sealed = print_base64url(*box).view();
    pending.expires_at = now + kPendingLife;
    pending.is_new = true;
    pending.replaced = standing.has_value();
    insert_key(server, {generation, KeyKind::pending, secret, pending.expires_at}, now);
    database_
        .query(
            "UPDATE server_keys SET rotation_key = ?, rotation_answer = ? "
            "WHERE server_id = ? AND generation = ?"
        )
        .bind(store::ByteView(public_key))
        .bind(as_bytes(pending.sealed))
        .bind(server)
        .bind(std::int64_t{generation})
        .run();
    return pending;
}

std::optional<Servers::Current> Servers::current_secret(std::int64_t server) {
    auto query = database_.query(
        "SELECT generation, secret FROM server_keys WHERE server_id = ? AND kind = 1 AND state = 1 "
        "ORDER BY generation DESC LIMIT 1"
    );
    if (!query.bind(server).step()) return std::nullopt;
    Current current;
    current.key_id = key_id_of(public_id(server), static_cast<std::uint32_t>(query.integer(0)));
    auto secret =
        sealer_.open(store::Column::server_secret, as_bytes(current.key_id), query.blob_view(1));
    current.secret = take_secret(secret, current.key_id);
    return current;
}

std::shared_ptr<const Server> Servers::load_server(std::int64_t server) {
    auto query = database_.query(
        "SELECT s.public_id, s.name, s.owner_id, o.public_id, s.mode, s.suspended, "
        "s.evidence_ban, s.evidence_watch FROM servers s "
        "JOIN owners o ON o.id = s.owner_id WHERE s.id = ?"
    );
    if (!query.bind(server).step()) return nullptr;
    Server loaded;
    loaded.row = server;
    loaded.id = query.text(0);
    loaded.name =
        open_name(sealer_, store::Column::server_name, as_bytes(loaded.id), query.blob_view(1));
    loaded.owner_row = query.integer(2);
    loaded.owner_id = query.text(3);
    loaded.mode = static_cast<PropagationMode>(query.integer(4));
    loaded.suspended = query.integer(5) != 0;
    loaded.evidence = {query.optional_integer(6), query.optional_integer(7)};
    return std::make_shared<const Server>(std::move(loaded));
}

std::vector<Key> Servers::read_keys(std::int64_t server) {
    std::vector<Key> keys;
    const auto loaded = load_server(server);
    if (!loaded) return keys;
    auto query = database_.query(
        "SELECT generation, kind, secret, not_after, highest_epoch FROM server_keys "
        "WHERE server_id = ? AND state = 1"
    );
    query.bind(server);
    while (query.step()) {
        Key key;
        key.generation = static_cast<std::uint32_t>(query.integer(0));
        key.id = key_id_of(loaded->id, key.generation);
        key.kind = static_cast<KeyKind>(query.integer(1));
        key.not_after = query.integer(3);
        key.server = loaded;
        auto secret =
            sealer_.open(store::Column::server_secret, as_bytes(key.id), query.blob_view(2));
        key.secret = store::LockedSecret(take_secret(secret, key.id));
        key.state = std::make_shared<KeyState>(static_cast<std::uint64_t>(query.integer(4)));
        keys.push_back(std::move(key));
    }
    return keys;
}

std::shared_ptr<const KeyRing> Servers::load_ring() {
    std::vector<std::int64_t> rows;
    {
        auto query = database_.query("SELECT id FROM servers");
        while (query.step()) {
            rows.push_back(query.integer(0));
        }
    }
    auto ring = std::make_shared<KeyRing>();
    for (const auto row : rows) {
        for (auto& key : read_keys(row)) {
            const auto id = key.id;
            ring->keys.emplace(id, std::make_shared<const Key>(std::move(key)));
        }
    }
    return ring;
}

}  // namespace drawbridge::auth
