// Bans as staff look through them: filtered lists, and how far a ban has travelled. Reads only.
#pragma once

#include "bans/ban.h"
#include "bans/published_list.h"
#include "shared/identifier.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace drawbridge::bans {

struct BanFilter {
    std::optional<BanState> state;
    std::optional<Category> category;
    std::optional<std::int64_t> server;  // servers.id of the origin
    std::optional<std::int64_t> owner;   // of the origin
    std::optional<std::int64_t> profile;
    /// Only those that rest on nobody; of its server nothing was heard since this time, say.
    std::optional<base::UnixMs> orphaned;
    std::optional<std::uint64_t> after;  // number of the last ban of the page before
    int limit = 100;
};

/// Numbers of bans, newest first. Thread of the connection.
[[nodiscard]] std::vector<std::uint64_t>
find_bans(store::Database& database, const BanFilter& filter);

/// Types of what a ban names; tokens count as `token`, once each.
[[nodiscard]] std::vector<IdentifierType>
banned_types(store::Database& database, std::uint64_t number);

/// Whose list it can stand in beside the network's; nothing: staff's.
[[nodiscard]] std::optional<std::int64_t> owner_of(store::Database& database, std::uint64_t number);

/// Bans that name a tag of this profile, or were made of it; newest first.
[[nodiscard]] std::vector<std::uint64_t>
bans_of_profile(store::Database& database, std::int64_t profile);
/// Whom a ban was made of, and whose tags it names.
[[nodiscard]] std::vector<std::int64_t>
profiles_of(store::Database& database, std::uint64_t number);
/// `tag` is a row of the tags.
[[nodiscard]] std::vector<std::uint64_t> bans_of_tag(store::Database& database, std::int64_t tag);

/// One that is in force against a profile. A value.
struct StandingBan {
    std::uint64_t number = 0;
    std::int64_t profile = 0;
    base::UnixMs created_at = 0;
    bool is_on_network = false;
};

/// In force on this owner's servers against any of the profiles, oldest first. What a ban names
/// beside its surest account counts only when staff have named it.
[[nodiscard]] std::vector<StandingBan> standing_bans(
    store::Database& database,
    std::span<const std::int64_t> profiles,
    std::int64_t owner,
    base::UnixMs now
);

/// Whom it is against, and whom those are against that it followed from, at every remove; of one by
/// staff that is older than what is known of the player, whoever has an account that it names.
[[nodiscard]] std::vector<std::int64_t>
profiles_behind(store::Database& database, std::uint64_t number);
/// Takes out those that any of these profiles stands behind.
void leave_out(
    store::Database& database,
    std::vector<StandingBan>& bans,
    std::span<const std::int64_t> profiles
);

/// A standing ban that followed from another.
struct FollowingBan {
    std::uint64_t number = 0;
    std::optional<std::int64_t> owner;  // nothing: staff's
};

/// Against this profile, oldest first.
[[nodiscard]] std::vector<FollowingBan>
following_bans(store::Database& database, std::int64_t profile);

/// Those that follow from it directly, oldest first.
[[nodiscard]] std::vector<std::uint64_t>
followers_of(store::Database& database, std::uint64_t number);

/// Those whose place it has taken, oldest first.
[[nodiscard]] std::vector<std::uint64_t>
superseded_by(store::Database& database, std::uint64_t number);

/// Number of bans in each state, in the order of the enumeration.
[[nodiscard]] std::vector<std::pair<BanState, std::int64_t>> count_by_state(
    store::Database& database
);
[[nodiscard]] std::int64_t count_entries(store::Database& database, ListId list);
/// Of one ban.
[[nodiscard]] std::int64_t
count_entries(store::Database& database, ListId list, std::uint64_t number);

}  // namespace drawbridge::bans
