#include "store/files.h"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace drawbridge::store {
namespace {

std::string errno_text() {
    return std::generic_category().message(errno);
}

[[noreturn]] void fail(const char* doing, const std::filesystem::path& file) {
    throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, file.string(), errno_text()));
}

class Descriptor {
public:
    explicit Descriptor(int value) : value_(value) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }

    [[nodiscard]] int get() const { return value_; }

private:
    int value_;
};

void write_all(int descriptor, ByteView content, const std::filesystem::path& file) {
    while (!content.empty()) {
        const auto written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", file);
        content = content.subspan(static_cast<std::size_t>(written));
    }
}

std::string write_temporary(const std::filesystem::path& file, ByteView content) {
    std::string name = file.string() + ".XXXXXX";
    const Descriptor descriptor(::mkostemp(name.data(), O_CLOEXEC));  // makes it 0600
    if (descriptor.get() < 0) fail("create a file beside", file);
    try {
        write_all(descriptor.get(), content, file);
        if (::fsync(descriptor.get()) != 0) fail("sync", file);
    } catch (...) {
        ::unlink(name.c_str());
        throw;
    }
    return name;
}

void sync_folder_of(const std::filesystem::path& file) {
    const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const Descriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() < 0 || ::fsync(folder.get()) != 0) fail("sync", parent);
}

// link() refuses an existing name, rename() replaces it; both are atomic.
bool give_name(const std::string& temporary, const std::filesystem::path& file, Existing existing) {
    if (existing == Existing::replace) return ::rename(temporary.c_str(), file.c_str()) == 0;
    if (::link(temporary.c_str(), file.c_str()) != 0) return false;
    ::unlink(temporary.c_str());
    return true;
}

}  // namespace

void write_file(const std::filesystem::path& file, ByteView content, Existing existing) {
    const std::string temporary = write_temporary(file, content);
    if (!give_name(temporary, file, existing)) {
        const int reason = errno;
        ::unlink(temporary.c_str());
        errno = reason;
        fail("write", file);
    }
    sync_folder_of(file);
}

Bytes read_file(const std::filesystem::path& file, std::size_t limit) {
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.get() < 0) fail("open", file);
    Bytes content(limit + 1);
    std::size_t size = 0;
    while (size < content.size()) {
        const auto got = ::read(descriptor.get(), content.data() + size, content.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", file);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > limit) {
        throw std::runtime_error(fmt::format("{} is larger than {} bytes", file.string(), limit));
    }
    content.resize(size);
    return content;
}

std::string privacy_problem(const std::filesystem::path& file) {
    struct stat status {};

    if (::stat(file.c_str(), &status) != 0) {
        return fmt::format("cannot open {}: {}", file.string(), errno_text());
    }
    if ((status.st_mode & 077U) != 0) {
        return fmt::format(
            "{} can be read by others (mode {:04o}): run  chmod 600 {}",
            file.string(),
            status.st_mode & 07777U,
            file.string()
        );
    }
    if (status.st_uid != ::geteuid() && status.st_uid != 0) {
        return fmt::format(
            "{} belongs to user {}, not to user {} who runs this: run  chown {} {}",
            file.string(),
            status.st_uid,
            ::geteuid(),
            ::geteuid(),
            file.string()
        );
    }
    return {};
}

}  // namespace drawbridge::store
