// A network of three owners, and people with made-up accounts and machines who join their servers.
#pragma once

#include "ingest/fixture.h"

#include <optional>
#include <string>
#include <vector>

namespace drawbridge::test {

/// What one session brings along; equal numbers are equal accounts and tokens.
struct Someone {
    int license = 0;
    std::optional<int> license2 = std::nullopt;
    std::optional<int> discord = std::nullopt;
    std::optional<int> steam = std::nullopt;
    std::optional<int> xbl = std::nullopt;
    std::optional<int> ip = std::nullopt;
    std::vector<int> tokens = {};

    [[nodiscard]] std::string json() const;
};

/// The tokens of a machine.
[[nodiscard]] std::vector<int> machine(int number);

class Town {
public:
    /// The decision.
    std::string join(Sender& server, const Someone& someone);

    bool refuses(Sender& server, const Someone& someone) { return join(server, someone) == "ban"; }

    /// Its code.
    std::string ban(Sender& server, const Someone& someone);

    void pass(base::UnixMs time) { fixture.now += time; }

    void lift(const std::string& code);
    /// Staff say that the players of the two licences are one person.
    void link(int license, int other);

    GateFixture fixture;
    Sender alpha = fixture.add_server("alpha", auth::PropagationMode::automatic, "alpha");
    Sender beta = fixture.add_server("beta", auth::PropagationMode::review, "beta");
    Sender gamma = fixture.add_server("gamma", auth::PropagationMode::review, "gamma");
};

}  // namespace drawbridge::test
