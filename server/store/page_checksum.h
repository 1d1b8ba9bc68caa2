// A checksum on every page of the database file: written with the page, compared when it is read,
// so that a byte that changed on the disk is found before anybody is told what it says. SQLite
// itself notices only what breaks its structure. The format is that of SQLite's "checksum VFS"
// extension (sqlite.org/cksumvfs.html): byte 20 of the file is 8, and the last 8 bytes of a page
// are two sums over the rest. The write-ahead log has checksums of its own (store/log_check.h).
#pragma once

#include <cstdint>
#include <optional>

struct sqlite3;

namespace drawbridge::store {

/// The name to open connections by; registered on the first call. Any thread. Throws
/// std::runtime_error.
[[nodiscard]] const char* checksum_vfs();

/// A file that is empty gets its checksums from its first page on; another with its next VACUUM.
void want_checksums(sqlite3* connection);
/// Pages are written in any order, also before the first, which tells: for a copy of a file that
/// has them.
void force_checksums(sqlite3* connection);
/// Whether the file on the disk has them, as last seen by this connection.
[[nodiscard]] bool has_checksums(sqlite3* connection);
/// The page (from 1) that this connection last found altered; nothing: none.
[[nodiscard]] std::optional<std::int64_t> altered_page(sqlite3* connection);

}  // namespace drawbridge::store
