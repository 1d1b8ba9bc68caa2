// The life of a ban: placed, decided, lifted, expired; after each step its list entries follow.
#pragma once

#include "auth/key_ring.h"
#include "bans/ban.h"
#include "bans/list_master.h"
#include "identity/profiles.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
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
};

enum class BanError { unknown_code, wrong_state };

/// One unit of work on the store thread. Changes of lists are collected for after the commit.
class Bans {
public:
    Bans(store::Database& database, const store::Sealer& sealer, identity::Profiles& profiles)
        : database_(database),
          sealer_(sealer),
          profiles_(profiles),
          tags_(database, sealer) {}

    struct Placed {
        Ban ban;
        bool is_new = true;
    };

    /// An operator's ban: what it does to the network follows the server's mode. A target that this
    /// server has banned already, still standing, gets the standing ban.
    [[nodiscard]] Placed
    place(const NewBan& ban, const auth::Server& origin, base::UnixMs grace_ms, base::UnixMs now);
    /// A ban by staff: in force on the network at once.
    [[nodiscard]] Ban place_by_staff(const NewBan& ban, std::string_view staff, base::UnixMs now);

    /// The origin owner's right until staff adopt the ban; anyone else's code is unknown.
    [[nodiscard]] std::variant<Ban, BanError> unban(
        std::uint64_t number,
        const auth::Server& origin,
        std::string_view note,
        base::UnixMs now
    );

    struct Decision {
        std::string_view staff;
        std::string_view note;
        base::UnixMs now = 0;
    };

    [[nodiscard]] std::variant<Ban, BanError> approve(std::uint64_t number, const Decision& by);
    [[nodiscard]] std::variant<Ban, BanError> reject(std::uint64_t number, const Decision& by);
    [[nodiscard]] std::variant<Ban, BanError> lift(std::uint64_t number, const Decision& by);

    /// After a restore: what was lifted or rejected, says the journal, is so again.
    void end_again(std::uint64_t number, BanState state, base::UnixMs at);
    /// For the removal of the ban's server: nothing of the ban stays, its history entry included.
    void forget(const Ban& ban);
    /// The same for a ban that stays in force: it is nobody's of that server any more, and with
    /// `and_owner` nobody's of the owner either, whose list loses it.
    void detach(const Ban& ban, bool and_owner);

    /// What the time has done to a ban.
    struct Step {
        std::uint64_t number = 0;
        BanState to = BanState::active;
    };

    /// Ends grace windows and expired bans; at most `limit` of each.
    [[nodiscard]] std::vector<Step> tick(base::UnixMs now, int limit);

    [[nodiscard]] std::optional<Ban> load(std::uint64_t number);

    [[nodiscard]] std::vector<PendingChange> take_changes() { return std::move(changes_); }

private:
    struct BannedTag {
        std::int64_t id;  // tags.id
        IdentifierType type;
        Tag tag;
    };

    [[nodiscard]] std::uint64_t free_number();
    [[nodiscard]] std::optional<std::uint64_t>
    standing_ban(const identity::Player& target, std::int64_t server);
    void insert(const Ban& ban, const NewBan& from, std::optional<auth::PropagationMode> mode);
    void insert_tags(const Ban& ban, const identity::Player& target);
    [[nodiscard]] std::vector<BannedTag> tags_of(std::uint64_t number);
    void set_state(const Ban& ban);
    [[nodiscard]] std::variant<Ban, BanError>
    decide(std::uint64_t number, std::span<const BanState> from, BanState to, const Decision& by);
    /// Lifted or rejected: a restore must not bring it back.
    void end_for_ever(const Ban& ban);
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
    std::vector<PendingChange> changes_;
};

}  // namespace drawbridge::bans
