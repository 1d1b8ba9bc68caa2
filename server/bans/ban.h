// A ban as stored, and its categories.
#pragma once

#include "bans/ban_states.h"
#include "base/clock.h"
#include "identity/player.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::bans {

// The numbers are stored: never renumber.
enum class Category : std::uint8_t {
    cheating = 1,
    evasion,
    harassment,
    exploiting,
    scam,
    raid,
    fraud,
    other
};
[[nodiscard]] std::string_view category_name(Category category);
[[nodiscard]] std::optional<Category> parse_category(std::string_view name);
/// For messages: "cheating, evasion, …".
[[nodiscard]] std::string_view category_names();

struct Ban {
    std::uint64_t number = 0;  // its code is print_ban_code(number)
    BanState state = BanState::proposed;
    Category category = Category::other;
    std::string reason;
    std::string issuer;  // as the game server named them; empty for staff bans
    std::optional<std::int64_t> server;
    std::optional<std::int64_t> owner;
    std::optional<std::int64_t> profile;
    std::optional<std::uint64_t> follows;        // the ban that this one is a consequence of
    std::optional<std::uint64_t> superseded_by;  // the ban that took its place
    bool adopted = false;  // staff have made it theirs: the origin can no longer lift it
    base::UnixMs created_at = 0;
    std::optional<base::UnixMs> grace_until;
    std::optional<base::UnixMs> expires_at;
    std::optional<base::UnixMs> decided_at;
    std::string decided_by;
    std::string decision_note;
};

}  // namespace drawbridge::bans
