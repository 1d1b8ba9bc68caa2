// Files that hold a secret shown once: their place is checked before the secret is asked for, so
// that none is made and then lost.
#pragma once

#include <string>
#include <string_view>

namespace drawbridge::ctl {

/// Throws Failure when the file is there already (and not `force`) or could not be made.
void check_writable(const std::string& file, bool force);
/// 0600, whole or not at all. Throws Failure.
void write_secret_file(const std::string& file, std::string_view content, bool force);

}  // namespace drawbridge::ctl
