#include "net/address_limits.h"

#include <algorithm>
#include <cstring>
#include <random>

namespace drawbridge::net {
namespace {

constexpr std::size_t kSlots = 4096;  // a power of two
constexpr std::size_t kWays = 4;      // slots an address can be in

std::uint64_t random_salt() {
    std::random_device source;
    return (std::uint64_t{source()} << 32) | source();
}

// The finaliser of MurmurHash3.
std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdULL;
    value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return value ^ (value >> 33);
}

}  // namespace

AddressKey to_key(const asio::ip::address& address) {
    if (address.is_v4()) {
        return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
    }
    auto bytes = address.to_v6().to_bytes();
    if (!address.to_v6().is_v4_mapped()) std::fill(bytes.begin() + 8, bytes.end(), 0);
    return bytes;
}

std::size_t AddressLimits::KeyHash::operator()(const AddressKey& key) const {
    std::array<std::uint64_t, 2> words{};
    std::memcpy(words.data(), key.data(), key.size());
    return static_cast<std::size_t>(mix(mix(words[0] ^ salt) ^ words[1]));
}

AddressLimits::AddressLimits(const Limits& limits)
    : limits_(limits),
      hash_{random_salt()},
      connections_(Connections{0, decltype(Connections::by_address)(0, hash_)}),
      failures_(std::vector<Failures>(kSlots)) {}

AddressLimits::Entry AddressLimits::enter(const AddressKey& address) {
    return connections_.with([&](Connections& open) {
        if (open.total >= limits_.connections) return Entry::full;
        auto& here = open.by_address[address];
        if (here >= limits_.connections_per_address) return Entry::address_full;
        ++here;
        ++open.total;
        return Entry::granted;
    });
}

void AddressLimits::leave(const AddressKey& address) {
    connections_.with([&](Connections& open) {
        const auto here = open.by_address.find(address);
        if (here == open.by_address.end()) return;
        --open.total;
        if (--here->second == 0) open.by_address.erase(here);
    });
}

std::size_t AddressLimits::connections() const {
    return connections_.with([](const Connections& open) { return open.total; });
}

std::size_t AddressLimits::first_slot(const AddressKey& address) const {
    return hash_(address) % (kSlots / kWays) * kWays;
}

bool AddressLimits::is_current(const Failures& slot, Clock::time_point now) const {
    return slot.count > 0 && now - slot.since < limits_.failure_window;
}

// The slot of the address, else the one to give up for it: empty, outdated or mildest.
AddressLimits::Failures& AddressLimits::slot_for(
    std::vector<Failures>& slots,
    const AddressKey& address,
    Clock::time_point now
) const {
    const auto first = slots.begin() + static_cast<std::ptrdiff_t>(first_slot(address));
    auto* best = &*first;
    for (auto slot = first; slot != first + kWays; ++slot) {
        if (!is_current(*slot, now)) slot->count = 0;
        if (slot->count > 0 && slot->address == address) return *slot;
        if (slot->count < best->count) best = &*slot;
    }
    return *best = {address, now, 0};
}

void AddressLimits::note_failure(const AddressKey& address, Clock::time_point now) {
    failures_.with([&](auto& slots) { ++slot_for(slots, address, now).count; });
}

bool AddressLimits::is_blocked(const AddressKey& address, Clock::time_point now) const {
    return failures_.with([&](const std::vector<Failures>& slots) {
        const auto first = slots.begin() + static_cast<std::ptrdiff_t>(first_slot(address));
        return std::any_of(first, first + kWays, [&](const Failures& slot) {
            return slot.address == address && is_current(slot, now) &&
                   slot.count > limits_.failures_per_address;
        });
    });
}

}  // namespace drawbridge::net
