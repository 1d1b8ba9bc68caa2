#include "store/workspace.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <sys/file.h>
#include <system_error>

namespace drawbridge::store {
namespace {

constexpr const char* kPrefix = "unfinished-";

std::filesystem::path make_private_folder(const std::filesystem::path& folder) {
    auto name = (folder / (std::string(kPrefix) + "XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) {
        const auto reason = std::generic_category().message(errno);
        throw std::runtime_error(
            fmt::format("cannot make a folder in {}: {}", folder.string(), reason)
        );
    }
    return name;
}

}  // namespace

Workspace::Workspace(const std::filesystem::path& folder)
    : path_(make_private_folder(folder)),
      lock_(Descriptor::open_folder(path_)) {
    // Nobody else knows the name yet but a remover, which lets go of what it finds in use.
    if (::flock(lock_.number(), LOCK_EX) != 0) {
        throw std::runtime_error(fmt::format("cannot lock {}", path_.string()));
    }
}

Workspace::~Workspace() {
    std::error_code ignored;  // what stays is removed with the abandoned ones
    std::filesystem::remove_all(path_, ignored);
}

int Workspace::remove_abandoned(const std::filesystem::path& folder) {
    int removed = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (!entry.path().filename().string().starts_with(kPrefix) || !entry.is_directory()) {
            continue;
        }
        const auto lock = Descriptor::open_folder(entry.path());
        if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) continue;
        std::filesystem::remove_all(entry.path());
        ++removed;
    }
    return removed;
}

}  // namespace drawbridge::store
