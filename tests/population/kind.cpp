#include "population/kind.h"

namespace drawbridge::population {
namespace {

struct KindRow {
    std::string_view name;
    double share;
};

// Argued, each with what is known. Cafés: where GTA V is played in them, some do by the hundred,
// but FiveM needs an install, so few. Households: brothers play together (es_extended#53 tells of
// two with one Rockstar account). Second hand: of the machines, about one in twelve changes hands a
// year, and half of the buyers in sixty days play as well. Bought accounts: they cost half a dollar
// (fivem#1448). Tokenless: fivem#1448. Every kind is kept large enough to be measured.
constexpr std::array<KindRow, kKinds> kRows{
    KindRow{"plain", 0},
    KindRow{"internet cafe", 0.024},
    KindRow{"household", 0.16},
    KindRow{"university NAT", 0.04},
    KindRow{"carrier NAT", 0.05},
    KindRow{"DHCP churn", 0.08},
    KindRow{"batch of machines", 0.05},
    KindRow{"visits a friend", 0.03},
    KindRow{"second-hand PC", 0.007},
    KindRow{"Steam family share", 0.01},
    KindRow{"shared Rockstar account", 0.01},
    KindRow{"bought Rockstar account", 0.004},
    KindRow{"token-less", 0.02},
    KindRow{"cloud gaming", 0.01},
};

}  // namespace

std::string_view kind_name(Kind kind) {
    return kRows[static_cast<std::size_t>(kind)].name;
}

double share_of(Kind kind) {
    if (kind != Kind::plain) return kRows[static_cast<std::size_t>(kind)].share;
    double rest = 1;
    for (const auto& row : kRows) {
        rest -= row.share;
    }
    return rest;
}

}  // namespace drawbridge::population
