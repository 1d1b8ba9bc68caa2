// One ban taking the place of another: what is asked for, and why not.
#pragma once

#include "bans/ban.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace drawbridge::bans {

struct Supersession {
    std::uint64_t number = 0;  // of the ban that is replaced
    std::uint64_t by = 0;      // of the one that takes its place
    bool may_be_shorter = false;
};

enum class SupersedeError {
    unknown_code,
    unknown_other,
    same_ban,
    is_over,
    other_is_over,
    one_family,    // one of the two follows from the other
    other_person,  // neither an account, nor a profile, nor a link makes them one
    narrower,      // somebody whom the first binds would be free of the other
    shorter,
    unbound,   // accounts off the network would be: nothing there takes them over
    too_many,  // kMaxFollowers would be passed
};

struct Superseded {
    Ban ban;
    std::vector<std::uint64_t> followers;   // they follow from the other now
    std::optional<std::uint64_t> extended;  // a new ban: what only the first one bound
    std::optional<std::int64_t> appeal;     // was open; it is against the other now
};

}  // namespace drawbridge::bans
