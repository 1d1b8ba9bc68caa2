// What is told about the keys of an instance: how old they are, never what they are.
#pragma once

#include "base/clock.h"
#include "store/database.h"
#include "store/reencryption.h"

#include <optional>

namespace drawbridge::store {

struct KeyFacts {
    base::UnixMs master_since = 0;  // the master key
    base::UnixMs data_since = 0;    // the keys that new rows are sealed under, but the dated ones
    std::optional<Reencryption> reencryption;
};

/// Thread of the connection.
[[nodiscard]] KeyFacts read_key_facts(Database& database);

}  // namespace drawbridge::store
