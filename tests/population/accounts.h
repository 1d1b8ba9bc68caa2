// The accounts of a person, and which of them a game server gets to see.
#pragma once

#include "population/random.h"
#include "shared/identifier.h"

#include <array>
#include <cstdint>

namespace drawbridge::population {

inline constexpr std::array kAccountTypes{
    IdentifierType::license,
    IdentifierType::license2,
    IdentifierType::steam,
    IdentifierType::discord,
    IdentifierType::fivem,
    IdentifierType::xbl,
    IdentifierType::live};

/// In the order of kAccountTypes; 0: none.
struct Accounts {
    std::array<std::uint64_t, kAccountTypes.size()> ids{};

    [[nodiscard]] std::uint64_t& license() { return ids[0]; }

    [[nodiscard]] std::uint64_t license() const { return ids[0]; }

    [[nodiscard]] std::uint64_t& license2() { return ids[1]; }

    [[nodiscard]] std::uint64_t& steam() { return ids[2]; }

    [[nodiscard]] std::uint64_t steam() const { return ids[2]; }

    [[nodiscard]] std::uint64_t& discord() { return ids[3]; }

    [[nodiscard]] std::uint64_t discord() const { return ids[3]; }

    [[nodiscard]] std::uint64_t& xbl() { return ids[5]; }

    [[nodiscard]] std::uint64_t xbl() const { return ids[5]; }

    [[nodiscard]] std::uint64_t& live() { return ids[6]; }
};

/// At least one account of both is the same.
[[nodiscard]] bool share_an_account(const Accounts& a, const Accounts& b);

[[nodiscard]] Accounts open_accounts(Random& random);
/// Another Rockstar account: both licences change, nothing else.
void buy_licence(Accounts& accounts, Random& random);
/// As one connection shows them: Steam and Discord only while they run.
[[nodiscard]] Accounts shown(const Accounts& accounts, Random& random);

}  // namespace drawbridge::population
