// A ban list as it is handed out: an immutable base snapshot and the changes since, already in
// their wire form. Poll answers are put together from these without a lock on the list itself.
#pragma once

#include "base/guarded.h"
#include "shared/banlist.h"
#include "shared/ids.h"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace drawbridge::bans {

/// The network list is 0; an owner's list has the number of its owners.id row.
using ListId = std::int64_t;
inline constexpr ListId kNetworkList = 0;

/// One version step: its entries in wire form. Immutable.
struct ListChange {
    std::uint64_t version = 0;
    std::string entries;  // kBanEntryBytes each
};

/// Immutable once published.
struct ListView {
    ListId id = kNetworkList;
    std::uint16_t tag_version = 1;
    std::uint64_t lineage = 0;
    std::uint64_t version = 1;
    SetChecksum::Value checksum{};
    std::shared_ptr<const std::string> base;  // a snapshot section
    std::uint64_t base_version = 1;
    std::vector<std::shared_ptr<const ListChange>> changes;  // ascending, ends at `version`

    [[nodiscard]] Cursor cursor() const { return {lineage, version}; }

    /// A client at `cursor` has something to fetch.
    [[nodiscard]] bool is_news_for(const Cursor& cursor) const {
        return cursor.version == 0 || cursor.lineage != lineage || cursor.version != version;
    }

    /// The version that last changed this ban's entries, as far as the changes reach back; else the
    /// last one before them.
    [[nodiscard]] std::uint64_t version_of(std::uint64_t ban_number) const;

    /// Appends the sections that bring `cursor` to the current version: a delta where the changes
    /// reach back far enough, else the base snapshot and a delta.
    void append_sections(const Cursor& cursor, std::string& out) const;

private:
    [[nodiscard]] std::uint64_t version_before_changes() const;
    void append_delta(std::uint64_t from, std::string& out) const;
};

/// The current views. Read from any thread, published by the store thread after a commit.
class PublishedLists {
public:
    /// Null when there is no such list.
    [[nodiscard]] std::shared_ptr<const ListView> view(ListId list) const;
    void publish(std::shared_ptr<const ListView> view);
    void remove(ListId list);

private:
    base::Guarded<std::unordered_map<ListId, std::shared_ptr<const ListView>>> views_;
};

}  // namespace drawbridge::bans
