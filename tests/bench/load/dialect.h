// How a request is signed and an answer checked: as docs/protocol.md says, or as the peer's few
// lines do (tests/bench/peer/server.js).
#pragma once

#include "bench/load/connection.h"
#include "shared/signature.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::bench {

/// A game server's key. `counter` goes up with every request.
struct Account {
    std::string key_id;
    std::string secret_text;  // the peer's key is the printed secret
    Secret secret;
    std::string poll_target;
    std::uint64_t epoch = 0;
    std::uint64_t counter = 0;
};

/// One account a line: key id, printed secret, and the cursors it holds of both lists.
[[nodiscard]] std::vector<Account> read_accounts(const std::string& file);

enum class Dialect { drawbridge, peer };

/// A signed request on its way. `mac` binds the answer to it.
struct Outgoing {
    std::string bytes;
    std::string_view method;
    std::string target;
    Mac mac{};
};

/// `target` must outlive nothing: it is copied. An empty body makes a GET.
[[nodiscard]] Outgoing sign(
    Dialect dialect,
    Account& account,
    const std::string& authority,
    const std::string& target,
    std::string_view body
);

/// Signature and digest, bound to that request. The peer signs nothing; TLS alone vouches for it.
[[nodiscard]] bool
is_genuine(Dialect dialect, const Account& account, const Outgoing& request, const Answer& answer);

}  // namespace drawbridge::bench
