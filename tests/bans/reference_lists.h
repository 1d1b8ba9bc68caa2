// The reference model of the ban lists: what docs/bans.md, docs/operating.md ("The breaker", "A
// rogue server"), docs/evidence.md and docs/protocol.md say of bans and of who is on which list, on
// plain values. Of the engine it takes the names of states and actions, no rule. Whether evidence
// makes a ban follow is not its matter; what becomes of that ban is.
#pragma once

#include "auth/key_ring.h"
#include "bans/ban_states.h"
#include "bans/breaker.h"
#include "bans/reference_claims.h"
#include "bans/reference_persons.h"
#include "identity/rulings.h"
#include "shared/banlist.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace drawbridge::test {

using auth::PropagationMode;
using bans::BanAction;
using bans::BanState;

/// What a list holds: by ban number and prefix of the tag.
struct ListedAs {
    std::uint8_t weight = 0;
    std::uint32_t expires = 0;  // Unix seconds; 0 never

    friend bool operator==(const ListedAs&, const ListedAs&) = default;
};

using Entries = std::map<std::pair<std::uint64_t, TagPrefix>, ListedAs>;

struct ReferenceBan {
    std::uint64_t number = 0;   // the engine's, drawn at random
    std::optional<int> server;  // nothing: by staff
    std::optional<int> owner;
    BanState state = BanState::proposed;
    std::vector<Named> named;
    std::optional<ReferenceClaims::Profile> profile;  // of one by staff: if anybody had met it
    base::UnixMs made_at = 0;
    std::optional<base::UnixMs> grace_until;
    std::optional<base::UnixMs> expires_at;
    std::optional<std::size_t> follows;
    std::optional<std::size_t> superseded_by;
    bool adopted = false;
    bool automatic = false;  // its server's mode, as the breaker left it, was auto
    std::string agreed;      // who of staff did, first of two
    bool has_appeal = false;
    std::set<Named> on_network;
    std::set<Named> on_owners;

    /// Nothing: refused.
    [[nodiscard]] std::optional<BanState> after(BanAction action) const;
    [[nodiscard]] bool is_over() const;

    [[nodiscard]] bool has_ended(base::UnixMs now) const {
        return expires_at && *expires_at <= now;
    }
};

class ReferenceLists {
public:
    using Index = std::size_t;                     // of a ban, in the order they were made
    using Ended = std::optional<std::set<Index>>;  // what ended with a ban; nothing: refused

    ReferenceLists(base::UnixMs grace_ms, const bans::BreakerLimits& limits)
        : grace_ms_(grace_ms),
          limits_(limits) {}

    struct Server {
        int owner = 0;
        PropagationMode mode = PropagationMode::review;
        base::UnixMs mode_set_at = 0;
        bool suspended = false;
        bool behind_breaker = false;
    };

    struct Order {
        std::uint64_t number = 0;
        std::vector<Named> named;
        std::optional<base::UnixMs> expires_at;
    };

    std::vector<Server> servers;

    [[nodiscard]] const std::vector<ReferenceBan>& bans() const { return bans_; }

    [[nodiscard]] std::optional<Index> find(std::uint64_t number) const;

    void join(int server, const std::vector<Named>& accounts, base::UnixMs now);
    /// The bans of this server that a ban of the same target is answered with; none: it is new.
    [[nodiscard]] std::set<Index>
    banned_already(int server, const std::vector<Named>& target, base::UnixMs now) const;
    Index place(int server, const Order& order, base::UnixMs now);
    [[nodiscard]] bool binds(const ReferenceBan& ban, int server, base::UnixMs now) const;
    /// `parent` binds this server.
    Index follow(Index parent, int server, const Order& order, base::UnixMs now);
    Ended unban(std::optional<Index> ban, int server);

    Index place_by_staff(const Order& order, const std::string& staff, bool two, base::UnixMs now);
    Ended decide(Index ban, BanAction action, const std::string& staff);

    /// `other` takes the place of `ban`. What has no match in it is left: the accounts to be bound
    /// by a further ban. Nothing: refused.
    struct Replacement {
        Index ban = 0;
        Index other = 0;
        bool may_be_shorter = false;
    };

    [[nodiscard]] bool are_of_one_person(Index ban, Index other) const;
    [[nodiscard]] std::optional<std::vector<Named>>
    left_by(const Replacement& wanted, base::UnixMs now) const;
    void supersede(const Replacement& wanted);
    /// The further ban, by staff.
    Index extend(Index other, const Order& order, base::UnixMs now);

    // Staff's word.
    using Profile = ReferenceClaims::Profile;

    /// An account that is taken off a profile.
    struct Taken {
        Named account;
        bool was_home = false;  // it was the profile's own
    };

    struct Ruling {
        std::int64_t id = 0;  // the engine's
        identity::RulingKind kind = identity::RulingKind::link;
        Profile profile = 0;
        Profile other = 0;
        bool is_undone = false;
        std::vector<Taken> accounts;
    };

    /// A ban that staff's word makes follow at once.
    struct Following {
        Index parent = 0;
        Profile profile = 0;
        Named account;  // the profile's surest
    };

    /// What came of staff's word.
    struct Ruled {
        std::set<Index> lifted;
        std::vector<Following> following;  // to be placed with the engine's numbers
    };

    [[nodiscard]] const std::vector<Ruling>& rulings() const { return rulings_; }

    [[nodiscard]] const ReferenceClaims& claims() const { return claims_; }

    [[nodiscard]] const ReferencePersons& persons() const { return persons_; }

    /// What the evidence of joins has found so far.
    void tell(std::set<ReferencePersons::Found> found) { persons_.tell(std::move(found)); }

    /// Nothing: refused.
    std::optional<Ruled> rule(const Ruling& ruling, base::UnixMs now);
    /// Accounts of the profile become another's, or are nobody's yet. Of `ruling` are id, kind and
    /// profile.
    std::optional<Ruled>
    take_off(Ruling ruling, const std::vector<Named>& accounts, base::UnixMs now);
    /// `ruling` is an index.
    std::optional<Ruled> undo(std::size_t ruling, base::UnixMs now);
    Index follow_by_staff(
        const Following& wanted,
        std::uint64_t number,
        const std::string& staff,
        bool two,
        base::UnixMs now
    );
    /// Of those whose bans these were, who is under none any more.
    [[nodiscard]] std::set<Profile> let_in(const std::set<Index>& lifted) const;

    [[nodiscard]] std::set<Profile> against(Index ban) const { return against(bans_[ban]); }

    /// Whom a ban is against, and whom those are that it followed from.
    [[nodiscard]] std::set<Profile> behind(Index ban) const;
    [[nodiscard]] bool is_told_apart(Profile profile, Index ban) const;
    /// In the eyes of this owner; nothing: the network's.
    [[nodiscard]] std::set<Profile> person_of(Profile profile, std::optional<int> owner) const;
    /// Staff say that a player is one person with another, and one of that person is banned here.
    [[nodiscard]] bool is_ruled_out(int server, Profile profile, base::UnixMs now) const;

    /// What the server's bans since that time caused and would be overturned.
    [[nodiscard]] std::set<Index> caused(int server, base::UnixMs since, bool adopted_too) const;
    void overturn(const std::set<Index>& bans);
    bool open_appeal(Index ban);
    bool close_appeal(Index ban);
    void set_mode(int server, PropagationMode mode, base::UnixMs now);

    /// The clock has done all that was due.
    void tick(base::UnixMs now);

    [[nodiscard]] Entries network() const;
    [[nodiscard]] Entries of_owner(int owner) const;
    /// A list that this server holds has an account of these, and its time is not over.
    [[nodiscard]] bool refuses(int server, const std::vector<Named>& accounts, base::UnixMs now)
        const;

private:
    Index add(ReferenceBan ban);
    void change(Index ban, BanState to);
    void relist(ReferenceBan& ban) const;
    [[nodiscard]] std::set<Profile> against(const ReferenceBan& ban) const;
    /// A server of theirs is suspended or behind the breaker.
    [[nodiscard]] std::set<int> unheard() const;
    [[nodiscard]] std::set<Index> without_ground(Profile one, Profile other) const;
    /// One of that side, who is another person than whom it is against.
    [[nodiscard]] bool goes_back_to(Index ban, const std::set<Profile>& side) const;
    /// It stands, and is against the profile or names an account of its.
    [[nodiscard]] bool names(const ReferenceBan& ban, Profile profile) const;
    [[nodiscard]] std::set<Index> lift(const std::set<Index>& bans);
    /// `parted`: others whose links with the profile are gone.
    [[nodiscard]] Ruled
    settle(const Ruling& ruling, const std::set<Profile>& parted, base::UnixMs now);
    [[nodiscard]] bool may_take_off(const Ruling& ruling, const Named& account) const;
    void move_bans(const Named& account, Profile from, Profile to);
    [[nodiscard]] std::optional<Following> following(Profile profile, base::UnixMs now) const;
    /// None of whose servers is suspended or behind the breaker.
    [[nodiscard]] bool have_two_witnesses(const Named& one, const Named& other) const;
    /// What followed from it at every remove and stands; `sparing`: without what staff adopted, and
    /// without what followed from that.
    [[nodiscard]] std::set<Index> followers(Index ban, bool sparing) const;
    [[nodiscard]] bool follows_from(Index ban, Index ancestor) const;
    [[nodiscard]] bool are_of_two_families(Index one, Index two) const;
    /// Accounts on the widest list of `ban` that `other` does not bind there.
    [[nodiscard]] std::vector<Named> left_alone(Index ban, Index other) const;
    /// The ban or what follows from it has the account on the network's list, or on this owner's.
    [[nodiscard]] bool is_bound_by(Index ban, const Named& account, std::optional<int> owner) const;
    [[nodiscard]] bool is_too_many(int server, base::UnixMs now) const;
    [[nodiscard]] PropagationMode mode_of_next(int server, base::UnixMs now);
    [[nodiscard]] ReferenceBan drawn_up(int server, const Order& order, base::UnixMs now);
    [[nodiscard]] BanState first_state(PropagationMode mode) const;

    const base::UnixMs grace_ms_;
    const bans::BreakerLimits limits_;
    ReferenceClaims claims_;
    ReferencePersons persons_;
    std::vector<Ruling> rulings_;
    std::vector<ReferenceBan> bans_;
    std::map<std::uint64_t, Index> by_number_;
};

/// The first eight bytes of a tag.
[[nodiscard]] TagPrefix prefix_of(const Named& named);

}  // namespace drawbridge::test
