// What SQLite does not say of a write-ahead log: it takes the log up to the first frame that does
// not match its checksum and forgets what follows, which is right after a crash and wrong after
// damage. Here the two are told apart (file format: sqlite.org/fileformat2.html, section 4).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace drawbridge::store {

/// Reads `log` (`…-wal`; may be missing) before any connection opens the database. Of a crash at
/// most one transaction is torn, the last, which was never acknowledged; so a header or a frame
/// that does not match and has two whole transactions behind it is damage: then one sentence for
/// the operator. Nothing: as a crash or a close leaves it. Damage to the last transaction alone
/// looks like a crash. Throws std::runtime_error when the file cannot be read.
[[nodiscard]] std::optional<std::string> log_damage(const std::filesystem::path& log);

}  // namespace drawbridge::store
