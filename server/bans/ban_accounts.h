// What a ban names. Whose it is goes by the surest account of it.
#pragma once

#include "shared/identifier.h"
#include "store/database.h"

#include <cstdint>
#include <vector>

namespace drawbridge::bans {

struct NamedTag {
    std::int64_t tag = 0;  // tags.id
    IdentifierType type = IdentifierType::license;
};

/// Accounts and tokens, of the ban and of those that it followed from, at every remove. Thread of
/// the connection.
[[nodiscard]] std::vector<NamedTag>
named_tags_behind(store::Database& database, std::uint64_t number);

/// `account` is a row of the tags.
[[nodiscard]] bool
names_as_surest(store::Database& database, std::uint64_t number, std::int64_t account);

/// The ban's list entries stay as they are: they hold its accounts.
void set_profile(store::Database& database, std::uint64_t number, std::int64_t profile);

}  // namespace drawbridge::bans
