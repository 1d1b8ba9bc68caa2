// One SQLite connection and its statements. SQLiteCpp stays behind this header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::store {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Stands in the file's header, so that a stranger's SQLite file is never taken for ours: "Drbg".
inline constexpr std::int64_t kApplicationId = 0x44726267;

/// Any failure of SQLite, with its text. `is_full`: no space, read-only, locked or I/O; the caller
/// answers `unavailable` and nothing was committed.
class StoreError : public std::runtime_error {
public:
    StoreError(const std::string& text, bool full) : std::runtime_error(text), is_full(full) {}

    const bool is_full;
};

class Database;

/// A prepared statement in use: bind in order, step, read. Reset when it goes out of scope, so a
/// statement text can be in use once at a time per connection. Thread of its connection.
class Query {
public:
    Query(Query&&) noexcept;
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    Query& operator=(Query&&) = delete;
    ~Query();

    Query& bind(std::int64_t value);
    Query& bind(std::string_view value);
    Query& bind(ByteView value);
    Query& bind_null();

    template <class T>
    Query& bind(const std::optional<T>& value) {
        return value ? bind(*value) : bind_null();
    }

    /// True: a row is there to read. False: done.
    [[nodiscard]] bool step();
    /// Runs a statement that returns no row; answers the number of rows changed. Then it may be
    /// bound anew and run again.
    int run();

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] Bytes blob(int column) const;
    /// A view that ends with the next step or with the Query.
    [[nodiscard]] ByteView blob_view(int column) const;

private:
    friend class Database;
    struct Prepared;
    explicit Query(Prepared& prepared);
    Prepared* prepared_;
    int next_parameter_ = 1;
};

/// One connection. One thread at a time. Throws StoreError.
class Database {
public:
    enum class Mode { read_write, read_only };

    /// WAL, synchronous=FULL, foreign keys, busy timeout; `read_only` connections see only commits.
    /// `read_write` makes the file, 0600, when it is missing. A file that holds something else than
    /// our database is refused unchanged.
    Database(const std::filesystem::path& file, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// `sql` must be a string literal (its address is the cache key): no statement is built from
    /// data.
    [[nodiscard]] Query query(const char* sql);
    /// Several statements without parameters or rows: schema, pragmas, transaction control.
    void execute(const char* sql);
    [[nodiscard]] std::int64_t last_insert_rowid() const;
    /// Some failures (no space among them) end SQLite's transaction by themselves.
    [[nodiscard]] bool in_transaction() const;

private:
    void require_ours(const std::filesystem::path& file, Mode mode);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace drawbridge::store
