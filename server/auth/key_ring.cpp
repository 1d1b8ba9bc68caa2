#include "auth/key_ring.h"

#include <utility>

namespace drawbridge::auth {

std::shared_ptr<const KeyRing>
with_keys_of(const KeyRing& before, std::int64_t server, std::vector<Key> keys) {
    auto ring = std::make_shared<KeyRing>(before);
    std::erase_if(ring->keys, [&](const auto& entry) {
        return entry.second->server->row == server;
    });
    for (auto& key : keys) {
        const auto held = before.find(key.id);
        // A code that was issued anew is another key: it must not share the old one's window.
        if (held && *held->secret == *key.secret) key.state = held->state;
        const auto id = key.id;
        ring->keys.emplace(id, std::make_shared<const Key>(std::move(key)));
    }
    return ring;
}

}  // namespace drawbridge::auth
