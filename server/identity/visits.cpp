#include "identity/visits.h"

namespace drawbridge::identity {
namespace {

void append_number(store::Bytes& bytes, std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(number >> shift));
    }
}

}  // namespace

// The number of tags comes first, so that no tag can pass for a token.
VisitKey visit_key(const store::Sealer& sealer, std::int64_t server, const Player& player) {
    store::Bytes bytes;
    const auto values = player.tags.size() + player.tokens.size();
    bytes.reserve(16 + values * (1 + Tag{}.size()) + player.name.size());
    append_number(bytes, static_cast<std::uint64_t>(server));
    append_number(bytes, player.tags.size());
    for (const auto& [type, tag] : player.tags) {
        bytes.push_back(static_cast<std::uint8_t>(type));
        bytes.insert(bytes.end(), tag.begin(), tag.end());
    }
    append_number(bytes, player.tokens.size());
    for (const auto& token : player.tokens) {
        bytes.insert(bytes.end(), token.begin(), token.end());
    }
    bytes.insert(bytes.end(), player.name.begin(), player.name.end());
    return sealer.indexes(bytes).now;
}

std::optional<std::int64_t> Visits::find(const VisitKey& key, base::UnixMs now) const {
    if (now / base::kDayMs != day_) return std::nullopt;
    const auto found = profiles_.find(key);
    if (found == profiles_.end()) return std::nullopt;
    return found->second;
}

void Visits::add(const Visit& visit, base::UnixMs now) {
    const auto day = now / base::kDayMs;
    if (day != day_ || profiles_.size() >= kMost) profiles_.clear();
    day_ = day;
    profiles_.insert_or_assign(visit.key, visit.profile);
}

}  // namespace drawbridge::identity
