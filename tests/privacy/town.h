// Servers with rows in every table, on the real schema, and their removal.
#pragma once

#include "auth/servers.h"
#include "bans/bans.h"
#include "identity/player.h"
#include "identity/profiles.h"
#include "privacy/removal.h"
#include "store/database.h"
#include "store/sealer.h"
#include "temp_folder.h"

#include <cstdint>
#include <optional>
#include <string>

namespace drawbridge::test {

class Town {
public:
    static constexpr base::UnixMs kNow = 1'800'000'000'000;

    Town();

    /// Without an owner it has one of its own, of its name.
    auth::Server add(const std::string& name, const std::string& owner = {});

    /// A player whom this server's owner has seen.
    identity::Player meet(const auth::Server& server);
    void meet(const auth::Server& server, const identity::Player& player);

    bans::Ban
    ban(const auth::Server& server, const identity::Player& player, base::UnixMs grace = 0);

    /// The first column of the first row; -1: there is none.
    std::int64_t count(const char* sql);

    void begin(const auth::Server& server, bool lifts = false);
    privacy::RemovalSlice slice();
    /// To the end; what it reports.
    std::string remove(const auth::Server& server, bool lifts = false);

private:
    void add_events(std::int64_t server, std::int64_t profile);
    void add_counters(std::int64_t server, std::int64_t profile);

    TempFolder folder_;

public:
    store::Database database;

private:
    const store::MasterKey master_;

public:
    std::optional<store::Sealer> sealer;
    std::optional<identity::Profiles> profiles;
    std::optional<bans::Bans> bans;
};

}  // namespace drawbridge::test
