// Servers, owners and their keys in the database: registration, rotation, enrolment, suspension.
// Everything here runs on the store thread inside a transaction; `load_ring` afterwards makes what
// the I/O threads see.
#pragma once

#include "auth/key_ring.h"
#include "shared/seal.h"
#include "shared/secret.h"
#include "store/database.h"
#include "store/sealer.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drawbridge::auth {

struct NewServer {
    std::string name;
    std::string owner;  // owner's name or id; empty: an owner of its own, of the same name
    PropagationMode mode = PropagationMode::review;
    std::string contact;  // of the owner, whom to notify; empty: what is known stays
};

/// Secret and one-time code: shown once.
struct IssuedKey {
    std::string server_id;
    std::string key_id;
    Secret secret;
    Secret enrolment_code;
};

enum class RotationError { unusable_public_key };

enum class RegistryError { name_taken, bad_name, unknown_server, unknown_owner };

class Servers {
public:
    Servers(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          sealer_(sealer) {}

    [[nodiscard]] std::variant<IssuedKey, RegistryError>
    add(const NewServer& server, base::UnixMs now);
    /// By name or id. Not one that is being removed: it is no server any more.
    [[nodiscard]] std::optional<std::int64_t> find(std::string_view name_or_id);
    /// Revokes every key of the server at once and issues the next generation.
    [[nodiscard]] IssuedKey rotate(std::int64_t server, base::UnixMs now);
    /// By staff; the breaker counts anew from here.
    void set_mode(std::int64_t server, PropagationMode mode, base::UnixMs now);
    /// From mode auto back to review. False: staff or the breaker have taken it there before.
    [[nodiscard]] bool trip_breaker(std::int64_t server, base::UnixMs now);
    /// Every server of the owner in mode auto or review is in mode review, and behind the breaker
    /// until staff set its mode. Those that were not behind it.
    [[nodiscard]] std::vector<std::int64_t> stop_owner(std::int64_t owner, base::UnixMs now);
    /// Where the network asks for more, the network's holds.
    void set_evidence(std::int64_t server, const OwnThresholds& evidence);
    void set_suspended(std::int64_t server, bool suspended);
    /// Ends every secret and code of the server, for good.
    void revoke_keys(std::int64_t server);
    /// Frees the name for another server.
    void forget_name(std::int64_t server);

    /// The key still works: re-checked in the transaction that applies a request.
    [[nodiscard]] bool is_working(std::int64_t server, std::uint32_t generation, base::UnixMs now);
    /// Records an opened epoch. A pending key's first epoch, and the first of a secret after its
    /// enrolment, also end what they replace; true when the ring must be made anew.
    [[nodiscard]] bool commit_epoch(
        std::int64_t server,
        std::uint32_t generation,
        std::uint64_t epoch,
        base::UnixMs now
    );

    struct Pending {
        std::string key_id;
        std::string sealed;  // base64url of the sealed box
        base::UnixMs expires_at = 0;
        bool is_new = false;    // false: what this public key was answered before
        bool replaced = false;  // another pending key gave way: worth an alert
    };

    [[nodiscard]] std::variant<Pending, RotationError>
    begin_rotation(std::int64_t server, const PublicKey& public_key, base::UnixMs now);

    /// The secret an enrolment hands out: the newest working one of the server.
    struct Current {
        std::string key_id;
        Secret secret;
    };

    [[nodiscard]] std::optional<Current> current_secret(std::int64_t server);

    /// All working keys, at start: every epoch is closed.
    [[nodiscard]] std::shared_ptr<const KeyRing> load_ring();
    /// The working keys of one server, for `with_keys_of` after the commit.
    [[nodiscard]] std::vector<Key> read_keys(std::int64_t server);

private:
    struct NewKey {
        std::uint32_t generation;
        KeyKind kind;
        const Secret& secret;
        base::UnixMs not_after;
    };

    /// For ever: working keys of a generation below `below`, of one kind or of any (0).
    void revoke(std::int64_t server, std::uint32_t below, std::int64_t kind);
    void insert_key(std::int64_t server, const NewKey& key, base::UnixMs now);
    /// The pending rotation, if any; `replaced` when it was asked for with another public key.
    [[nodiscard]] std::optional<Pending>
    pending_rotation(std::int64_t server, const PublicKey& public_key, base::UnixMs now);
    [[nodiscard]] std::string public_id(std::int64_t server);
    [[nodiscard]] std::uint32_t next_generation(std::int64_t server);
    [[nodiscard]] std::variant<std::int64_t, RegistryError>
    owner_row(const NewServer& server, base::UnixMs now);
    [[nodiscard]] std::shared_ptr<const Server> load_server(std::int64_t server);
    store::Database& database_;
    const store::Sealer& sealer_;
};

}  // namespace drawbridge::auth
