// What one address may do: so many connections at once, so many failed signatures in a while.
#pragma once

#include "base/guarded.h"
#include "net/asio.h"
#include "net/server.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace drawbridge::net {

/// IPv4 as mapped IPv6; of IPv6 the /64, since one customer has all of it.
using AddressKey = std::array<std::uint8_t, 16>;

[[nodiscard]] AddressKey to_key(const asio::ip::address& address);

/// Any thread. The failure table has a fixed size: more addresses than fit push out the mildest.
class AddressLimits {
public:
    explicit AddressLimits(const Limits& limits);

    enum class Entry { granted, full, address_full };
    /// Each granted entry is given back by `leave`.
    [[nodiscard]] Entry enter(const AddressKey& address);
    void leave(const AddressKey& address);
    [[nodiscard]] std::size_t connections() const;

    /// A request whose signature did not verify came from there.
    void note_failure(const AddressKey& address, Clock::time_point now);
    [[nodiscard]] bool is_blocked(const AddressKey& address, Clock::time_point now) const;

private:
    struct KeyHash {
        std::size_t operator()(const AddressKey& key) const;
        std::uint64_t salt = 0;  // so that nobody can choose addresses that collide
    };

    struct Failures {
        AddressKey address{};
        Clock::time_point since{};
        std::uint32_t count = 0;
    };

    struct Connections {
        std::size_t total = 0;
        std::unordered_map<AddressKey, std::size_t, KeyHash> by_address;
    };

    [[nodiscard]] std::size_t first_slot(const AddressKey& address) const;
    [[nodiscard]] Failures&
    slot_for(std::vector<Failures>& slots, const AddressKey& address, Clock::time_point now) const;
    [[nodiscard]] bool is_current(const Failures& slot, Clock::time_point now) const;

    const Limits limits_;
    const KeyHash hash_;
    base::Guarded<Connections> connections_;
    base::Guarded<std::vector<Failures>> failures_;
};

}  // namespace drawbridge::net
