// The circumstances that guards against false positives exist for; the rows of the report.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace drawbridge::population {

enum class Kind : std::uint8_t {
    plain,           // one person, one machine, one line
    cafe,            // an internet café: one address, machines cloned or started from one image
    household,       // two to five at one line, some at one machine, some with one console account
    university,      // own machines behind a few addresses of a campus
    carrier_nat,     // own machines behind a provider's shared addresses
    dhcp_churn,      // another address every day, which others have before and after
    batch,           // a machine of a batch, with numbers that its sisters have as well
    visitor,         // plays at a friend's machine now and then
    second_hand,     // bought the machine of another player
    family_share,    // plays what another's Steam library lends
    shared_account,  // several friends with one Rockstar account
    account_chain,   // bought a Rockstar account that another has used
    tokenless,       // a platform that gives no tokens
    cloud_gaming,    // hired by the hour, on machines from one image
    count
};

inline constexpr auto kKinds = static_cast<std::size_t>(Kind::count);

/// As the report says it.
[[nodiscard]] std::string_view kind_name(Kind kind);
/// Of all persons; `plain` is what the others leave.
[[nodiscard]] double share_of(Kind kind);

}  // namespace drawbridge::population
