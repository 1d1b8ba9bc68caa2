// An open file. Every failure is a std::runtime_error that names the file and the reason.
#pragma once

#include "store/database.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>

namespace drawbridge::store {

/// One thread at a time. Moved-from objects may only be dropped.
class Descriptor {
public:
    enum class Access { read, read_write };

    /// A file that is there, not a folder.
    [[nodiscard]] static Descriptor open(const std::filesystem::path& file, Access access);
    /// A new file, 0600; refuses a name that is taken.
    [[nodiscard]] static Descriptor create(const std::filesystem::path& file);
    [[nodiscard]] static Descriptor open_folder(const std::filesystem::path& folder);

    /// Takes over an open one; `file` is its name in messages.
    Descriptor(int number, std::filesystem::path file) : number_(number), file_(std::move(file)) {}

    Descriptor(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor();

    [[nodiscard]] int number() const { return number_; }

    /// Goes on where the last read or write ended.
    void write(ByteView content);
    void write_at(std::uint64_t offset, ByteView content);
    /// Fewer bytes than asked for only at the end of the file.
    [[nodiscard]] std::size_t read(std::span<std::uint8_t> out);
    [[nodiscard]] std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out);
    [[nodiscard]] std::uint64_t size() const;
    void truncate(std::uint64_t size);
    void sync();

private:
    int number_;
    std::filesystem::path file_;
};

/// Makes names made, changed or removed in `folder` durable.
void sync_folder(const std::filesystem::path& folder);

}  // namespace drawbridge::store
