// Cases: what players report and anticheats detect about one person, gathered until somebody of the
// staff decides. A person has at most one that is not decided yet.
#pragma once

#include "bans/ban.h"
#include "bans/caused_bans.h"
#include "base/clock.h"
#include "review/full_servers.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace drawbridge::review {

// The numbers are stored: never renumber. Those below `approved` stand.
enum class CaseState : std::uint8_t {
    open = 1,
    escalated,
    approved,
    rejected,
    withdrawn,  // staff have taken back all that had been said
};
[[nodiscard]] std::string_view state_name(CaseState state);
[[nodiscard]] std::optional<CaseState> parse_state(std::string_view name);

[[nodiscard]] inline bool is_decided(CaseState state) {
    return state >= CaseState::approved;
}

// The numbers are stored: never renumber.
enum class StatementKind : std::uint8_t { report = 1, detection };
[[nodiscard]] std::string_view kind_name(StatementKind kind);

/// One `report` or `detection` event; what it says in words stays in the event.
struct Statement {
    std::int64_t event = 0;   // events.seq
    std::int64_t server = 0;  // servers.id
    StatementKind kind = StatementKind::report;
    bans::Category category = bans::Category::other;
    std::optional<std::int64_t> confidence;  // of a detection, 0 to 100
    std::int64_t target = 0;                 // profiles.id
    std::optional<std::int64_t> reporter;    // profiles.id; nothing: unknown, or a machine
    base::UnixMs at = 0;                     // received
};

struct Case {
    std::int64_t id = 0;
    CaseState state = CaseState::open;
    bans::Category category = bans::Category::other;  // of the first statement
    std::int64_t profile = 0;
    base::UnixMs opened_at = 0;
    base::UnixMs last_at = 0;  // of the last statement
    std::optional<base::UnixMs> decided_at;
    std::string decided_by;
    std::string note;
    std::optional<std::uint64_t> ban;  // that its approval placed
};

/// Within these, statements join a case; beyond them the event is stored and nothing else, so that
/// nobody can bury the queue.
inline constexpr int kMostOfReporterAnHour = 10;
inline constexpr int kMostOfServerAnHour = 120;
inline constexpr int kMostOfCase = 200;

enum class CaseError { unknown_case, decided };

/// What one server has said in a case that stands.
struct Withdrawal {
    std::int64_t id = 0;          // of the case
    std::int64_t statements = 0;  // of the server, in that time
    bool is_all = false;          // nobody else has said anything
    bans::ServerSpan span;
};

/// One unit of work; the thread of its connection.
class Cases {
public:
    Cases(store::Database& database, const store::Sealer& sealer, const FullServers& full)
        : database_(database),
          sealer_(sealer),
          full_(full) {}

    /// Opens the person's case or joins it. False: beyond a limit, or a person about themselves.
    bool take(const Statement& statement);

    struct Decision {
        std::string_view staff;
        std::string_view note;
        std::optional<std::uint64_t> ban;  // of an approval
        base::UnixMs now = 0;
    };

    /// `to` is anything but open. An escalated case can still be decided, a decided one not.
    [[nodiscard]] std::variant<Case, CaseError>
    decide(std::int64_t id, CaseState to, const Decision& by);

    /// Takes the server's statements out of standing cases. One that rests on nothing else is
    /// closed, and keeps them.
    void withdraw(std::span<const Withdrawal> withdrawn, const Decision& by);

    /// The server whose statements this unit of work takes, when it has found it full.
    [[nodiscard]] const std::optional<FullServer>& found_full() const { return found_full_; }

private:
    [[nodiscard]] bool is_server_full(std::int64_t server, base::UnixMs at);
    [[nodiscard]] bool is_within_limits(const Statement& statement);
    [[nodiscard]] std::optional<std::int64_t> standing_case(std::int64_t profile);
    [[nodiscard]] std::int64_t open_case(const Statement& statement);
    void take_out(const Withdrawal& withdrawal);

    store::Database& database_;
    const store::Sealer& sealer_;
    const FullServers& full_;
    std::optional<FullServer> found_full_;  // a unit of work takes statements of one server
};

}  // namespace drawbridge::review
