// Shares. The licence is always there: the platform's ticket carries it. Of the others no census is
// published, so these are argued: GTA V sells most on Steam and Epic; nearly every community lives
// on Discord; the Cfx.re account is asked for by few; xbl and live come together, from Windows'
// own sign-in, and are being phased out.
#include "population/accounts.h"

namespace drawbridge::population {
namespace {

constexpr double kLicense2 = 0.92;
constexpr double kSteam = 0.50;
constexpr double kDiscord = 0.85;
constexpr double kFivem = 0.40;
constexpr double kXbox = 0.30;
constexpr double kLiveWithXbl = 0.9;

// Of the connections of those who have them.
constexpr double kSteamRuns = 0.92;
constexpr double kDiscordRuns = 0.94;

}  // namespace

bool share_an_account(const Accounts& a, const Accounts& b) {
    for (std::size_t i = 0; i < a.ids.size(); ++i) {
        if (a.ids[i] != 0 && a.ids[i] == b.ids[i]) return true;
    }
    return false;
}

Accounts open_accounts(Random& random) {
    const bool has_xbox = random.chance(kXbox);
    const auto open = [&](bool has) { return has ? random.id() : 0; };
    Accounts accounts;
    accounts.license() = random.id();
    accounts.license2() = open(random.chance(kLicense2));
    accounts.steam() = open(random.chance(kSteam));
    accounts.discord() = open(random.chance(kDiscord));
    accounts.ids[4] = open(random.chance(kFivem));
    accounts.xbl() = open(has_xbox);
    accounts.live() = open(has_xbox && random.chance(kLiveWithXbl));
    return accounts;
}

void buy_licence(Accounts& accounts, Random& random) {
    accounts.license() = random.id();
    if (accounts.license2() != 0) accounts.license2() = random.id();
}

Accounts shown(const Accounts& accounts, Random& random) {
    auto seen = accounts;
    if (!random.chance(kSteamRuns)) seen.steam() = 0;
    if (!random.chance(kDiscordRuns)) seen.discord() = 0;
    return seen;
}

}  // namespace drawbridge::population
