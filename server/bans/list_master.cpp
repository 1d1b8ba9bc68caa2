#include "bans/list_master.h"

#include "auth/random.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

namespace drawbridge::bans {
namespace {

// Versions a client may be behind and still get a delta.
constexpr std::uint64_t kKeptVersions = 4096;
// The base snapshot is made anew when the changes since it have grown to this share of it.
constexpr std::size_t kBaseShare = 8;
constexpr std::size_t kBaseMinimum = 4096;

std::string as_string(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string encode_operations(std::span<const BanListEntry> operations) {
    std::string bytes;
    bytes.reserve(operations.size() * kBanEntryBytes);
    for (const auto& operation : operations) {
        bytes += as_string(encode_entry(operation));
    }
    return bytes;
}

BanListKind kind_of(ListId list) {
    return list == kNetworkList ? BanListKind::network : BanListKind::owner;
}

BanListEntry removal_of(const BanListEntry& entry) {
    return {BanOperation::remove, 0, entry.ban_number, entry.prefix, 0};
}

std::vector<BanListEntry>
entries_of_ban(store::Database& database, ListId list, std::uint64_t ban_number) {
    auto query = database.query(
        "SELECT prefix, weight, expires FROM list_entries WHERE list = ? AND ban_number = ?"
    );
    query.bind(list).bind(static_cast<std::int64_t>(ban_number));
    std::vector<BanListEntry> entries;
    while (query.step()) {
        BanListEntry entry;
        entry.ban_number = ban_number;
        std::ranges::copy(query.blob_view(0), entry.prefix.begin());
        entry.weight = static_cast<std::uint8_t>(query.integer(1));
        entry.expires = static_cast<std::uint32_t>(query.integer(2));
        entries.push_back(entry);
    }
    return entries;
}

std::vector<BanListEntry>
difference(std::span<const BanListEntry> held, std::span<const BanListEntry> wanted) {
    std::vector<BanListEntry> operations;
    for (const auto& entry : held) {
        const bool stays = std::ranges::any_of(wanted, [&](const BanListEntry& other) {
            return other.prefix == entry.prefix;
        });
        if (!stays) operations.push_back(removal_of(entry));
    }
    for (const auto& entry : wanted) {
        if (std::ranges::find(held, entry) == held.end()) operations.push_back(entry);
    }
    return operations;
}

void write_entry(store::Database& database, ListId list, const BanListEntry& operation) {
    const auto number = static_cast<std::int64_t>(operation.ban_number);
    if (operation.operation == BanOperation::remove) {
        database.query("DELETE FROM list_entries WHERE list = ? AND prefix = ? AND ban_number = ?")
            .bind(list)
            .bind(store::ByteView(operation.prefix))
            .bind(number)
            .run();
        return;
    }
    database
        .query(
            "INSERT OR REPLACE INTO list_entries(list, prefix, ban_number, weight, expires) "
            "VALUES(?,?,?,?,?)"
        )
        .bind(list)
        .bind(store::ByteView(operation.prefix))
        .bind(number)
        .bind(std::int64_t{operation.weight})
        .bind(std::int64_t{operation.expires})
        .run();
}

std::vector<BanListEntry> decode_operations(store::ByteView bytes) {
    std::vector<BanListEntry> operations;
    for (; bytes.size() >= kBanEntryBytes; bytes = bytes.subspan(kBanEntryBytes)) {
        const auto entry = decode_entry(bytes.first<kBanEntryBytes>());
        if (!entry) throw std::runtime_error("list_changes holds an entry that is not one");
        operations.push_back(*entry);
    }
    return operations;
}

/// A delta since the base would be long, or is no longer whole.
bool is_base_old(const ListView& view) {
    std::size_t since_base = 0;
    for (auto step = view.changes.rbegin();
         step != view.changes.rend() && (*step)->version > view.base_version;
         ++step) {
        since_base += (*step)->entries.size();
    }
    const auto limit = std::max(kBaseMinimum * kBanEntryBytes, view.base->size() / kBaseShare);
    return since_base > limit || view.changes.front()->version > view.base_version + 1;
}

std::int64_t new_lineage() {
    // Positive 63 bits: SQLite's integers are signed.
    return static_cast<std::int64_t>(1 + auth::random_below((1ULL << 62) - 1));
}

std::vector<ListId> all_lists(store::Database& database) {
    std::vector<ListId> lists;
    auto query = database.query("SELECT list FROM lists");
    while (query.step()) {
        lists.push_back(query.integer(0));
    }
    return lists;
}

}  // namespace

void ListMaster::create(store::Database& database, ListId list) {
    const auto lineage = new_lineage();
    database.query("INSERT OR IGNORE INTO lists(list, lineage, version) VALUES(?,?,1)")
        .bind(list)
        .bind(lineage)
        .run();
}

void ListMaster::load(store::Database& database) {
    for (const auto list : all_lists(database)) {
        install(read(database, list));
    }
}

void ListMaster::renew_lineages(store::Database& database) {
    for (const auto list : all_lists(database)) {
        database.query("UPDATE lists SET lineage = ? WHERE list = ?")
            .bind(new_lineage())
            .bind(list)
            .run();
    }
    database.query("DELETE FROM list_changes").run();
}

ListMaster::Loaded ListMaster::read(store::Database& database, ListId list) const {
    auto view = std::make_shared<ListView>();
    view->id = list;
    view->tag_version = tag_version_;
    {
        auto query = database.query("SELECT lineage, version FROM lists WHERE list = ?");
        if (!query.bind(list).step()) throw std::runtime_error("a ban list without its row");
        view->lineage = static_cast<std::uint64_t>(query.integer(0));
        view->version = static_cast<std::uint64_t>(query.integer(1));
    }
    std::vector<BanListEntry> entries;
    {
        auto query = database.query(
            "SELECT prefix, ban_number, weight, expires FROM list_entries WHERE list = ?"
        );
        query.bind(list);
        while (query.step()) {
            BanListEntry entry;
            std::ranges::copy(query.blob_view(0), entry.prefix.begin());
            entry.ban_number = static_cast<std::uint64_t>(query.integer(1));
            entry.weight = static_cast<std::uint8_t>(query.integer(2));
            entry.expires = static_cast<std::uint32_t>(query.integer(3));
            entries.push_back(entry);
        }
    }
    Loaded loaded(kind_of(list));
    loaded.table.reset(view->lineage, tag_version_, view->version - 1);
    if (loaded.table.change(entries, view->version)) {
        throw std::runtime_error("list_entries holds an entry that is not one");
    }
    auto query =
        database.query("SELECT version, entries FROM list_changes WHERE list = ? ORDER BY version");
    query.bind(list);
    while (query.step()) {
        ListChange change{
            static_cast<std::uint64_t>(query.integer(0)),
            as_string(query.blob_view(1))};
        (void)decode_operations(query.blob_view(1));  // throws when the row is damaged
        view->changes.push_back(std::make_shared<const ListChange>(std::move(change)));
    }
    view->base = std::make_shared<const std::string>(as_string(loaded.table.snapshot()));
    view->base_version = view->version;
    loaded.view = std::move(view);
    return loaded;
}

void ListMaster::install(Loaded loaded) {
    const auto list = loaded.view->id;
    auto master = std::make_unique<Master>(Master{std::move(loaded.table), nullptr});
    publish(*master, std::move(loaded.view));
    masters_[list] = std::move(master);
}

void ListMaster::remove(ListId list) {
    masters_.erase(list);
    published_.remove(list);
}

std::optional<PendingChange> ListMaster::write(
    store::Database& database,
    ListId list,
    std::uint64_t ban_number,
    std::span<const BanListEntry> wanted
) {
    const auto held = entries_of_ban(database, list, ban_number);
    PendingChange change{list, 0, difference(held, wanted)};
    if (change.operations.empty()) return std::nullopt;
    for (const auto& operation : change.operations) {
        write_entry(database, list, operation);
    }
    {
        auto query =
            database.query("UPDATE lists SET version = version + 1 WHERE list = ? RETURNING version"
            );
        if (!query.bind(list).step()) throw std::runtime_error("a ban list without its row");
        change.version = static_cast<std::uint64_t>(query.integer(0));
        while (query.step()) {
            throw std::runtime_error("two lists of one number");
        }
    }
    const auto entries = encode_operations(change.operations);
    database.query("INSERT INTO list_changes(list, version, entries) VALUES(?,?,?)")
        .bind(list)
        .bind(static_cast<std::int64_t>(change.version))
        .bind(as_bytes(entries))
        .run();
    database.query("DELETE FROM list_changes WHERE list = ? AND version <= ?")
        .bind(list)
        .bind(static_cast<std::int64_t>(change.version) - static_cast<std::int64_t>(kKeptVersions))
        .run();
    return change;
}

void ListMaster::apply(std::span<const PendingChange> changes) {
    std::map<ListId, std::vector<const PendingChange*>> by_list;
    for (const auto& change : changes) {
        by_list[change.list].push_back(&change);
    }
    for (const auto& [list, steps] : by_list) {
        apply(*masters_.at(list), steps);
    }
}

void ListMaster::apply(Master& master, std::span<const PendingChange* const> steps) {
    auto view = std::make_shared<ListView>(*master.view);
    auto& kept = view->changes;
    for (const auto* step : steps) {
        if (master.table.change(step->operations, step->version)) {
            throw std::logic_error("a committed list change does not apply to its list");
        }
        view->version = step->version;
        kept.push_back(std::make_shared<const ListChange>(
            ListChange{step->version, encode_operations(step->operations)}
        ));
    }
    const auto surplus = kept.size() - std::min<std::size_t>(kept.size(), kKeptVersions);
    kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(surplus));
    if (is_base_old(*view)) {
        view->base = std::make_shared<const std::string>(as_string(master.table.snapshot()));
        view->base_version = view->version;
    }
    publish(master, std::move(view));
}

void ListMaster::publish(Master& master, std::shared_ptr<ListView> view) {
    view->checksum = master.table.checksum().bytes();
    master.view = view;
    published_.publish(std::move(view));
}

std::vector<BanMatch>
ListMaster::match(ListId list, std::span<const Tag> tags, std::uint64_t now_seconds) const {
    const auto found = masters_.find(list);
    if (found == masters_.end()) return {};
    return found->second->table.match(tags, now_seconds);
}

}  // namespace drawbridge::bans
