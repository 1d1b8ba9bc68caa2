// Appeals as staff look through them. Reads only; the thread of the connection.
#pragma once

#include "review/appeals.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::review {

struct AppealFilter {
    bool and_closed = false;
    std::optional<std::int64_t> after;  // number of the last appeal of the page before
    int limit = 100;
};

/// Their numbers, oldest first.
[[nodiscard]] std::vector<std::int64_t>
find_appeals(store::Database& database, const AppealFilter& filter);

/// Against one ban, oldest first.
[[nodiscard]] std::vector<std::int64_t> appeals_of(store::Database& database, std::uint64_t ban);

struct Message {
    base::UnixMs at = 0;
    MessageKind kind = MessageKind::by_player;
    std::string who;  // of the staff: wrote it, or recorded what the player wrote
    std::string text;
};

/// Oldest first, never none. Throws when a text was altered.
[[nodiscard]] std::vector<Message>
messages_of(store::Database& database, const store::Sealer& sealer, std::int64_t appeal);

/// Who of the staff has put this ban on the network, or had a part in it; names may be there twice.
[[nodiscard]] std::vector<std::string>
responsible_for(store::Database& database, const store::Sealer& sealer, std::uint64_t ban);

struct AppealCounts {
    std::int64_t open = 0;
    std::int64_t overdue = 0;  // of these
};

[[nodiscard]] AppealCounts count_appeals(store::Database& database, base::UnixMs now);

}  // namespace drawbridge::review
