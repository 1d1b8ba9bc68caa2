// Whose word counts for others. The one place that says so: whatever counts owners asks here.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::auth {

// The numbers are stored: never renumber.
enum class Trust : std::uint8_t {
    unproven = 1,  // as yet: full when it has been heard for long enough, or when staff say so
    own,           // by staff: never but for its own servers
    full
};
[[nodiscard]] std::string_view trust_name(Trust trust);
/// What staff may say.
[[nodiscard]] std::optional<Trust> parse_trust(std::string_view name);

/// One unit of work; the thread of its connection.
class OwnerTrust {
public:
    explicit OwnerTrust(store::Database& database) : database_(database) {}

    /// What its servers have seen counts at other owners' servers, and for the network: it has full
    /// trust, and none of its servers is suspended or behind the breaker now.
    [[nodiscard]] bool counts(std::int64_t owner) const;

    void set(std::int64_t owner, Trust trust);

    /// A server of it has spoken. Writes the first time alone.
    void heard(std::int64_t owner, base::UnixMs now);

    /// Gives full trust to who has not been given any by staff and was first heard then or before;
    /// their public ids.
    [[nodiscard]] std::vector<std::string> prove(base::UnixMs heard_until);

private:
    store::Database& database_;
};

}  // namespace drawbridge::auth
