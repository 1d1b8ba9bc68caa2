// What the game servers of the benchmark send: joins of players who come back, now and then of a
// stranger, and what else a full outbox holds.
#pragma once

#include "shared/ids.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace drawbridge::bench {

enum class Scenario {
    join,      // one join a request, about 600 bytes: four identifiers and three tokens
    big_join,  // one join a request, six identifiers and ten tokens
    batch,     // a hundred events a request, as an outbox that has filled up, about 40 kB
    poll,      // the ban lists, unchanged
    regulars,  // the players who come back, each once, in batches; before the measurement
};

/// One request: its body, and the ids of its events in their order. A poll has neither.
struct Load {
    std::string body;
    std::vector<Uuid> ids;
};

/// The regulars of an account are the same in every run; strangers are not.
class Workload {
public:
    Workload(Scenario scenario, std::size_t accounts);

    /// False: there is nothing more to send.
    [[nodiscard]] bool next(std::size_t account, Load& load);

private:
    struct Server {
        std::vector<std::string> regulars;  // "player" objects, as JSON
        std::size_t introduced = 0;         // so many of them have been sent (`regulars`)
        std::vector<Uuid> sessions;         // open ones
    };

    [[nodiscard]] std::string person(std::mt19937_64& random) const;
    [[nodiscard]] std::string tag_of(std::mt19937_64& random) const;
    [[nodiscard]] const std::string& visitor(Server& server);
    [[nodiscard]] Uuid new_id();
    void begin_event(Load& load, std::string_view type);
    void add_join(Server& server, const std::string& player, Load& load);
    void add_leave(Server& server, Load& load);
    void add_mixed(Server& server, std::size_t position, Load& load);
    void add_batch(Server& server, Load& load);
    [[nodiscard]] bool add_regulars(Server& server, Load& load);

    const Scenario scenario_;
    std::mt19937_64 random_;
    std::string stranger_;
    std::vector<Server> servers_;
};

}  // namespace drawbridge::bench
