// A shim between SQLite and the file system's own VFS: only files that are databases are wrapped,
// and of their methods only reading and writing do something of their own.
#include "store/page_checksum.h"

#include <sqlite3.h>

#include <array>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

namespace drawbridge::store {
namespace {

constexpr const char* kName = "drawbridge";
constexpr int kReserved = 8;
constexpr int kReservedAt = 20;
constexpr int kHeaderBytes = 100;
constexpr int kSmallestPage = 512;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};

// Questions of ours to a file, by sqlite3_file_control. SQLite leaves numbers above 100 to us.
constexpr int kForce = 0x44726201;
constexpr int kIsChecked = 0x44726202;
constexpr int kAlteredPage = 0x44726203;

using Checksum = std::array<std::uint32_t, 2>;

/// What SQLite knows as the file; the file system's own follows in the same memory.
struct CheckedFile {
    sqlite3_file base;
    bool is_checked;
    std::int64_t altered_page;

    [[nodiscard]] sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

CheckedFile& checked(sqlite3_file* file) {
    return *reinterpret_cast<CheckedFile*>(file);
}

// Words are little-endian in the format, as on every machine that this runs on.
Checksum checksum(const std::uint8_t* page, int size) {
    Checksum sums{};
    for (int at = 0; at < size - kReserved; at += 8) {
        std::array<std::uint32_t, 2> words{};
        std::memcpy(words.data(), page + at, sizeof words);
        sums[0] += words[0] + sums[1];
        sums[1] += words[1] + sums[0];
    }
    return sums;
}

bool is_page(int amount) {
    return amount >= kSmallestPage && (amount & (amount - 1)) == 0;
}

void look_at_header(CheckedFile& file, const std::uint8_t* bytes, int amount, std::int64_t offset) {
    if (offset != 0 || amount < kHeaderBytes) return;
    if (std::memcmp(bytes, kMagic.data(), kMagic.size()) != 0) return;
    file.is_checked = bytes[kReservedAt] == kReserved;
}

int read(sqlite3_file* base, void* into, int amount, sqlite3_int64 offset) {
    auto& file = checked(base);
    const int code = file.inner()->pMethods->xRead(file.inner(), into, amount, offset);
    if (code != SQLITE_OK) return code;
    const auto* const bytes = static_cast<const std::uint8_t*>(into);
    look_at_header(file, bytes, amount, offset);
    if (!file.is_checked || !is_page(amount)) return SQLITE_OK;
    const auto expected = checksum(bytes, amount);
    if (std::memcmp(bytes + amount - kReserved, expected.data(), kReserved) == 0) return SQLITE_OK;
    file.altered_page = offset / amount + 1;
    return SQLITE_IOERR_DATA;
}

// SQLite's buffers are its own memory, and the reserved bytes belong to whoever asked for them.
int write(sqlite3_file* base, const void* from, int amount, sqlite3_int64 offset) {
    auto& file = checked(base);
    auto* const bytes = static_cast<std::uint8_t*>(const_cast<void*>(from));
    look_at_header(file, bytes, amount, offset);
    if (file.is_checked && is_page(amount)) {
        const auto sums = checksum(bytes, amount);
        std::memcpy(bytes + amount - kReserved, sums.data(), kReserved);
    }
    return file.inner()->pMethods->xWrite(file.inner(), from, amount, offset);
}

int control(sqlite3_file* base, int operation, void* argument) {
    auto& file = checked(base);
    switch (operation) {
        case kForce: file.is_checked = true; return SQLITE_OK;
        case kIsChecked: *static_cast<bool*>(argument) = file.is_checked; return SQLITE_OK;
        case kAlteredPage:
            *static_cast<std::int64_t*>(argument) = file.altered_page;
            return SQLITE_OK;
        default: return file.inner()->pMethods->xFileControl(file.inner(), operation, argument);
    }
}

/// A method that only hands on: `kMethod` of the file system's own file.
template <auto kMethod>
struct HandOn;

template <
    class Result,
    class... Arguments,
    Result (*sqlite3_io_methods::*kMethod)(sqlite3_file*, Arguments...)>
struct HandOn<kMethod> {
    static Result call(sqlite3_file* base, Arguments... arguments) {
        auto* const inner = checked(base).inner();
        return (inner->pMethods->*kMethod)(inner, arguments...);
    }
};

// Version 2: without xFetch, so that no page is read past us by memory mapping.
const sqlite3_io_methods kMethods{
    2,
    &HandOn<&sqlite3_io_methods::xClose>::call,
    &read,
    &write,
    &HandOn<&sqlite3_io_methods::xTruncate>::call,
    &HandOn<&sqlite3_io_methods::xSync>::call,
    &HandOn<&sqlite3_io_methods::xFileSize>::call,
    &HandOn<&sqlite3_io_methods::xLock>::call,
    &HandOn<&sqlite3_io_methods::xUnlock>::call,
    &HandOn<&sqlite3_io_methods::xCheckReservedLock>::call,
    &control,
    &HandOn<&sqlite3_io_methods::xSectorSize>::call,
    &HandOn<&sqlite3_io_methods::xDeviceCharacteristics>::call,
    &HandOn<&sqlite3_io_methods::xShmMap>::call,
    &HandOn<&sqlite3_io_methods::xShmLock>::call,
    &HandOn<&sqlite3_io_methods::xShmBarrier>::call,
    &HandOn<&sqlite3_io_methods::xShmUnmap>::call,
    nullptr,
    nullptr};

sqlite3_vfs* inner_vfs(sqlite3_vfs* vfs) {
    return static_cast<sqlite3_vfs*>(vfs->pAppData);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* base, int flags, int* out_flags) {
    auto* const inner = inner_vfs(vfs);
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
        return inner->xOpen(inner, name, base, flags, out_flags);
    }
    auto& file = *new (base) CheckedFile{};
    const int code = inner->xOpen(inner, name, file.inner(), flags, out_flags);
    // SQLite closes only what has methods.
    file.base.pMethods = file.inner()->pMethods == nullptr ? nullptr : &kMethods;
    return code;
}

// Never unregistered, so that it outlives every connection.
bool add_vfs() {
    auto* const inner = sqlite3_vfs_find(nullptr);
    if (inner == nullptr) return false;
    static sqlite3_vfs vfs = *inner;
    vfs.szOsFile = static_cast<int>(sizeof(CheckedFile)) + inner->szOsFile;
    vfs.zName = kName;
    vfs.pAppData = inner;
    vfs.xOpen = &open;
    vfs.pNext = nullptr;
    return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
}

}  // namespace

const char* checksum_vfs() {
    static const bool kIsThere = add_vfs();
    if (!kIsThere) throw std::runtime_error("SQLite has no way to reach files");
    return kName;
}

void want_checksums(sqlite3* connection) {
    int bytes = kReserved;
    sqlite3_file_control(connection, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
}

void force_checksums(sqlite3* connection) {
    sqlite3_file_control(connection, "main", kForce, nullptr);
}

bool has_checksums(sqlite3* connection) {
    bool answer = false;
    sqlite3_file_control(connection, "main", kIsChecked, &answer);
    return answer;
}

std::optional<std::int64_t> altered_page(sqlite3* connection) {
    std::int64_t page = 0;
    sqlite3_file_control(connection, "main", kAlteredPage, &page);
    if (page == 0) return std::nullopt;
    return page;
}

}  // namespace drawbridge::store
