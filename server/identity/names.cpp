#include "identity/names.h"

#include "store/columns.h"

#include <algorithm>
#include <iterator>

namespace drawbridge::identity {
namespace {

// Rewriting at every join would cost a page a player; a day is close enough.
constexpr base::UnixMs kLastSeenStep = base::kDayMs;

static_assert(Names::kMost <= store::kNameSlots);

}  // namespace

std::vector<Names::Row> Names::rows_of(std::int64_t profile) {
    auto query =
        database_.query("SELECT slot, last_seen, name FROM names WHERE profile_id = ? ORDER BY slot"
        );
    query.bind(profile);
    std::vector<Row> rows;
    while (query.step()) {
        auto& row = rows.emplace_back();
        row.slot = query.integer(0);
        row.last_seen = query.integer(1);
        const auto plain = sealer_.open(
            store::Column::player_name,
            store::row_id(store::name_row(profile, row.slot)),
            query.blob_view(2)
        );
        // One whose key has ended stays empty until the sweep takes its row.
        if (plain) row.name.assign(plain->begin(), plain->end());
    }
    return rows;
}

void Names::observe(std::int64_t profile, std::string_view name, base::UnixMs now) {
    const auto rows = rows_of(profile);
    const auto known = std::ranges::find(rows, name, &Row::name);
    if (known != rows.end()) {
        if (now - known->last_seen >= kLastSeenStep) write(profile, known->slot, name, now);
        return;
    }
    if (rows.size() >= kMost) {
        const auto oldest = std::ranges::min_element(rows, {}, &Row::last_seen);
        return write(profile, oldest->slot, name, now);
    }
    // The first slot that is free: they are in order.
    std::int64_t slot = 0;
    for (const auto& row : rows) {
        if (row.slot != slot) break;
        ++slot;
    }
    write(profile, slot, name, now);
}

void Names::write(
    std::int64_t profile,
    std::int64_t slot,
    std::string_view name,
    base::UnixMs now
) {
    const auto cell = sealer_.seal_dated(
        store::KeyPurpose::name,
        now,
        store::Column::player_name,
        store::row_id(store::name_row(profile, slot)),
        store::as_bytes(name)
    );
    database_
        .query("INSERT OR REPLACE INTO names(profile_id, slot, last_seen, name) VALUES(?,?,?,?)")
        .bind(profile)
        .bind(slot)
        .bind(now)
        .bind(store::ByteView(cell))
        .run();
}

std::vector<SeenName> Names::of(std::int64_t profile) {
    auto rows = rows_of(profile);
    std::erase_if(rows, [](const Row& row) { return row.name.empty(); });
    std::ranges::sort(rows, std::greater{}, &Row::last_seen);
    return {rows.begin(), rows.end()};
}

}  // namespace drawbridge::identity
