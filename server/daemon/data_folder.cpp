#include "daemon/data_folder.h"

#include "store/files.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <stdexcept>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace drawbridge::daemon {
namespace {

constexpr std::size_t kMaxDamage = 4096;

std::string errno_text() {
    return std::generic_category().message(errno);
}

std::optional<std::filesystem::path> master_key_credential() {
    const char* folder = secure_getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr) return std::nullopt;
    auto file = std::filesystem::path(folder) / "master-key";
    if (!std::filesystem::exists(file)) return std::nullopt;
    return file;
}

std::string holder_of(int descriptor) {
    std::array<char, 32> text{};
    const auto size = ::pread(descriptor, text.data(), text.size(), 0);
    const std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return pid.empty() ? "unknown" : pid.substr(0, pid.find('\n'));
}

}  // namespace

std::vector<std::string> DataFolder::present_parts() const {
    std::vector<std::string> names;
    for (const auto& file :
         {config(),
          database(),
          journal(),
          master_key(),
          authority(),
          authority_key(),
          certificate(),
          certificate_key(),
          admin_token()}) {
        std::error_code unreadable;  // counts as absent; opening it will say why
        if (std::filesystem::exists(file, unreadable)) names.push_back(file.filename().string());
    }
    return names;
}

std::string DataFolder::instance_problem() const {
    const auto folder = path_.string();
    std::error_code error;
    const auto status = std::filesystem::status(path_, error);
    if (status.type() == std::filesystem::file_type::not_found) {
        return fmt::format("{0} does not exist: make it with  drawbridged init --data {0}", folder);
    }
    if (error) return fmt::format("cannot look at {}: {}", folder, error.message());
    if (!std::filesystem::is_directory(status)) return fmt::format("{} is not a folder", folder);
    if (std::filesystem::exists(config(), error)) return {};
    if (error) return fmt::format("cannot look into {}: {}", folder, error.message());
    const auto parts = present_parts();
    if (parts.empty()) {
        return fmt::format(
            "{0} holds no Drawbridge instance: make one with  drawbridged init --data {0}",
            folder
        );
    }
    return fmt::format(
        "{} has no drawbridge.toml but {}: either put drawbridge.toml back, or, if an init was "
        "interrupted, remove these files and run init again",
        folder,
        fmt::join(parts, ", ")
    );
}

std::string DataFolder::damage_problem() const {
    std::error_code unreadable;  // whatever hides it keeps the database from being opened, too
    if (!std::filesystem::exists(damage(), unreadable)) return {};
    const auto sentence = store::read_file(damage(), kMaxDamage);
    return fmt::format(
        "a daemon stopped because {}; once that is done, or to go on with what is there, remove {}",
        std::string(sentence.begin(), sentence.end()),
        damage().string()
    );
}

// Of the process, not of the folder; a member, since whoever has the one asks about the other.
bool DataFolder::has_key_credential() const {
    return master_key_credential().has_value();
}

store::MasterKey DataFolder::load_master_key() const {
    if (const auto credential = master_key_credential()) {
        return store::MasterKey::load_credential(*credential);
    }
    return store::MasterKey::load(master_key());
}

FolderLock::FolderLock(const DataFolder& folder)
    : descriptor_(::open(folder.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) {
        throw std::runtime_error(fmt::format(
            "cannot open {}: {}: run it as the user who owns the folder",
            folder.lock().string(),
            errno_text()
        ));
    }
    const auto pid = fmt::format("{}\n", ::getpid());
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const auto holder = holder_of(descriptor_);
        ::close(descriptor_);
        throw std::runtime_error(fmt::format(
            "{} is in use by another drawbridged (pid {}): stop that one first",
            folder.path().string(),
            holder
        ));
    }
    if (::ftruncate(descriptor_, 0) != 0 ||
        ::pwrite(descriptor_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        const auto reason = errno_text();
        ::close(descriptor_);
        throw std::runtime_error(fmt::format("cannot write {}: {}", folder.lock().string(), reason)
        );
    }
}

FolderLock::~FolderLock() {
    ::close(descriptor_);
}

}  // namespace drawbridge::daemon
