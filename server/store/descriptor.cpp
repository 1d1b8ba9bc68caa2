#include "store/descriptor.h"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace drawbridge::store {
namespace {

[[noreturn]] void fail(const char* doing, const std::filesystem::path& file) {
    const auto reason = std::generic_category().message(errno);
    throw std::runtime_error(fmt::format("cannot {} {}: {}", doing, file.string(), reason));
}

int open_or_fail(const std::filesystem::path& file, int flags, const char* doing) {
    const int number = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
    if (number < 0) fail(doing, file);
    return number;
}

}  // namespace

Descriptor Descriptor::open(const std::filesystem::path& file, Access access) {
    const int flags = access == Access::read ? O_RDONLY : O_RDWR;
    return {open_or_fail(file, flags, "open"), file};
}

Descriptor Descriptor::create(const std::filesystem::path& file) {
    return {open_or_fail(file, O_RDWR | O_CREAT | O_EXCL, "create"), file};
}

Descriptor Descriptor::open_folder(const std::filesystem::path& folder) {
    return {open_or_fail(folder, O_RDONLY | O_DIRECTORY, "open"), folder};
}

Descriptor::Descriptor(Descriptor&& other) noexcept
    : number_(std::exchange(other.number_, -1)),
      file_(std::move(other.file_)) {}

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

void Descriptor::write(ByteView content) {
    while (!content.empty()) {
        const auto written = ::write(number_, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", file_);
        content = content.subspan(static_cast<std::size_t>(written));
    }
}

void Descriptor::write_at(std::uint64_t offset, ByteView content) {
    while (!content.empty()) {
        const auto written =
            ::pwrite(number_, content.data(), content.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", file_);
        content = content.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
}

std::size_t Descriptor::read(std::span<std::uint8_t> out) {
    std::size_t size = 0;
    while (size < out.size()) {
        const auto got = ::read(number_, out.data() + size, out.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", file_);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    return size;
}

std::size_t Descriptor::read_at(std::uint64_t offset, std::span<std::uint8_t> out) {
    std::size_t size = 0;
    while (size < out.size()) {
        const auto got = ::pread(
            number_,
            out.data() + size,
            out.size() - size,
            static_cast<off_t>(offset + size)
        );
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", file_);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    return size;
}

std::uint64_t Descriptor::size() const {
    struct stat status {};

    if (::fstat(number_, &status) != 0) fail("look at", file_);
    return static_cast<std::uint64_t>(status.st_size);
}

void Descriptor::truncate(std::uint64_t size) {
    if (::ftruncate(number_, static_cast<off_t>(size)) != 0) fail("cut", file_);
}

void Descriptor::sync() {
    if (::fsync(number_) != 0) fail("sync", file_);
}

void sync_folder(const std::filesystem::path& folder) {
    Descriptor::open_folder(folder.empty() ? "." : folder).sync();
}

}  // namespace drawbridge::store
