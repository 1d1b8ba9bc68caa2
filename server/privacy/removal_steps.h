// What the removal of a server deletes: one entry for each table that holds something of a server
// or its owner. Whoever adds such a table adds its entry; a test compares this with the schema.
#pragma once

#include "bans/bans.h"
#include "base/clock.h"
#include "identity/tags.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace drawbridge::privacy {

/// A removal under way. A value.
struct Removal {
    std::int64_t id = 0;
    std::int64_t server = 0;            // servers.id
    std::optional<std::int64_t> owner;  // owners.id, when it goes too
    std::string public_id;
    bool lifts_bans = false;
};

/// Everything up to it has been looked at; what it means is the step's own.
struct StepCursor {
    std::int64_t number = 0;
    store::Bytes key;
};

struct StepPiece {
    std::int64_t deleted = 0;
    bool is_done = false;
};

/// Store thread, inside a transaction.
struct RemovalWork {
    store::Database& database;
    bans::Bans& bans;
    identity::Tags& tags;
    /// Who asked for it and why: read when a ban is lifted in their name.
    const bans::Bans::Decision& decision;
    const Removal& removal;
};

enum class StepScope : std::uint8_t {
    server,
    owner,  // only when the owner goes too
};

struct RemovalStep {
    std::string_view table;
    StepScope scope;
    /// Of the whole work, in percent: for the progress that is shown.
    int share;
    /// Looks at about `rows` rows, or deletes as many.
    StepPiece (*run)(const RemovalWork& work, StepCursor& cursor, int rows);
    /// How many thousandths of a walk by number lie behind the cursor; null: not known.
    int (*done)(store::Database& database, const StepCursor& cursor);
};

/// In the order in which they run: what others refer to goes last.
[[nodiscard]] std::span<const RemovalStep> removal_steps();

}  // namespace drawbridge::privacy
