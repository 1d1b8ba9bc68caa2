// Appeals: what a banned player says against a ban, by its code. Players write to the network in
// its own ways; staff record here what was said, and one of them decides.
#pragma once

#include "base/clock.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace drawbridge::review {

// The numbers are stored: never renumber. `moot` is written by bans::Bans when a ban ends
// otherwise.
enum class AppealState : std::uint8_t {
    open = 1,
    upheld,  // the ban stays
    lifted,  // it was wrong and is overturned
    moot     // it ended before anybody decided
};
[[nodiscard]] std::string_view state_name(AppealState state);

// The numbers are stored: never renumber.
enum class MessageKind : std::uint8_t {
    by_player = 1,
    by_staff,
    decision  // its reason
};
[[nodiscard]] std::string_view kind_name(MessageKind kind);

/// In code points.
inline constexpr std::size_t kMaxAppealText = 4000;
inline constexpr std::size_t kMaxContactLength = 200;

struct Appeal {
    std::int64_t id = 0;
    std::uint64_t ban = 0;
    AppealState state = AppealState::open;
    base::UnixMs opened_at = 0;
    base::UnixMs due_at = 0;  // by then it should be decided
    std::optional<base::UnixMs> decided_at;
    std::string contact;  // where the player can be answered; empty: unknown

    [[nodiscard]] bool is_overdue(base::UnixMs now) const {
        return state == AppealState::open && due_at < now;
    }
};

/// One piece of the correspondence, as somebody of the staff recorded it.
struct Words {
    MessageKind kind = MessageKind::by_player;
    std::string_view staff;
    std::string_view text;
    base::UnixMs now = 0;
};

enum class AppealError {
    unknown_ban,
    ban_is_over,
    open_already,  // a ban has at most one that is open
    unknown_appeal,
    decided,
};

/// One unit of work; the thread of its connection.
class Appeals {
public:
    Appeals(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          sealer_(sealer) {}

    struct NewAppeal {
        std::uint64_t ban = 0;
        std::string_view contact;
        base::UnixMs due_at = 0;
    };

    /// The number of the new appeal; what the player says may be empty.
    [[nodiscard]] std::variant<std::int64_t, AppealError>
    open(const NewAppeal& appeal, const Words& words);

    /// While it is open.
    [[nodiscard]] std::optional<AppealError> reply(std::int64_t id, const Words& words);

    /// `outcome` is upheld or lifted; the ban itself is the caller's. Only once.
    [[nodiscard]] std::optional<AppealError>
    decide(std::int64_t id, AppealState outcome, const Words& words);

    [[nodiscard]] std::optional<Appeal> load(std::int64_t id);

private:
    [[nodiscard]] std::optional<AppealError> not_open(std::int64_t id);
    void append(std::int64_t appeal, const Words& words);

    store::Database& database_;
    const store::Sealer& sealer_;
};

}  // namespace drawbridge::review
