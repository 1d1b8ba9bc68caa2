// Identity surgery: what staff say of two players, and what becomes of the bans that followed, or
// have to follow, from one's to the other's. Profiles are never merged; so all of it can be undone.
#pragma once

#include "bans/ban_queries.h"
#include "bans/bans.h"
#include "identity/links.h"
#include "identity/profiles.h"
#include "identity/ruled_tags.h"
#include "identity/rulings.h"
#include "identity/tags.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace drawbridge::review {

enum class SurgeryError {
    unknown_player,
    unknown_account,  // the player was never seen with it
    surest_account,   // the one that the profile stands for
    others_account,   // another profile's own: nothing to split off
    same_player,
    already_ruled,  // just that is in force
    contradiction,  // the opposite is in force, and has to be undone first
    unknown_ruling,
    already_undone
};

/// What an operation has done.
struct Operation {
    identity::Ruling ruling;
    std::vector<bans::Ban> lifted;  // those they took along included
    std::vector<bans::Ban> placed;
    /// Of the first one, standing: they name an account that was taken off beside a surer one, and
    /// go on to bind it.
    std::vector<bans::Ban> naming;
    /// Of one of the two, in force off the network: followed at the next join on its owner's
    /// servers.
    std::vector<bans::Ban> to_follow;
    /// Who has lost a ban and is under none any more.
    std::vector<std::int64_t> let_in;
    /// Of the two, as the network takes it now.
    std::vector<std::int64_t> person;
    std::vector<std::int64_t> other_person;
};

/// One unit of work on the store thread. Whoever calls this writes the audit.
class Surgery {
public:
    struct Parts {
        store::Database& database;
        const store::Sealer& sealer;
        identity::Profiles& profiles;
        bans::Bans& bans;
    };

    explicit Surgery(const Parts& parts)
        : p_(parts),
          links_(parts.database),
          rulings_(parts.database, parts.sealer),
          ruled_tags_(parts.database),
          tags_(parts.database, parts.sealer) {}

    struct By {
        std::string_view staff;
        std::string_view reason;
        base::UnixMs now = 0;
        bans::Bans::Agreement agreement = bans::Bans::Agreement::one_person;
    };

    using Result = std::variant<Operation, SurgeryError>;

    /// One person: a ban on the network against one is followed at once by one against the other.
    [[nodiscard]] Result link(std::int64_t profile, std::int64_t other, const By& by);
    /// Two persons, whatever is or will be seen: bans that followed from one's to the other's are
    /// lifted.
    [[nodiscard]] Result unlink(std::int64_t profile, std::int64_t other, const By& by);
    /// Accounts of the player's own become a profile of their own, and it is another person's.
    [[nodiscard]] Result
    split(std::int64_t profile, const std::vector<Tag>& accounts, const By& by);
    /// An account that the player was seen with counts for this player no more; whose it is says
    /// whom it was seen with first beside, or it becomes a profile of its own.
    [[nodiscard]] Result detach(std::int64_t profile, const Tag& account, const By& by);
    /// What was ruled counts no more; the evidence decides again, and bans go by that.
    [[nodiscard]] Result undo(std::int64_t ruling, const By& by);

private:
    using Person = std::vector<std::int64_t>;

    /// One that is to be taken off a player.
    struct Account {
        identity::StoredTag tag;
        IdentifierType type = IdentifierType::license;
    };

    using Accounts = std::vector<Account>;

    [[nodiscard]] Result rule(identity::Ruling ruling, const By& by);
    [[nodiscard]] std::variant<Account, SurgeryError>
    find_account(std::int64_t profile, const Tag& tag);
    [[nodiscard]] Operation
    take_off(identity::Ruling ruling, const Accounts& accounts, const By& by);
    void give_back(Operation& done);
    void move_bans(std::int64_t account, std::int64_t from, std::int64_t to, Operation& done);
    /// Lifts what followed from one's bans to the other's and has no ground any more, and the same
    /// between those who are linked with the two for any owner: one alone may have seen it.
    void part(std::int64_t profile, std::int64_t other, const By& by, Operation& done);
    /// Bans of the two persons go by what now stands between them.
    void settle(Operation& operation, const By& by);
    void lift_unfounded(const Person& person, const Person& other, const By& by, Operation& done);
    /// With all that followed from it.
    void lift(std::uint64_t number, const By& by, Operation& done);
    [[nodiscard]] bool
    is_unfounded(std::int64_t profile, const bans::FollowingBan& ban, const Person& other);
    void follow(const Person& person, const By& by, Operation& done);
    /// The oldest on the network of its person's others; nothing: it has one of its own.
    [[nodiscard]] std::optional<std::uint64_t>
    ban_to_follow(std::int64_t profile, base::UnixMs now);
    void note_to_follow(const Person& person, Operation& done);
    void note_let_in(Operation& done);

    const Parts p_;
    identity::Links links_;
    identity::Rulings rulings_;
    identity::RuledTags ruled_tags_;
    identity::Tags tags_;
};

}  // namespace drawbridge::review
