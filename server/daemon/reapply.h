// What the journal knows and a database does not, made true again in it (store/journal.h).
#pragma once

#include "base/clock.h"
#include "store/database.h"
#include "store/journal_file.h"
#include "store/sealer.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace drawbridge::daemon {

/// Which records, and how many of each kind of fact.
struct Reapplied {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::array<std::size_t, std::variant_size_v<store::JournalFact>> counts{};

    [[nodiscard]] std::size_t total() const;
    /// "records 51 to 54: 1 secret, 3 epochs"; "no record".
    [[nodiscard]] std::string describe() const;
};

/// In a transaction of a database with the newest schema that nothing else has read yet.
[[nodiscard]] Reapplied reapply_journal(
    store::Database& database,
    const store::Sealer& sealer,
    std::span<const store::JournalRecord> records
);

/// When the journal has revoked every administrator that the database knows, a new one, audited;
/// its token, to be written to admin.token.
[[nodiscard]] std::optional<std::string>
replace_last_admin(store::Database& database, const store::Sealer& sealer, base::UnixMs now);

}  // namespace drawbridge::daemon
