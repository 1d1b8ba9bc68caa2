// Who was here today, in memory: a player who joins a server again with the tags, tokens and name
// of before finds profile, claims, name and budget as they are, so nothing of that is looked up.
// Holds what was committed only; forgetting any of it costs time, never truth.
#pragma once

#include "base/clock.h"
#include "identity/player.h"
#include "store/sealer.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <unordered_map>

namespace drawbridge::identity {

/// Keyed hash of a server and all that it says of a player; tells nothing without the key.
using VisitKey = store::TagIndex;

[[nodiscard]] VisitKey
visit_key(const store::Sealer& sealer, std::int64_t server, const Player& player);

/// A join that this transaction has recorded in full.
struct Visit {
    VisitKey key{};
    std::int64_t profile = 0;
};

/// Store thread.
class Visits {
public:
    /// 200,000 players a day take some 10 MiB; with more, all are forgotten and it fills anew.
    static constexpr std::size_t kMost = 200'000;

    /// The profile; nothing when the player was not here on this day.
    [[nodiscard]] std::optional<std::int64_t> find(const VisitKey& key, base::UnixMs now) const;

    /// After the commit.
    void add(const Visit& visit, base::UnixMs now);

    /// Whenever something else than a join may have changed who is who.
    void clear() { profiles_.clear(); }

    [[nodiscard]] std::size_t size() const { return profiles_.size(); }

private:
    // The keys are hashes already.
    struct FirstBytes {
        std::size_t operator()(const VisitKey& key) const {
            std::size_t bytes = 0;
            std::memcpy(&bytes, key.data(), sizeof bytes);
            return bytes;
        }
    };

    std::int64_t day_ = 0;
    std::unordered_map<VisitKey, std::int64_t, FirstBytes> profiles_;
};

}  // namespace drawbridge::identity
