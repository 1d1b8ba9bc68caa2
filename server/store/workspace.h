// A private folder for files that are not finished, beside those that are. It goes with its owner;
// what a crash left is known by its lock, which the kernel has dropped, and removed later.
#pragma once

#include "store/descriptor.h"

#include <filesystem>
#include <string>

namespace drawbridge::store {

/// One thread. Throws std::runtime_error.
class Workspace {
public:
    explicit Workspace(const std::filesystem::path& folder);
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;
    ~Workspace();

    [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }

    /// Removes workspaces in `folder` that nobody holds; their number.
    static int remove_abandoned(const std::filesystem::path& folder);

private:
    std::filesystem::path path_;
    Descriptor lock_;
};

}  // namespace drawbridge::store
