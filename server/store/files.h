// Small private files of the data folder, written so that a crash leaves either the old file or the
// whole new one. Mode 0600 always.
#pragma once

#include "store/database.h"

#include <cstddef>
#include <filesystem>
#include <string>

namespace drawbridge::store {

enum class Existing { replace, refuse };

/// Temporary file beside it, fsync, rename, fsync of the folder. Throws std::runtime_error that
/// names the file. With `refuse`, a file of that name stays as it is and is an error.
void write_file(const std::filesystem::path& file, ByteView content, Existing existing);

/// Throws std::runtime_error when the file is missing, unreadable or larger than `limit`.
[[nodiscard]] Bytes read_file(const std::filesystem::path& file, std::size_t limit);

/// What keeps a secret file from being private, as a sentence with the remedy; empty when it is
/// readable by its owner alone and the owner is us or root.
[[nodiscard]] std::string privacy_problem(const std::filesystem::path& file);

}  // namespace drawbridge::store
