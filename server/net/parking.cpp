#include "net/parking.h"

#include <utility>

namespace drawbridge::net {

std::optional<ParkedPoll> Parking::enter(const std::string& key_id, ParkedPoll poll) {
    return by_key_.with([&](auto& polls) -> std::optional<ParkedPoll> {
        const auto [place, is_new] = polls.try_emplace(key_id);
        std::swap(place->second, poll);
        if (is_new) return std::nullopt;
        return std::move(poll);
    });
}

void Parking::leave(const std::string& key_id, std::uint64_t number) {
    by_key_.with([&](auto& polls) {
        const auto place = polls.find(key_id);
        if (place != polls.end() && place->second.number == number) polls.erase(place);
    });
}

}  // namespace drawbridge::net
