#include "bench/rows/replay.h"

#include "bench/rows/sqlite.h"
#include "shared/ids.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

namespace drawbridge::bench {
namespace {

constexpr std::size_t kEventsPerCommit = 1000;
constexpr auto kReadWrite = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

struct Value {
    Value() = default;

    ~Value() { sqlite3_value_free(value); }

    Value(Value&& other) noexcept : value(std::exchange(other.value, nullptr)) {}

    Value(const Value&) = delete;
    Value& operator=(const Value&) = delete;
    Value& operator=(Value&&) = delete;

    sqlite3_value* value = nullptr;
};

using Row = std::vector<Value>;

struct Table {
    std::string name;
    std::vector<Row> rows;  // those that are new, in the order of the key
    std::unique_ptr<Statement> insert;
};

std::vector<std::string> names(const Connection& connection, const std::string& sql) {
    Statement statement(connection, sql);
    std::vector<std::string> found;
    while (statement.step()) {
        found.push_back(statement.text(0));
    }
    return found;
}

std::vector<Row> new_rows(const Connection& both, const std::string& table) {
    const auto keys = names(
        both,
        fmt::format("SELECT name FROM pragma_table_info('{}') WHERE pk > 0 ORDER BY pk", table)
    );
    std::vector<std::string> same;
    for (const auto& key : keys) {
        same.push_back(fmt::format("b.{0} = a.{0}", key));
    }
    Statement select(
        both,
        fmt::format(
            "SELECT * FROM main.{0} a WHERE NOT EXISTS (SELECT 1 FROM earlier.{0} b WHERE {1}) "
            "ORDER BY {2}",
            table,
            fmt::join(same, " AND "),
            fmt::join(keys, ", ")
        )
    );
    std::vector<Row> rows;
    while (select.step()) {
        Row row(static_cast<std::size_t>(sqlite3_column_count(select.handle())));
        for (std::size_t i = 0; i < row.size(); ++i) {
            auto* const value = sqlite3_column_value(select.handle(), static_cast<int>(i));
            row[i].value = sqlite3_value_dup(value);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<Table> read_tables(const std::string& before, const std::string& after) {
    Connection both(after, kReadWrite);
    both.run(fmt::format("ATTACH '{}' AS earlier", before));
    std::vector<Table> tables;
    const auto all = names(
        both,
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    );
    for (const auto& name : all) {
        Table table{name, new_rows(both, name), nullptr};
        if (!table.rows.empty()) tables.push_back(std::move(table));
    }
    return tables;
}

/// As the daemon's own connection.
void prepare(Connection& connection, std::vector<Table>& tables) {
    connection.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;");
    connection.run("PRAGMA wal_autocheckpoint=20000; PRAGMA cache_size=-65536;");
    for (auto& table : tables) {
        const std::vector<std::string> marks(table.rows.front().size(), "?");
        const auto sql =
            fmt::format("INSERT INTO {} VALUES({})", table.name, fmt::join(marks, ","));
        table.insert = std::make_unique<Statement>(connection, sql);
    }
}

void insert(const Connection& connection, Table& table, std::size_t from, std::size_t to) {
    auto* const statement = table.insert->handle();
    for (std::size_t i = from; i < to; ++i) {
        int parameter = 0;
        for (const auto& value : table.rows[i]) {
            connection.check(sqlite3_bind_value(statement, ++parameter, value.value));
        }
        (void)table.insert->step();
        connection.check(sqlite3_reset(statement));
    }
}

// The peer keeps its ids as text.
std::string bytes_of(const std::string& id) {
    const auto uuid = parse_uuid7(id);
    return uuid ? std::string(uuid->begin(), uuid->end()) : id;
}

}  // namespace

Replayed replay(const std::string& before, const std::string& after, const std::string& out) {
    auto tables = read_tables(before, after);
    std::filesystem::copy_file(before, out, std::filesystem::copy_options::overwrite_existing);
    Connection connection(out, kReadWrite);
    prepare(connection, tables);
    Replayed done;
    for (const auto& table : tables) {
        done.rows += table.rows.size();
        if (table.name == "events") done.events = table.rows.size();
    }
    const auto commits = std::max<std::size_t>(1, done.events / kEventsPerCommit);
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < commits; ++i) {
        connection.run("BEGIN IMMEDIATE");
        for (auto& table : tables) {
            const auto size = table.rows.size();
            insert(connection, table, size * i / commits, size * (i + 1) / commits);
        }
        connection.run("COMMIT");
    }
    done.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    tables.clear();
    return done;
}

void copy(const std::string& database, const std::string& out) {
    Connection connection(database, SQLITE_OPEN_READONLY);
    connection.run(fmt::format("VACUUM INTO '{}'", out));
}

std::string compare(const std::string& database, const std::string& ids_file) {
    std::ifstream in(ids_file, std::ios::binary);
    std::vector<std::string> acknowledged;
    for (std::string id(16, '\0'); in.read(id.data(), 16);) {
        acknowledged.push_back(id);
    }
    const Connection connection(database, SQLITE_OPEN_READONLY);
    auto stored = names(connection, "SELECT id FROM events");
    std::ranges::transform(stored, stored.begin(), bytes_of);
    std::ranges::sort(acknowledged);
    std::ranges::sort(stored);
    if (acknowledged == stored) return {};
    return fmt::format(
        "{} events were acknowledged, {} are stored, and they differ",
        acknowledged.size(),
        stored.size()
    );
}

}  // namespace drawbridge::bench
