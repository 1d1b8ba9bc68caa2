// Facts of the journal, made true again in a database that is older than they are. In a
// transaction, before anything reads keys or tokens from it; what is so already stays as it is.
#pragma once

#include "base/clock.h"
#include "store/database.h"
#include "store/journal_record.h"
#include "store/sealer.h"

#include <string>
#include <vector>

namespace drawbridge::auth {

/// A key that the database does not know is noted as revoked: its id is never given again.
void reapply(store::Database& database, const store::KeyRevoked& fact, base::UnixMs at);
void reapply(store::Database& database, const store::EpochOpened& fact, base::UnixMs at);
void reapply(store::Database& database, const store::AdminRevoked& fact, base::UnixMs at);

[[nodiscard]] bool has_working_admin(store::Database& database);

/// Names of servers that can no longer sign: they need a new secret.
[[nodiscard]] std::vector<std::string>
servers_without_secret(store::Database& database, const store::Sealer& sealer);

}  // namespace drawbridge::auth
