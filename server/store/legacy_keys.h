// Keys and cells of schemas 1 and 2, which had one data key and one index key in the table `meta`:
// `data_key` and `index_key`, wrapped by the master key. A cell was nonce (24) ‖ ciphertext ‖ tag
// (16) with the associated data of today's cells. Read by the migration to schema 3 alone.
#pragma once

#include "shared/secret.h"
#include "store/database.h"
#include "store/master_key.h"

#include <optional>
#include <string_view>

namespace drawbridge::store {

struct LegacyKeyName {
    std::string_view meta_key;
    std::string_view wrap_purpose;
};

inline constexpr LegacyKeyName kLegacyDataKey{"data_key", "drawbridge wrap data-key"};
inline constexpr LegacyKeyName kLegacyIndexKey{"index_key", "drawbridge wrap index-key"};

/// Makes both. Part of the migration to schema 1.
void make_legacy_keys(Database& database, const MasterKey& master);

/// Nothing when it is missing or `master` does not open it.
[[nodiscard]] std::optional<Secret>
legacy_key(Database& database, const MasterKey& master, LegacyKeyName name);

}  // namespace drawbridge::store
