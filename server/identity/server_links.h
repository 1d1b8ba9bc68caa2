// Links that the events of one server have made.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace drawbridge::identity {

/// Which row of the table `links`.
struct LinkKey {
    std::int64_t profile = 0;
    std::int64_t other = 0;
    std::int64_t owner = 0;
};

/// Made between the two times, the later one or nothing excluded. A link whose event is past its
/// retention is nobody's. Looks through all links; thread of the connection.
[[nodiscard]] std::vector<LinkKey> links_of_server(
    store::Database& database,
    std::int64_t server,
    base::UnixMs since,
    std::optional<base::UnixMs> until
);

/// What still speaks for them makes them anew with the next join.
void remove_links(store::Database& database, std::span<const LinkKey> links);

}  // namespace drawbridge::identity
