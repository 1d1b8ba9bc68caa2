// Which events a server has had stored, and with which result, kept apart from the events so that
// it outlives them: what makes sending an event again harmless.
#pragma once

#include "base/clock.h"
#include "shared/ids.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::events {

/// Of one server, inside one transaction. A result is members of a JSON object, or empty. Thread of
/// the connection.
class EventIds {
public:
    /// The result that needs no cell of its own, being by far the most frequent.
    static constexpr std::string_view kAllow = R"("verdict":{"decision":"allow"})";

    EventIds(
        store::Database& database,
        const store::Sealer& sealer,
        std::int64_t server,
        base::UnixMs now
    )
        : database_(database),
          sealer_(sealer),
          server_(server),
          now_(now) {}

    /// The result it was stored with. Throws std::runtime_error when that was altered.
    [[nodiscard]] std::optional<std::string> find(const Uuid& id);

    /// Notes it with the result that it will have most likely: "" or `kAllow`. False, and nothing
    /// was done: it is there already.
    [[nodiscard]] bool take(const Uuid& id, std::string_view likely);
    /// It has come to another result.
    void set_result(const Uuid& id, std::string_view members);
    /// It was refused after all.
    void give_back(const Uuid& id);

private:
    store::Database& database_;
    const store::Sealer& sealer_;
    const std::int64_t server_;
    const base::UnixMs now_;
};

}  // namespace drawbridge::events
