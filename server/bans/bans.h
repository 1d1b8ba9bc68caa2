// The life of a ban: placed, decided, lifted, expired; after each step its list entries follow.
#pragma once

#include "auth/key_ring.h"
#include "bans/ban.h"
#include "bans/ban_changes.h"
#include "bans/breaker.h"
#include "bans/caused_bans.h"
#include "bans/list_master.h"
#include "bans/supersession.h"
#include "identity/profiles.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/journal_record.h"
#include "store/sealer.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drawbridge::bans {

/// What a token entry weighs: three of one player's tokens make a match.
inline constexpr std::uint8_t kTokenWeight = 34;

struct NewBan {
    identity::Player target;
    Category category = Category::other;
    std::string reason;
    std::string issuer;
    std::optional<base::UnixMs> expires_at;
    std::optional<store::Bytes> event_id;
    std::vector<std::string> evidence;  // each without a fault, at most kMostEvidence
    bool makes_known = true;            // whom nobody has met becomes a profile
};

enum class BanError {
    unknown_code,
    wrong_state,  // the table of ban_states.cpp refuses it
    not_waiting,  // for a second person
    same_person,  // who has agreed already is not a second person
    no_owner,     // kept off the network it would bind nobody: it can be lifted
};

/// Why nothing can follow from a ban.
enum class FollowError {
    not_in_force,  // there is no such ban, it is over, or it does not bind this server
    too_many,      // kMaxFollowers of it stand already
};

/// How many standing bans may follow from one, at all removes. Lifting it ends them all in one
/// transaction, and invented joins must not make a mass ban of one ban.
inline constexpr int kMaxFollowers = 64;

/// Of a ban by a server of this mode.
[[nodiscard]] BanState first_state(auth::PropagationMode mode, base::UnixMs grace_ms);

/// One unit of work on the store thread. Changes of lists are collected for after the commit.
class Bans {
public:
    Bans(
        store::Database& database,
        const store::Sealer& sealer,
        identity::Profiles& profiles,
        BreakerLimits breaker = {}
    )
        : database_(database),
          sealer_(sealer),
          profiles_(profiles),
          tags_(database, sealer),
          breaker_(breaker) {}

    struct Placed {
        Ban ban;
        bool is_new = true;
    };

    /// A ban as it was decided, and the bans that followed from it and ended with it.
    struct Decided {
        Ban ban;
        std::vector<std::uint64_t> followers;
    };

    struct Decision {
        std::string_view staff;
        std::string_view note;
        base::UnixMs now = 0;
    };

    /// An operator's ban: what it does to the network follows the server's mode, unless the breaker
    /// takes that back to review. A target that this
    /// server has banned already, still standing, gets the standing ban.
    [[nodiscard]] Placed
    place(const NewBan& ban, const auth::Server& origin, base::UnixMs grace_ms, base::UnixMs now);
    /// The consequence of the standing ban `parent` on this server, of category evasion: who is
    /// named in `ban` is taken for the same person. It goes no further than the parent does, ends
    /// with it at the latest, and is lifted with it. Otherwise as `place`.
    [[nodiscard]] std::variant<Placed, FollowError> place_following(
        std::uint64_t parent,
        const NewBan& ban,
        const auth::Server& origin,
        base::UnixMs grace_ms,
        base::UnixMs now
    );
    /// A ban by staff: in force on the network at once, or when a second person has agreed.
    enum class Agreement { one_person, two_persons };
    [[nodiscard]] Ban place_by_staff(
        const NewBan& ban,
        std::string_view staff,
        base::UnixMs now,
        Agreement agreement = Agreement::one_person
    );

    /// The same by staff, of a ban in force on the network, for all: `account` is said to be of the
    /// same person. Whoever may lift the parent lifts this with it.
    [[nodiscard]] std::variant<Placed, FollowError> follow_by_staff(
        std::uint64_t parent,
        const identity::TaggedIdentifier& account,
        const Decision& by,
        Agreement agreement
    );

    /// The origin owner's right until staff adopt the ban; anyone else's code is unknown. What
    /// followed from it is lifted with it, but for what staff have adopted.
    [[nodiscard]] std::variant<Decided, BanError> unban(
        std::uint64_t number,
        const auth::Server& origin,
        std::string_view note,
        base::UnixMs now
    );

    /// What approving a ban means: the first of two agrees, the second one, or the only one. Of a
    /// ban that waits for the second one it stays so, whatever is asked for now.
    [[nodiscard]] BanAction approval_of(std::uint64_t number, Agreement agreement);
    /// An action that is the staff's. Lifting and overturning take along all that followed from the
    /// ban, adopted or not.
    [[nodiscard]] std::variant<Decided, BanError>
    decide(std::uint64_t number, BanAction action, const Decision& by);

    /// By staff: one ban ends, and another against the same person stands for it. What followed
    /// from the first follows from the other then, an open appeal goes over to it, and what only
    /// the first one bound on the network is bound by a new ban that follows from the other.
    [[nodiscard]] std::variant<Superseded, SupersedeError>
    supersede(const Supersession& wanted, const Decision& by);

    /// Overturns standing bans, these and no others; one that has ended meanwhile stays as it is.
    void revoke(std::span<const CausedBan> caused, const Decision& by);

    /// What is in grace from this server goes back before staff; the numbers of those.
    [[nodiscard]] std::vector<std::uint64_t>
    hold(std::int64_t server, std::string_view reason, base::UnixMs now);

    /// After a restore: what people or the daemon had put an end to, says the journal, ends again.
    void end_again(const store::BanEnded& fact, base::UnixMs at);
    /// For the removal of the ban's server: nothing of the ban stays, its history entry included;
    /// what followed from it is lifted.
    void forget(const Ban& ban, const Decision& by);
    /// The same for a ban that stays in force: it is nobody's of that server any more, and with
    /// `and_owner` nobody's of the owner either, whose list loses it.
    void detach(const Ban& ban, bool and_owner);

    /// What the time has done to a ban.
    struct Step {
        std::uint64_t number = 0;
        BanAction action = BanAction::expire;
    };

    /// Ends grace windows and expired bans; at most `limit` of each.
    [[nodiscard]] std::vector<Step> tick(base::UnixMs now, int limit);

    [[nodiscard]] std::optional<Ban> load(std::uint64_t number);

    [[nodiscard]] std::vector<PendingChange> take_changes() { return std::move(changes_); }

    /// As ListMaster::match, of what this unit of work has added to a list and no table shows yet.
    [[nodiscard]] std::vector<BanMatch> match_changes(ListId list, std::span<const Tag> tags) const;

    /// Servers that this unit of work has taken back to mode review.
    [[nodiscard]] const std::vector<BreakerTrip>& trips() const { return trips_; }

    /// Owners whose servers have reached what they may together.
    [[nodiscard]] const std::vector<OwnerTrip>& owner_trips() const { return owner_trips_; }

private:
    struct BannedTag {
        std::int64_t id;  // tags.id
        IdentifierType type;
        Tag tag;
    };

    enum class Spare { nothing, adopted };

    [[nodiscard]] std::uint64_t free_number();
    [[nodiscard]] Ban place_staff_follower(
        const Ban& followed,
        const identity::Player& target,
        const Decision& by,
        Agreement agreement
    );
    /// Accounts of `ban` on its widest list that neither `other` binds there nor what follows from
    /// that one.
    [[nodiscard]] identity::Player bound_by_it_alone(const Ban& ban, const Ban& other);
    /// What followed from `ban` follows from `other`, and ends no later.
    std::vector<std::uint64_t> hand_over_followers(const Ban& ban, const Ban& other);
    /// An open one, unless `other` has one; the number of that.
    std::optional<std::int64_t> hand_over_appeal(const Ban& ban, const Ban& other);
    /// After a restore; `other` may be 0, or of a ban that is not in this backup.
    void supersede_again(const Ban& ban, std::uint64_t other, const Author& by);
    /// A ban of this server without its state, its code new.
    [[nodiscard]] Ban drawn_up(const NewBan& from, const auth::Server& origin, base::UnixMs now);
    void store_new(Ban& ban, const NewBan& from, const auth::Server& origin, base::UnixMs grace_ms);
    /// The origin with the mode its next ban goes by: the breaker may be tripped by it, or have
    /// been since its request was admitted; beyond the limit of its owner it binds that one alone.
    [[nodiscard]] auth::Server behind_breaker(const auth::Server& origin, base::UnixMs now);
    /// Takes all servers of the origin's owner back, and tells staff once a day.
    void stop_owner(const auth::Server& origin, base::UnixMs now);
    /// The ban at the beginning of the chain that leads to this one.
    [[nodiscard]] std::uint64_t root_of(std::uint64_t number);
    [[nodiscard]] std::vector<std::uint64_t> standing_followers(std::uint64_t number, Spare spare);
    /// Who ended the parent ends what followed from it, the same way; the numbers of those.
    std::vector<std::uint64_t>
    end_followers(const Ban& parent, BanAction action, const Author& by, Spare spare);
    /// Not one whose time is over, though the clock has not ended it yet.
    [[nodiscard]] std::optional<std::uint64_t>
    standing_ban(const identity::Player& target, std::int64_t server, base::UnixMs now);
    void insert(const Ban& ban, const NewBan& from, std::optional<auth::PropagationMode> mode);
    void insert_tags(const Ban& ban, const identity::Player& target);
    [[nodiscard]] std::vector<BannedTag> tags_of(std::uint64_t number);
    void set_state(const Ban& ban);
    void note_placed(const Ban& ban, const Author& by);
    /// The one way in which the state of a ban changes: by the table, with its history, its list
    /// entries and, where a restore must not undo it, the journal. Nothing: the table refuses.
    [[nodiscard]] std::optional<Ban> change(const Ban& before, BanAction action, const Author& by);
    /// The same without the journal, which told of it.
    [[nodiscard]] std::optional<Ban>
    change_again(const Ban& before, BanAction action, const Author& by);
    /// What is over cannot be appealed against any more.
    void close_appeal(const Ban& ended, base::UnixMs now);
    /// Others than the banned one had this account before the ban, as the origin's owner saw it.
    [[nodiscard]] bool is_shared(const Ban& ban, const BannedTag& banned);
    /// Entries of both lists as the ban's state wants them.
    void publish(const Ban& ban);
    /// Of an ended ban nothing but its history entry stays: list entries and tags go at once.
    void withdraw(const Ban& ban);
    void write_list(ListId list, const Ban& ban, std::span<const BanListEntry> wanted);
    void drop_tags_off_network(const Ban& ban);
    [[nodiscard]] store::Bytes
    seal_text(store::Column column, std::uint64_t number, std::string_view text);
    /// Nothing of an empty text.
    [[nodiscard]] std::optional<store::Bytes>
    seal_optional(store::Column column, std::uint64_t number, std::string_view text);
    [[nodiscard]] std::string
    open_text(store::Column column, std::uint64_t number, store::ByteView sealed);

    store::Database& database_;
    const store::Sealer& sealer_;
    identity::Profiles& profiles_;
    identity::Tags tags_;
    const BreakerLimits breaker_;
    std::vector<PendingChange> changes_;
    std::vector<BreakerTrip> trips_;
    std::vector<OwnerTrip> owner_trips_;
};

/// One entry for each ban that ended because another was lifted; why stands with that one's.
void audit_followers(
    const Bans::Decided& decided,
    const std::function<void(const store::AuditEntry&)>& audit
);

}  // namespace drawbridge::bans
