// Who may speak: servers and their keys as an immutable snapshot that the I/O threads read without
// waiting. The store thread makes a new one after each commit that changed it.
#pragma once

#include "auth/replay_window.h"
#include "auth/token_bucket.h"
#include "base/clock.h"
#include "base/guarded.h"
#include "store/key_arena.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace drawbridge::auth {

enum class PropagationMode : std::uint8_t { local = 1, review = 2, automatic = 3 };

/// In bits, what a server asks for itself; nothing: no more than the network does.
struct OwnThresholds {
    std::optional<std::int64_t> ban;
    std::optional<std::int64_t> watch;
};

/// A registered game server as requests see it.
struct Server {
    std::int64_t row = 0;  // servers.id
    std::string id;        // srv_…
    std::string name;
    std::int64_t owner_row = 0;  // owners.id
    std::string owner_id;        // own_…
    PropagationMode mode = PropagationMode::review;
    bool suspended = false;
    OwnThresholds evidence;
};

enum class KeyKind : std::uint8_t { active = 1, pending = 2, enrolment = 3 };

/// What a key's requests change in memory; shared by all rings that hold the key. Any thread.
struct KeyState {
    explicit KeyState(std::uint64_t highest_epoch) : replay(ReplayState(highest_epoch)) {}

    base::Guarded<ReplayState> replay;
    base::Guarded<TokenBucket> bucket;
};

/// One working key. Generation 0 is the one-time code of an enrolment.
struct Key {
    std::string id;  // keyid on the wire
    std::uint32_t generation = 0;
    KeyKind kind = KeyKind::active;
    base::UnixMs not_after = 0;  // 0: no end
    store::LockedSecret secret;
    std::shared_ptr<const Server> server;
    std::shared_ptr<KeyState> state;
};

/// Immutable once published.
struct KeyRing {
    std::unordered_map<std::string, std::shared_ptr<const Key>> keys;  // by key id

    [[nodiscard]] std::shared_ptr<const Key> find(const std::string& key_id) const {
        const auto found = keys.find(key_id);
        return found == keys.end() ? nullptr : found->second;
    }
};

/// `before` with `keys` in place of what it held of that server; keys that stay keep window and
/// rate. Reads nothing, so a commit is never left half shown.
[[nodiscard]] std::shared_ptr<const KeyRing>
with_keys_of(const KeyRing& before, std::int64_t server, std::vector<Key> keys);

/// The current ring. `current` from any thread; `publish` from the store thread, after a commit.
class KeyRingHolder {
public:
    [[nodiscard]] std::shared_ptr<const KeyRing> current() const {
        return ring_.with([](const auto& ring) { return ring; });
    }

    void publish(std::shared_ptr<const KeyRing> ring) {
        ring_.with([&](auto& held) { held.swap(ring); });
    }

private:
    base::Guarded<std::shared_ptr<const KeyRing>> ring_{std::make_shared<const KeyRing>()};
};

}  // namespace drawbridge::auth
