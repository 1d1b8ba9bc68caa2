#include "population/happening.h"

#include <array>

namespace drawbridge::population {

std::string_view comeback_name(Comeback comeback) {
    static constexpr std::array<std::string_view, kComebacks> kNames{
        "unchanged",
        "new licence",
        "all accounts new",
        "all accounts new, reinstalled",
        "new licence, tokens spoofed",
        "new licence, other machine",
        "everything new",
    };
    return kNames[static_cast<std::size_t>(comeback)];
}

}  // namespace drawbridge::population
