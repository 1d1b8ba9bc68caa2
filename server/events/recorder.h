// What each event does, inside one transaction on the store thread: the duplicate check, the row,
// and the effect of its type.
#pragma once

#include "auth/key_ring.h"
#include "bans/bans.h"
#include "bans/list_master.h"
#include "events/day_budget.h"
#include "events/encode.h"
#include "events/event.h"
#include "events/event_ids.h"
#include "events/server_news.h"
#include "identity/evidence.h"
#include "identity/joins.h"
#include "identity/profiles.h"
#include "identity/visits.h"
#include "review/cases.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/sealer.h"

#include <functional>
#include <vector>

namespace drawbridge::events {

/// What a recorder works with; all of it belongs to the unit of work in hand.
struct RecorderParts {
    store::Database& database;
    const store::Sealer& sealer;
    identity::Profiles& profiles;
    const identity::Visits& visits;            // committed
    std::vector<identity::Visit>& new_visits;  // of this unit of work
    bans::Bans& bans;
    review::Cases& cases;
    const bans::ListMaster& lists;
    const auth::Server& server;
    base::UnixMs now = 0;
    base::UnixMs horizon = 0;  // ids older than this are refused
    base::UnixMs ban_grace_ms = 0;
    identity::Thresholds thresholds;
    std::int64_t owner_persons = 0;                       // a day
    std::vector<PersonTrip>& person_trips;                // of this unit of work
    std::function<void(const store::AuditEntry&)> audit;  // done by this server
};

/// One request's events. Store thread.
class Recorder {
public:
    explicit Recorder(const RecorderParts& parts)
        : p_(parts),
          ids_(parts.database, parts.sealer, parts.server.row, parts.now),
          budget_(parts.database, parts.server, parts.owner_persons, parts.now) {}

    /// A result for each, in their order.
    [[nodiscard]] std::vector<EventResult> record(const std::vector<DecodedEvent>& events);

    /// Bans that stand for these tags on this server: the network's and its owner's, by the same
    /// matching that the game server does.
    [[nodiscard]] std::vector<Verdict> matches(const identity::Player& player);

    /// `explain`'s conditions: an open session of this server that holds all these tags.
    [[nodiscard]] bool session_holds(const Explain& explain);
    /// A person more today for this server; false when there is no room.
    [[nodiscard]] bool spend_budget(std::int64_t profile);
    /// The profile of an open session.
    [[nodiscard]] std::optional<std::int64_t> session_profile(const Uuid& session);

private:
    [[nodiscard]] EventResult record(const DecodedEvent& event);
    [[nodiscard]] EventResult record(const Event& event);
    [[nodiscard]] std::optional<EventResult> refuse_by_time(const Event& event);
    void insert_event(const Event& event, std::optional<std::int64_t> profile);

    struct Effect {
        std::string members;
        std::optional<std::int64_t> profile;
        base::EventOutcome outcome = base::EventOutcome::stored;
        std::optional<review::Statement> statement{};  // lacks its event
    };

    [[nodiscard]] Effect apply(const Event& event);
    [[nodiscard]] Effect on(const Join& join, const Event& event);
    [[nodiscard]] Effect on(const Leave& leave, const Event& event);
    [[nodiscard]] Effect on(const Ban& ban, const Event& event);
    [[nodiscard]] Effect on(const Unban& unban, const Event& event);
    [[nodiscard]] Effect on(const Heartbeat& heartbeat, const Event& event);
    [[nodiscard]] Effect on(const PlayerCount& count, const Event& event);
    [[nodiscard]] Effect on(const AboutPlayer& about, const Event& event);
    [[nodiscard]] Effect on(const Report& report, const Event& event);
    [[nodiscard]] Effect on(const Detection& detection, const Event& event);
    [[nodiscard]] Effect on(const Plain& plain, const Event& event);

    /// A player as the rows have them.
    struct Seen {
        identity::VisitKey key{};
        identity::Session session;
        bool is_known = false;  // was here today: nothing but the profile was looked up
    };

    /// Nothing: a person beyond the day's limit, of whom nothing was recorded.
    [[nodiscard]] std::optional<Seen> see(const identity::Player& player);
    /// There is room for this person today, or was before; else staff are told.
    [[nodiscard]] bool may_meet(const identity::Player& player);
    [[nodiscard]] std::optional<std::int64_t> profile_of_anchor(const identity::Player& player);
    void open_session(const Join& join, std::int64_t profile);
    [[nodiscard]] Verdict
    verdict_for(const identity::Player& player, const std::optional<Seen>& seen, const Uuid& event);
    [[nodiscard]] std::optional<std::int64_t> known_profile(const identity::Player& player);

    void audit_ban(std::string_view action, const bans::Ban& ban);

    const RecorderParts& p_;
    EventIds ids_;
    DayBudget budget_;
    ServerNews news_;
};

}  // namespace drawbridge::events
