// The raw loop: the rows that a run of the daemon left in its database, written again by SQLite
// alone, in one thread, 1,000 events a commit, with everything at hand in memory.
#pragma once

#include <cstddef>
#include <string>

namespace drawbridge::bench {

struct Replayed {
    std::size_t events = 0;
    std::size_t rows = 0;  // of all tables
    double seconds = 0;
};

/// `before` and `after` are the daemon's database around the measurement; `out` is made from
/// `before`, so that both write into tables of the same size.
[[nodiscard]] Replayed
replay(const std::string& before, const std::string& after, const std::string& out);

/// A consistent copy, also while another process writes to it.
void copy(const std::string& database, const std::string& out);

/// Empty, or how the events of `database` differ from the ids that were acknowledged.
[[nodiscard]] std::string compare(const std::string& database, const std::string& ids_file);

}  // namespace drawbridge::bench
