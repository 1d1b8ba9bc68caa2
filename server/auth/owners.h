// Owners: who runs servers. Their name and whom to notify are sealed.
#pragma once

#include "base/clock.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::auth {

/// One unit of work; the thread of its connection.
class Owners {
public:
    Owners(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          sealer_(sealer) {}

    /// By name or id. Not one that is being removed with its last server.
    [[nodiscard]] std::optional<std::int64_t> find(std::string_view name_or_id);
    /// The row of a new owner; the name is acceptable and free.
    std::int64_t add(std::string_view name, base::UnixMs now);

    /// Whom to tell when something happened to the owner's servers; empty: nobody is known.
    void set_contact(std::int64_t owner, std::string_view contact);
    [[nodiscard]] std::string contact(std::int64_t owner);
    /// Frees the name for another owner and forgets whom to tell.
    void forget_name(std::int64_t owner);

    [[nodiscard]] std::string public_id(std::int64_t owner);
    /// Empty when there is none of this row.
    [[nodiscard]] std::string name(std::int64_t owner);

private:
    store::Database& database_;
    const store::Sealer& sealer_;
};

}  // namespace drawbridge::auth
