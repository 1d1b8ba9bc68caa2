// As much of SQLite as the two programs here need.
#pragma once

#include <sqlite3.h>

#include <stdexcept>
#include <string>

namespace drawbridge::bench {

/// Throws std::runtime_error with SQLite's text.
class Connection {
public:
    Connection(const std::string& file, int flags) {
        check(sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr));
    }

    ~Connection() { sqlite3_close(handle_); }

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void run(const std::string& sql) {
        check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
    }

    void check(int code) const {
        if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
        throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(handle_));
    }

    [[nodiscard]] sqlite3* handle() const { return handle_; }

private:
    sqlite3* handle_ = nullptr;
};

class Statement {
public:
    Statement(const Connection& connection, const std::string& sql) : connection_(connection) {
        const int size = static_cast<int>(sql.size());
        connection.check(
            sqlite3_prepare_v2(connection.handle(), sql.c_str(), size, &handle_, nullptr)
        );
    }

    ~Statement() { sqlite3_finalize(handle_); }

    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    [[nodiscard]] bool step() {
        const int code = sqlite3_step(handle_);
        connection_.check(code);
        return code == SQLITE_ROW;
    }

    [[nodiscard]] std::string text(int column) const {
        const void* data = sqlite3_column_blob(handle_, column);
        const int size = sqlite3_column_bytes(handle_, column);
        return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
    }

    [[nodiscard]] sqlite3_stmt* handle() const { return handle_; }

private:
    const Connection& connection_;
    sqlite3_stmt* handle_ = nullptr;
};

}  // namespace drawbridge::bench
