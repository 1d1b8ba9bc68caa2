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
#include <type_traits>
#include <vector>

struct sqlite3;

namespace drawbridge::store {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Stands in the file's header, so that a stranger's SQLite file is never taken for ours: "Drbg".
inline constexpr std::int64_t kApplicationId = 0x44726267;

/// What a failure of SQLite says about the file.
enum class Fault {
    statement,    // nothing: this statement alone failed (a constraint, a fault of ours)
    unavailable,  // no space, or locked: as sound as before
    io,           // it could not be read, written or synced: what stands in it is to be checked
    damaged,      // SQLite found it malformed
};

/// Any failure of SQLite, with its text. Nothing of its transaction was committed, unless the fault
/// is `io` in the COMMIT itself: then only reading the file anew tells.
class StoreError : public std::runtime_error {
public:
    StoreError(const std::string& text, Fault its_fault)
        : std::runtime_error(text),
          fault(its_fault) {}

    /// The caller may try again; it is not the statement's doing.
    [[nodiscard]] bool is_unavailable() const {
        return fault == Fault::unavailable || fault == Fault::io;
    }

    const Fault fault;
};

class Database;

/// A prepared statement in use: bind in order, step, read. Reset when it goes out of scope, so a
/// statement text can be in use once at a time per connection. Thread of its connection. What a
/// bound view shows is not copied: it must stay until the last step.
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
    Query& bind(Bytes&& gone_before_the_step) = delete;
    Query& bind(std::string&& gone_before_the_step) = delete;
    Query& bind_null();

    template <class T>
    requires(!std::is_trivially_copyable_v<T>) Query& bind(std::optional<T>&& gone_before_the_step
    ) = delete;

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

    /// WAL, synchronous=FULL, foreign keys, busy timeout, no checkpoint of SQLite's own accord (it
    /// would hide its failures: `checkpoint`); `read_only` connections see only commits.
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
    /// Rows inserted, updated or deleted, and writes in place, since the connection was opened.
    [[nodiscard]] std::int64_t rows_changed() const;
    /// Overwrites a part of a blob on the pages it stands on: after the next checkpoint the file
    /// holds no copy of the old bytes. Names are literals of ours; the blob keeps its size.
    void write_in_place(
        const char* table,
        const char* column,
        std::int64_t row,
        std::size_t offset,
        ByteView bytes
    );
    /// Moves the whole write-ahead log into the file and empties it, outside of a transaction.
    /// False: a reader stands in the way, try again later. Does not wait for it.
    [[nodiscard]] bool truncate_log();
    /// Some failures (no space among them) end SQLite's transaction by themselves.
    [[nodiscard]] bool in_transaction() const;

    /// Throws when the disk has refused to let this connection read something, or gave a page that
    /// does not match its checksum (checks of the file report that in words that do not help).
    void require_readable() const;

    /// Whether the file's pages carry checksums (store/page_checksum.h). One of an older schema
    /// gets them by the VACUUM after its migration.
    [[nodiscard]] bool has_page_checksums() const;

    /// Pages in the write-ahead log after the last commit of this connection.
    [[nodiscard]] std::int64_t log_pages() const;
    /// Moves the log's pages into the file and syncs it, as far as readers allow.
    void checkpoint();

    [[nodiscard]] const std::filesystem::path& file() const;

private:
    friend class Snapshot;  // copies the whole file, which no statement does
    [[nodiscard]] sqlite3* handle() const;
    void require_ours(const std::filesystem::path& file, Mode mode);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace drawbridge::store
