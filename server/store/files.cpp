#include "store/files.h"

#include "store/descriptor.h"

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

std::string write_temporary(const std::filesystem::path& file, ByteView content) {
    std::string name = file.string() + ".XXXXXX";
    const int made = ::mkostemp(name.data(), O_CLOEXEC);  // makes it 0600
    if (made < 0) fail("create a file beside", file);
    Descriptor descriptor(made, file);
    try {
        descriptor.write(content);
        descriptor.sync();
    } catch (...) {
        ::unlink(name.c_str());
        throw;
    }
    return name;
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
    sync_folder(file.parent_path());
}

Bytes read_file(const std::filesystem::path& file, std::size_t limit) {
    auto descriptor = Descriptor::open(file, Descriptor::Access::read);
    Bytes content(limit + 1);
    const auto size = descriptor.read(content);
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
