// Random changes to a ban list, with few prefixes and numbers so that they meet, and a std::map as
// the model of the list.
#pragma once

#include "shared/ban_pages.h"
#include "shared/banlist.h"

#include <map>
#include <random>

namespace drawbridge::test {

using Model = std::map<BanKey, BanListEntry>;

class RandomList {
public:
    explicit RandomList(std::uint64_t seed, std::uint64_t prefixes = 5000)
        : random_(seed),
          prefixes_(prefixes) {}

    std::uint64_t below(std::uint64_t end) { return random_() % end; }

    BanListEntry entry() {
        BanListEntry entry;
        entry.weight = static_cast<std::uint8_t>(1 + below(100));
        entry.ban_number = below(40) == 0 ? kMaxBanNumber : below(50);
        entry.expires = below(2) == 0 ? 0 : static_cast<std::uint32_t>(random_());
        std::uint64_t spread = below(prefixes_) * 0x9E3779B97F4A7C15;
        for (auto& byte : entry.prefix) {
            byte = static_cast<std::uint8_t>(spread >> 56);
            spread <<= 8;
        }
        return entry;
    }

    // A remove of an entry that is live in the model, which must not be empty.
    BanListEntry removal(const Model& model) {
        auto at = model.lower_bound(key_of(entry()));
        if (at == model.end()) at = model.begin();
        BanListEntry removal = at->second;
        removal.operation = BanOperation::remove;
        removal.weight = 0;
        removal.expires = 0;
        return removal;
    }

    // An operation that is right for the model, which it is applied to.
    BanListEntry operation(Model& model, unsigned add_percent) {
        if (model.empty() || below(100) < add_percent) {
            const BanListEntry add = entry();
            model[key_of(add)] = add;
            return add;
        }
        const BanListEntry remove = removal(model);
        model.erase(key_of(remove));
        return remove;
    }

private:
    std::mt19937_64 random_;
    std::uint64_t prefixes_;
};

inline SetChecksum checksum_of(const Model& model) {
    SetChecksum checksum;
    for (const auto& [key, entry] : model)
        checksum.add(entry);
    return checksum;
}

inline bool same(const BanPages& pages, const Model& model) {
    auto at = pages.lower_bound({});
    for (const auto& [key, entry] : model) {
        if (pages.at_end(at) || pages.key(at) != key || !(pages.entry(at) == entry)) return false;
        at = pages.next(at);
    }
    return pages.at_end(at) && pages.size() == model.size();
}

}  // namespace drawbridge::test
