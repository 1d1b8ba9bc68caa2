// SQLiteCpp opens, configures and closes the connection; statements use its handle, because
// SQLiteCpp binds no string_view and no empty blob.
#include "store/database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace drawbridge::store {
namespace {

constexpr int kBusyTimeoutMs = 5000;

bool means_full(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_BUSY: return true;
        default: return false;
    }
}

[[noreturn]] void fail(sqlite3* connection, int code) {
    throw StoreError(
        fmt::format("SQLite: {} ({})", sqlite3_errmsg(connection), code),
        means_full(code)
    );
}

std::string errno_text() {
    return std::generic_category().message(errno);
}

// SQLite would make the file readable for others; its -wal and -shm take over the file's mode.
void create_private(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        throw StoreError(fmt::format("cannot open {}: {}", file.string(), errno_text()), true);
    }
    ::close(descriptor);
}

SQLite::Database open(const std::filesystem::path& file, Database::Mode mode) {
    if (mode == Database::Mode::read_write) create_private(file);
    const int flags =
        mode == Database::Mode::read_write ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY;
    try {
        return {file.string(), flags | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs};
    } catch (const SQLite::Exception& error) {
        throw StoreError(
            fmt::format("cannot open {}: {}", file.string(), error.what()),
            means_full(error.getErrorCode())
        );
    }
}

}  // namespace

struct Query::Prepared {
    Prepared(sqlite3* handle, const char* sql) : connection(handle) {
        const int code =
            sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) fail(handle, code);
    }

    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;

    ~Prepared() { sqlite3_finalize(statement); }

    sqlite3* connection;
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
};

Query::Query(Prepared& prepared) : prepared_(&prepared) {
    prepared_->in_use = true;
}

Query::Query(Query&& other) noexcept
    : prepared_(std::exchange(other.prepared_, nullptr)),
      next_parameter_(other.next_parameter_) {}

Query::~Query() {
    if (prepared_ == nullptr) return;
    sqlite3_reset(prepared_->statement);  // its code repeats what step() has already thrown
    sqlite3_clear_bindings(prepared_->statement);
    prepared_->in_use = false;
}

Query& Query::bind(std::int64_t value) {
    const int code = sqlite3_bind_int64(prepared_->statement, next_parameter_++, value);
    if (code != SQLITE_OK) fail(prepared_->connection, code);
    return *this;
}

Query& Query::bind(std::string_view value) {
    // A null pointer would bind NULL, also for an empty text.
    const char* data = value.empty() ? "" : value.data();
    const int code = sqlite3_bind_text64(
        prepared_->statement,
        next_parameter_++,
        data,
        value.size(),
        SQLITE_TRANSIENT,  // NOLINT(performance-no-int-to-ptr): SQLite's own constant
        SQLITE_UTF8
    );
    if (code != SQLITE_OK) fail(prepared_->connection, code);
    return *this;
}

Query& Query::bind(ByteView value) {
    const void* data = value.empty() ? static_cast<const void*>("") : value.data();
    const int code = sqlite3_bind_blob64(
        prepared_->statement,
        next_parameter_++,
        data,
        value.size(),
        SQLITE_TRANSIENT  // NOLINT(performance-no-int-to-ptr): SQLite's own constant
    );
    if (code != SQLITE_OK) fail(prepared_->connection, code);
    return *this;
}

Query& Query::bind_null() {
    const int code = sqlite3_bind_null(prepared_->statement, next_parameter_++);
    if (code != SQLITE_OK) fail(prepared_->connection, code);
    return *this;
}

bool Query::step() {
    const int code = sqlite3_step(prepared_->statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail(prepared_->connection, code);
    return code == SQLITE_ROW;
}

int Query::run() {
    if (step()) throw StoreError("a statement that should return no row returned one", false);
    sqlite3_reset(prepared_->statement);
    next_parameter_ = 1;
    return sqlite3_changes(prepared_->connection);
}

bool Query::is_null(int column) const {
    return sqlite3_column_type(prepared_->statement, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const {
    return sqlite3_column_int64(prepared_->statement, column);
}

std::optional<std::int64_t> Query::optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::string Query::text(int column) const {
    const ByteView view = blob_view(column);
    return {view.begin(), view.end()};
}

Bytes Query::blob(int column) const {
    const ByteView view = blob_view(column);
    return {view.begin(), view.end()};
}

ByteView Query::blob_view(int column) const {
    const void* data = sqlite3_column_blob(prepared_->statement, column);
    const int size = sqlite3_column_bytes(prepared_->statement, column);
    return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

struct Database::Impl {
    Impl(const std::filesystem::path& file, Mode mode) : connection(open(file, mode)) {}

    SQLite::Database connection;
    std::unordered_map<const char*, std::unique_ptr<Query::Prepared>> statements;
};

Database::Database(const std::filesystem::path& file, Mode mode)
    : impl_(std::make_unique<Impl>(file, mode)) {
    require_ours(file, mode);
    execute("PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;");
    if (mode == Mode::read_only) {
        execute("PRAGMA query_only=ON; PRAGMA cache_size=-8192;");
        return;
    }
    execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
    execute("PRAGMA wal_autocheckpoint=20000; PRAGMA cache_size=-65536;");
    auto journal = query("PRAGMA journal_mode");
    if (!journal.step() || journal.text(0) != "wal") {
        throw StoreError(fmt::format("{} cannot use SQLite's WAL", file.string()), true);
    }
}

Database::~Database() = default;

// Before anything is written: WAL mode alone would change a stranger's file.
void Database::require_ours(const std::filesystem::path& file, Mode mode) {
    try {
        auto id = query("PRAGMA application_id");
        if (id.step() && id.integer(0) == kApplicationId) return;
        auto objects = query("SELECT count(*) FROM sqlite_schema");
        if (objects.step() && objects.integer(0) == 0 && id.integer(0) == 0) {
            if (mode == Mode::read_write) execute("PRAGMA application_id=0x44726267;");
            return;
        }
    } catch (const StoreError& error) {
        if (error.is_full) throw;
    }
    throw StoreError(fmt::format("{} is not a Drawbridge database", file.string()), false);
}

Query Database::query(const char* sql) {
    auto& prepared = impl_->statements[sql];
    if (!prepared) {
        prepared = std::make_unique<Query::Prepared>(impl_->connection.getHandle(), sql);
    }
    if (prepared->in_use) {
        throw StoreError(fmt::format("statement is already in use: {}", sql), false);
    }
    return Query(*prepared);
}

void Database::execute(const char* sql) {
    sqlite3* handle = impl_->connection.getHandle();
    const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(handle, code);
}

std::int64_t Database::last_insert_rowid() const {
    return sqlite3_last_insert_rowid(impl_->connection.getHandle());
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(impl_->connection.getHandle()) == 0;
}

}  // namespace drawbridge::store
