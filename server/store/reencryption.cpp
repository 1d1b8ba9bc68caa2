#include "store/reencryption.h"

#include "store/sealed_columns.h"
#include "store/sealer.h"

#include <sodium.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace drawbridge::store {
namespace {

using Clock = std::chrono::steady_clock;

// Between two looks at the clock.
constexpr std::int64_t kRowsAtOnce = 32;
/// Instead of a column: the walk has ended, the check has not.
constexpr std::int64_t kChecking = 0;

struct Row {
    CellKey key;
    Bytes cell;
    Bytes id;  // the stable one
};

/// What a piece of a walk has come to.
struct Piece {
    std::int64_t rewritten = 0;
    std::int64_t unreadable = 0;
    std::optional<CellKey> last;  // nothing: this column has no more rows
};

bool has_key_b(KeyKind kind) {
    return kind == KeyKind::two_integers || kind == KeyKind::blob_and_integer;
}

void bind_key_a(Query& query, const CellKey& key) {
    if (const auto* number = std::get_if<std::int64_t>(&key.a)) {
        query.bind(*number);
    } else if (const auto* text = std::get_if<std::string>(&key.a)) {
        query.bind(std::string_view(*text));
    } else if (const auto* blob = std::get_if<Bytes>(&key.a)) {
        query.bind(ByteView(*blob));
    } else {
        query.bind_null();
    }
}

CellKey key_at(KeyKind kind, const Query& query, int column) {
    CellKey key;
    if (query.is_null(column)) return key;
    key.b = query.integer(column + 1);
    switch (kind) {
        case KeyKind::integer:
        case KeyKind::two_integers: key.a = query.integer(column); break;
        case KeyKind::text: key.a = query.text(column); break;
        case KeyKind::blob_and_integer: key.a = query.blob(column); break;
    }
    return key;
}

std::vector<Row> rows_after(Database& database, const SealedColumn& column, const CellKey& after) {
    auto query = database.query(column.scan);
    bind_key_a(query, after);
    if (std::holds_alternative<std::monostate>(after.a)) {
        query.bind_null();
    } else {
        query.bind(after.b);
    }
    query.bind(kRowsAtOnce);
    std::vector<Row> rows;
    while (query.step()) {
        rows.push_back({key_at(column.key, query, 0), query.blob(2), scanned_row_id(column, query)}
        );
    }
    return rows;
}

TagIndex index_of(const Sealer& sealer, const SealedColumn& column, ByteView plain) {
    if (column.id == Column::tag_value) return sealer.indexes(plain).now;
    return sealer.indexes(column.id, plain).now;
}

void rewrite(
    Database& database,
    const Sealer& sealer,
    const SealedColumn& column,
    const Row& row,
    ByteView plain
) {
    const auto cell = sealer.seal_anew(row.cell, column.id, row.id, plain);
    TagIndex index{};
    auto query = database.query(column.rewrite);
    query.bind(ByteView(cell));
    bind_key_a(query, row.key);
    if (has_key_b(column.key) || column.has_index) query.bind(row.key.b);
    if (column.has_index) {
        index = index_of(sealer, column, plain);
        query.bind(ByteView(index));
    }
    query.run();
}

Piece walk(
    Database& database,
    const Sealer& sealer,
    const SealedColumn& column,
    const CellKey& after
) {
    Piece piece;
    auto rows = rows_after(database, column, after);
    for (const auto& row : rows) {
        if (sealer.is_current(row.cell)) continue;
        auto plain = sealer.open(column.id, row.id, row.cell);
        if (!plain) {
            ++piece.unreadable;
            continue;
        }
        rewrite(database, sealer, column, row, *plain);
        sodium_memzero(plain->data(), plain->size());
        ++piece.rewritten;
    }
    if (!rows.empty()) piece.last = std::move(rows.back().key);
    return piece;
}

/// Where the walk that rewrites stands. One column after the last: it has ended.
struct Place {
    std::size_t column = 0;
    CellKey after;
    std::int64_t rewritten = 0;
};

std::size_t index_in_registry(std::int64_t column_id) {
    const auto columns = sealed_columns();
    if (column_id == kChecking) return columns.size();
    const auto found = std::ranges::find_if(columns, [&](const SealedColumn& column) {
        return static_cast<std::int64_t>(column.id) == column_id;
    });
    // One that this program does not know: from the first, what is done is only looked at.
    return found == columns.end() ? 0 : static_cast<std::size_t>(found - columns.begin());
}

std::optional<Place> load_place(Database& database) {
    auto query = database.query(
        "SELECT column_id, rewritten, cursor_a, cursor_b FROM reencryption "
        "WHERE finished_at IS NULL"
    );
    if (!query.step()) return std::nullopt;
    Place place;
    place.column = index_in_registry(query.integer(0));
    place.rewritten = query.integer(1);
    if (place.column < sealed_columns().size()) {
        place.after = key_at(sealed_columns()[place.column].key, query, 2);
    }
    return place;
}

void save_place(Database& database, const Place& place) {
    const auto columns = sealed_columns();
    const auto id = place.column < columns.size()
                        ? static_cast<std::int64_t>(columns[place.column].id)
                        : kChecking;
    auto query = database.query(
        "UPDATE reencryption SET column_id = ?, rewritten = ?, cursor_a = ?, cursor_b = ?"
    );
    query.bind(id).bind(place.rewritten);
    bind_key_a(query, place.after);
    query.bind(place.after.b).run();
}

/// Goes on by one piece.
template <class Walk>
Piece advance(Database& database, const Sealer& sealer, Walk& at) {
    auto piece = walk(database, sealer, sealed_columns()[at.column], at.after);
    if (piece.last) {
        at.after = *piece.last;
    } else {
        at.after = {};
        ++at.column;
    }
    return piece;
}

/// True: all columns were walked.
bool rewrite_until(
    Database& database,
    const Sealer& sealer,
    Place& place,
    Clock::time_point until
) {
    const auto end = sealed_columns().size();
    if (place.column == end) return true;
    do {
        place.rewritten += advance(database, sealer, place).rewritten;
    } while (place.column < end && Clock::now() < until);
    save_place(database, place);
    return false;  // the check begins with the next step
}

/// True: a whole walk has found no cell under an old key.
bool check_until(
    Database& database,
    const Sealer& sealer,
    CheckWalk& walk,
    Clock::time_point until
) {
    const auto end = sealed_columns().size();
    do {
        const auto piece = advance(database, sealer, walk);
        walk.found += piece.rewritten;
        walk.unreadable += piece.unreadable;
    } while (walk.column < end && Clock::now() < until);
    if (walk.column < end) return false;
    if (walk.found == 0) return true;
    walk = {};
    return false;
}

}  // namespace

int percent_of(const Reencryption& reencryption) {
    if (reencryption.finished_at) return 100;
    if (reencryption.is_checking) return 99;
    if (reencryption.total <= 0) return 0;
    return static_cast<int>(
        std::min<std::int64_t>(reencryption.rewritten * 100 / reencryption.total, 99)
    );
}

std::optional<Reencryption> read_reencryption(Database& database) {
    auto query = database.query(
        "SELECT started_at, finished_at, column_id, rewritten, total FROM reencryption"
    );
    if (!query.step()) return std::nullopt;
    Reencryption record;
    record.started_at = query.integer(0);
    record.finished_at = query.optional_integer(1);
    record.is_checking = !record.finished_at && query.integer(2) == kChecking;
    record.rewritten = query.integer(3);
    record.total = query.integer(4);
    const auto column = index_in_registry(query.integer(2));
    if (column < sealed_columns().size()) record.column = sealed_columns()[column].name;
    return record;
}

std::int64_t count_cells(Database& database) {
    std::int64_t cells = 0;
    for (const auto& column : sealed_columns()) {
        auto query = database.query(column.count);
        if (query.step()) cells += query.integer(0);
    }
    return cells;
}

bool begin_reencryption(Database& database, KeyRing& keys, std::int64_t cells, base::UnixMs now) {
    if (load_place(database)) return false;
    keys.renew(database);
    database
        .query(
            "INSERT OR REPLACE INTO reencryption(id, started_at, finished_at, column_id, cursor_a, "
            "cursor_b, rewritten, total) VALUES(1, ?, NULL, ?, NULL, NULL, 0, ?)"
        )
        .bind(now)
        .bind(static_cast<std::int64_t>(sealed_columns().front().id))
        .bind(cells)
        .run();
    return true;
}

ReencryptionStep continue_reencryption(
    Database& database,
    KeyRing& keys,
    CheckWalk walk,
    base::UnixMs now,
    Clock::time_point until
) {
    auto place = load_place(database);
    if (!place) return {};
    // The new keys are there, and are used from the commit on.
    if (keys.is_changing()) return {walk, true, std::nullopt};
    const auto sealer = keys.sealer();
    if (!rewrite_until(database, *sealer, *place, until)) return {{}, true, std::nullopt};
    if (!check_until(database, *sealer, walk, until)) return {walk, true, std::nullopt};
    const int destroyed = keys.destroy_replaced(database);
    database.query("UPDATE reencryption SET finished_at = ?").bind(now).run();
    ReencryptionStep step;
    step.finished = {*read_reencryption(database), destroyed, walk.unreadable};
    return step;
}

}  // namespace drawbridge::store
