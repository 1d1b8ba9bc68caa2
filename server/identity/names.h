// The table `names`: under which names a profile has joined lately. Each is sealed under the key of
// the week in which it was last seen, so that it ends with that key.
#pragma once

#include "base/clock.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::identity {

struct SeenName {
    std::string name;
    base::UnixMs last_seen = 0;  // to the day
};

/// One unit of work; the thread of its connection.
class Names {
public:
    /// The most that are kept of one profile; a further one takes the place of the oldest.
    static constexpr std::size_t kMost = 5;

    Names(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          sealer_(sealer) {}

    /// Writes nothing when the profile had this name within a day.
    void observe(std::int64_t profile, std::string_view name, base::UnixMs now);

    /// The last one first.
    [[nodiscard]] std::vector<SeenName> of(std::int64_t profile);

private:
    struct Row : SeenName {
        std::int64_t slot = 0;
    };

    [[nodiscard]] std::vector<Row> rows_of(std::int64_t profile);
    void write(std::int64_t profile, std::int64_t slot, std::string_view name, base::UnixMs now);

    store::Database& database_;
    const store::Sealer& sealer_;
};

}  // namespace drawbridge::identity
