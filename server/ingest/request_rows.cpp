#include "ingest/request_rows.h"

#include "store/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace drawbridge::ingest {
namespace {

// Lines, in this order; none of the texts can hold a line feed.
std::string texts_of(const LoggedRequest& request) {
    return fmt::format(
        "{}\n{}\n{}\n{}\n{}",
        request.endpoint,
        request.address,
        request.agent,
        request.correlation,
        request.admin
    );
}

void set_texts(LoggedRequest& request, std::string_view texts) {
    for (auto* text :
         {&request.endpoint,
          &request.address,
          &request.agent,
          &request.correlation,
          &request.admin}) {
        const auto end = std::min(texts.find('\n'), texts.size());
        *text = texts.substr(0, end);
        texts.remove_prefix(std::min(end + 1, texts.size()));
    }
}

std::int64_t next_row(store::Database& database) {
    auto query = database.query("SELECT coalesce(max(id), 0) + 1 FROM requests");
    return query.step() ? query.integer(0) : 1;
}

void insert(store::Database& database, const store::Sealer& sealer, const LogEntry& entry) {
    const auto& request = entry.request;
    const auto cell = sealer.seal_dated(
        store::KeyPurpose::request,
        request.at,
        store::Column::request_texts,
        store::row_id(entry.row),
        store::as_bytes(texts_of(request))
    );
    database
        .query(
            "INSERT INTO requests(id, at, plane, server_id, status, count, texts) "
            "VALUES(?,?,?,?,?,?,?)"
        )
        .bind(entry.row)
        .bind(request.at)
        .bind(static_cast<std::int64_t>(request.plane))
        .bind(request.server)
        .bind(std::int64_t{request.status})
        .bind(entry.count)
        .bind(store::ByteView(cell))
        .run();
}

}  // namespace

void write_requests(
    store::Database& database,
    const store::Sealer& sealer,
    std::vector<LogEntry>& entries,
    std::int64_t most_rows
) {
    if (entries.empty()) return;
    auto row = next_row(database);
    for (auto& entry : entries) {
        if (entry.row != 0) {
            database.query("UPDATE requests SET count = ? WHERE id = ?")
                .bind(entry.count)
                .bind(entry.row)
                .run();
            continue;
        }
        entry.row = row++;
        insert(database, sealer, entry);
    }
    database.query("DELETE FROM requests WHERE id < ?").bind(row - most_rows).run();
}

std::vector<LogEntry>
find_requests(store::Database& database, const store::Sealer& sealer, const RequestFilter& filter) {
    auto query = database.query(
        "SELECT id, at, plane, server_id, status, count, texts FROM requests "
        "WHERE id < coalesce(?5, 9223372036854775807) AND (?1 IS NULL OR server_id = ?1) "
        "AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR at >= ?3) "
        "AND (?4 IS NULL OR at < ?4) ORDER BY id DESC LIMIT ?6"
    );
    query.bind(filter.server)
        .bind(filter.status)
        .bind(filter.since)
        .bind(filter.until)
        .bind(filter.before)
        .bind(std::int64_t{filter.limit});
    std::vector<LogEntry> entries;
    while (query.step()) {
        auto& entry = entries.emplace_back();
        entry.row = query.integer(0);
        entry.request.at = query.integer(1);
        entry.request.plane = static_cast<LogPlane>(query.integer(2));
        entry.request.server = query.optional_integer(3);
        entry.request.status = static_cast<unsigned>(query.integer(4));
        entry.count = query.integer(5);
        entry.written = entry.count;
        const auto plain =
            sealer.open(store::Column::request_texts, store::row_id(entry.row), query.blob_view(6));
        if (plain) set_texts(entry.request, std::string(plain->begin(), plain->end()));
    }
    std::ranges::reverse(entries);
    return entries;
}

}  // namespace drawbridge::ingest
