// SQLiteCpp opens, configures and closes the connection; statements use its handle, because
// SQLiteCpp binds no string_view and no empty blob.
#include "store/database.h"

#include "store/page_checksum.h"

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

Fault fault_of(int code) {
    // Fewer bytes than its index counts: the log was cut off under us.
    if (code == SQLITE_IOERR_SHORT_READ) return Fault::damaged;
    if (code == SQLITE_IOERR_DATA) return Fault::damaged;  // a page without its checksum
    switch (code & 0xff) {
        case SQLITE_FULL:
        case SQLITE_BUSY: return Fault::unavailable;
        case SQLITE_IOERR:
        case SQLITE_READONLY:
        case SQLITE_PROTOCOL:
        case SQLITE_CANTOPEN: return Fault::io;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return Fault::damaged;
        default: return Fault::statement;
    }
}

// What the disk last said of the database or its log, 0 for nothing.
int last_errno(sqlite3* connection) {
    int error = 0;
    sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
    sqlite3_file* log = nullptr;
    sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (error == 0 && log != nullptr && log->pMethods != nullptr) {
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
    }
    return error;
}

std::string altered_page_text(sqlite3* connection) {
    return fmt::format(
        "page {} was altered on the disk: it does not match its checksum",
        altered_page(connection).value_or(0)
    );
}

[[noreturn]] void fail(sqlite3* connection) {
    const int code = sqlite3_extended_errcode(connection);
    auto fault = fault_of(code);
    // While it reads the schema, SQLite reports no more than an I/O error.
    if ((code & 0xff) == SQLITE_IOERR && altered_page(connection)) {
        throw StoreError(altered_page_text(connection), Fault::damaged);
    }
    auto text = fmt::format("SQLite: {} ({})", sqlite3_errmsg(connection), code);
    if (code == SQLITE_IOERR_SHMSIZE) text += ", no space for the index of its log";
    // SQLite reports what the disk could not read (EIO) as malformed, too.
    if (const int error = fault == Fault::damaged ? last_errno(connection) : 0; error != 0) {
        fault = Fault::io;
        text += fmt::format(", the disk: {}", std::generic_category().message(error));
    }
    throw StoreError(text, fault);
}

std::string errno_text() {
    return std::generic_category().message(errno);
}

// SQLite would make the file readable for others; its -wal and -shm take over the file's mode.
// O_EXCL: a file that is there is not even opened, because closing it again would drop the locks
// that other connections of this process hold on it.
void create_private(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
        ::close(descriptor);
    } else if (errno != EEXIST) {
        throw StoreError(fmt::format("cannot open {}: {}", file.string(), errno_text()), Fault::io);
    }
}

SQLite::Database open(const std::filesystem::path& file, Database::Mode mode) {
    if (mode == Database::Mode::read_write) create_private(file);
    const int flags =
        mode == Database::Mode::read_write ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY;
    try {
        return {file.string(), flags | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs, checksum_vfs()};
    } catch (const SQLite::Exception& error) {
        throw StoreError(
            fmt::format("cannot open {}: {}", file.string(), error.what()),
            fault_of(error.getErrorCode())
        );
    }
}

}  // namespace

struct Query::Prepared {
    Prepared(sqlite3* handle, const char* sql) : connection(handle) {
        const int code =
            sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) fail(handle);
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
    if (code != SQLITE_OK) fail(prepared_->connection);
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
        SQLITE_STATIC,
        SQLITE_UTF8
    );
    if (code != SQLITE_OK) fail(prepared_->connection);
    return *this;
}

Query& Query::bind(ByteView value) {
    const void* data = value.empty() ? static_cast<const void*>("") : value.data();
    const int code = sqlite3_bind_blob64(
        prepared_->statement,
        next_parameter_++,
        data,
        value.size(),
        SQLITE_STATIC
    );
    if (code != SQLITE_OK) fail(prepared_->connection);
    return *this;
}

Query& Query::bind_null() {
    const int code = sqlite3_bind_null(prepared_->statement, next_parameter_++);
    if (code != SQLITE_OK) fail(prepared_->connection);
    return *this;
}

bool Query::step() {
    const int code = sqlite3_step(prepared_->statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail(prepared_->connection);
    return code == SQLITE_ROW;
}

int Query::run() {
    if (step()) {
        throw StoreError("a statement that should return no row returned one", Fault::statement);
    }
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
    Impl(const std::filesystem::path& its_file, Mode mode)
        : file(its_file),
          connection(open(its_file, mode)) {
        sqlite3_wal_hook(connection.getHandle(), &note_log, this);
    }

    // SQLite's hook, called in each COMMIT that wrote to the log.
    static int note_log(void* impl, sqlite3*, const char*, int pages) {
        static_cast<Impl*>(impl)->log_pages = pages;
        return SQLITE_OK;
    }

    const std::filesystem::path file;
    std::int64_t log_pages = 0;
    std::int64_t in_place_writes = 0;
    SQLite::Database connection;
    std::unordered_map<const char*, std::unique_ptr<Query::Prepared>> statements;
};

Database::Database(const std::filesystem::path& file, Mode mode)
    : impl_(std::make_unique<Impl>(file, mode)) {
    if (mode == Mode::read_write) want_checksums(handle());  // before a new file has a page
    require_ours(file, mode);
    execute("PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;");
    if (mode == Mode::read_only) {
        execute("PRAGMA query_only=ON; PRAGMA cache_size=-8192;");
        return;
    }
    execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
    execute("PRAGMA cache_size=-65536;");
    auto journal = query("PRAGMA journal_mode");
    if (!journal.step() || journal.text(0) != "wal") {
        throw StoreError(fmt::format("{} cannot use SQLite's WAL", file.string()), Fault::io);
    }
}

Database::~Database() = default;

// Before anything is written: WAL mode alone would change a stranger's file.
void Database::require_ours(const std::filesystem::path& file, Mode mode) {
    std::string reason = "it carries another program's mark";
    try {
        auto id = query("PRAGMA application_id");
        if (id.step() && id.integer(0) == kApplicationId) return;
        auto objects = query("SELECT count(*) FROM sqlite_schema");
        if (objects.step() && objects.integer(0) == 0 && id.integer(0) == 0) {
            if (mode == Mode::read_write) execute("PRAGMA application_id=0x44726267;");
            return;
        }
    } catch (const StoreError& error) {
        if (error.is_unavailable()) throw;
        reason = error.what();
    }
    throw StoreError(
        fmt::format("{} is not a Drawbridge database, or damaged ({})", file.string(), reason),
        Fault::damaged
    );
}

Query Database::query(const char* sql) {
    auto& prepared = impl_->statements[sql];
    if (!prepared) {
        prepared = std::make_unique<Query::Prepared>(impl_->connection.getHandle(), sql);
    }
    if (prepared->in_use) {
        throw StoreError(fmt::format("statement is already in use: {}", sql), Fault::statement);
    }
    return Query(*prepared);
}

void Database::execute(const char* sql) {
    sqlite3* handle = impl_->connection.getHandle();
    const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(handle);
}

sqlite3* Database::handle() const {
    return impl_->connection.getHandle();
}

std::int64_t Database::last_insert_rowid() const {
    return sqlite3_last_insert_rowid(impl_->connection.getHandle());
}

std::int64_t Database::rows_changed() const {
    return sqlite3_total_changes64(impl_->connection.getHandle()) + impl_->in_place_writes;
}

void Database::write_in_place(
    const char* table,
    const char* column,
    std::int64_t row,
    std::size_t offset,
    ByteView bytes
) {
    sqlite3* handle = impl_->connection.getHandle();
    sqlite3_blob* blob = nullptr;
    int code = sqlite3_blob_open(handle, "main", table, column, row, 1, &blob);
    if (code == SQLITE_OK) {
        code = sqlite3_blob_write(
            blob,
            bytes.data(),
            static_cast<int>(bytes.size()),
            static_cast<int>(offset)
        );
    }
    sqlite3_blob_close(blob);  // of null: does nothing
    if (code != SQLITE_OK) fail(handle);
    ++impl_->in_place_writes;
}

bool Database::truncate_log() {
    sqlite3* handle = impl_->connection.getHandle();
    sqlite3_busy_timeout(handle, 0);
    const int code =
        sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(handle, kBusyTimeoutMs);
    if ((code & 0xff) == SQLITE_BUSY) return false;
    if (code != SQLITE_OK) fail(handle);
    impl_->log_pages = 0;
    return true;
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(impl_->connection.getHandle()) == 0;
}

void Database::require_readable() const {
    if (altered_page(handle())) {
        throw StoreError(
            fmt::format("{}: {}", impl_->file.string(), altered_page_text(handle())),
            Fault::damaged
        );
    }
    const int error = last_errno(handle());
    if (error == 0) return;
    throw StoreError(
        fmt::format(
            "{} cannot be read whole, the disk: {}",
            impl_->file.string(),
            std::generic_category().message(error)
        ),
        Fault::io
    );
}

bool Database::has_page_checksums() const {
    return has_checksums(handle());
}

std::int64_t Database::log_pages() const {
    return impl_->log_pages;
}

void Database::checkpoint() {
    sqlite3* handle = impl_->connection.getHandle();
    const int code =
        sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    // Busy: somebody else is at it, with the same result.
    if (code != SQLITE_OK && code != SQLITE_BUSY) fail(handle);
}

const std::filesystem::path& Database::file() const {
    return impl_->file;
}

}  // namespace drawbridge::store
