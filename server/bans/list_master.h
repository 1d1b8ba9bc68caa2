// The store thread's own copy of every ban list: it decides the next version, writes it in the
// transaction, and after the commit applies and publishes it.
#pragma once

#include "bans/published_list.h"
#include "shared/ban_table.h"
#include "store/database.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace drawbridge::bans {

/// Entries written to one list by a transaction that is not committed yet.
struct PendingChange {
    ListId list = kNetworkList;
    std::uint64_t version = 0;
    std::vector<BanListEntry> operations;
};

/// Store thread only, but for construction.
class ListMaster {
public:
    ListMaster(PublishedLists& published, std::uint16_t tag_version)
        : published_(published),
          tag_version_(tag_version) {}

    /// Reads all lists and publishes them. At start.
    void load(store::Database& database);
    /// Makes the row of an owner's list.
    static void create(store::Database& database, ListId list);

    /// After a restore, before `load`: every list begins a new lineage, so that all clients fetch
    /// it whole.
    static void renew_lineages(store::Database& database);

    /// A list as it was read, to be shown by `install`.
    struct Loaded {
        explicit Loaded(BanListKind kind) : table(kind) {}

        BanTable table;
        std::shared_ptr<ListView> view;
    };

    /// Inside the transaction that made or changed it by other means than `write`.
    [[nodiscard]] Loaded read(store::Database& database, ListId list) const;
    /// After the commit.
    void install(Loaded loaded);

    /// After the commit that deleted an owner's list.
    void remove(ListId list);

    /// Inside a transaction: brings the entries of one ban in one list to `wanted`. Nothing when
    /// they are so already.
    [[nodiscard]] static std::optional<PendingChange> write(
        store::Database& database,
        ListId list,
        std::uint64_t ban_number,
        std::span<const BanListEntry> wanted
    );
    /// After the commit, in the order of the writes. A list is published once however often it
    /// changed, for its view takes as long to copy as kKeptVersions are many.
    void apply(std::span<const PendingChange> changes);

    /// Bans that match in this list now; the weights are not yet compared with kMatchWeight.
    [[nodiscard]] std::vector<BanMatch>
    match(ListId list, std::span<const Tag> tags, std::uint64_t now_seconds) const;

private:
    struct Master {
        BanTable table;
        std::shared_ptr<const ListView> view;
    };

    void apply(Master& master, std::span<const PendingChange* const> steps);
    void publish(Master& master, std::shared_ptr<ListView> view);

    PublishedLists& published_;
    const std::uint16_t tag_version_;
    std::unordered_map<ListId, std::unique_ptr<Master>> masters_;
};

}  // namespace drawbridge::bans
