#include "ctl/secret_file.h"

#include "ctl/exit_code.h"
#include "shared/encoding.h"
#include "store/files.h"

#include <filesystem>
#include <unistd.h>

namespace drawbridge::ctl {

namespace fs = std::filesystem;

void check_writable(const std::string& file, bool force) {
    std::error_code ignored;  // what cannot be looked at cannot be written either, see below
    if (!force && fs::exists(fs::symlink_status(file, ignored))) {
        throw Failure(
            ExitCode::refused,
            file + " is there already; name another with --out, or add --force"
        );
    }
    auto folder = fs::path(file).parent_path();
    if (folder.empty()) folder = ".";
    if (access(folder.c_str(), W_OK | X_OK) != 0) {
        throw Failure(ExitCode::failed, folder.string() + " is no folder you may write to");
    }
}

void write_secret_file(const std::string& file, std::string_view content, bool force) {
    try {
        store::write_file(
            file,
            as_bytes(content),
            force ? store::Existing::replace : store::Existing::refuse
        );
    } catch (const std::exception& error) {
        throw Failure(ExitCode::failed, error.what());
    }
}

}  // namespace drawbridge::ctl
