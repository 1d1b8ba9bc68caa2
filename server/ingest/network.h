// What the whole network shares in one process, and the unit of work that changes it. Both planes
// write through here, so that what memory shows changes in one place, only after a commit.
#pragma once

#include "auth/key_ring.h"
#include "auth/servers.h"
#include "bans/bans.h"
#include "bans/list_master.h"
#include "bans/published_list.h"
#include "base/guarded.h"
#include "identity/profiles.h"
#include "shared/secret.h"
#include "store/database.h"
#include "store/sealer.h"
#include "store/writer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

namespace drawbridge::ingest {

struct Settings {
    base::UnixMs ban_grace_ms = 10 * base::kMinuteMs;
    auth::Rate rate;
    std::string public_url;                       // the `url` of enrolments
    std::unordered_set<std::string> authorities;  // accepted in `Host`, lower case, no ":443"
    std::string ca_der;                           // of enrolments; empty: the public roots
};

/// Built by main before any thread; immutable but for what is guarded or the store thread's.
class Network {
public:
    /// Reads keys, lists and the tag key; every epoch starts closed, `boot_id` is new.
    Network(
        Settings settings,
        std::shared_ptr<const store::Sealer> sealer,
        store::Database& database
    );

    Settings settings;  // main completes url and authorities before the first request
    const std::shared_ptr<const store::Sealer> sealer;
    const std::string boot_id;
    Secret tag_key;
    std::uint16_t tag_version = 1;

    auth::KeyRingHolder ring;      // any thread reads
    bans::PublishedLists lists;    // any thread reads
    bans::ListMaster list_master;  // store thread only

    /// Event ids older than this are refused; never moves back. Store thread only.
    base::UnixMs horizon = 0;

    /// Runs on the store thread after keys or lists have changed.
    void on_change(std::function<void()> listener);
    void notify() const;

private:
    base::Guarded<std::function<void()>> listener_;
};

/// One unit of work in a transaction on the store thread. After the commit call `publish` once;
/// without a commit drop it, and nothing has been shown.
class UnitOfWork {
public:
    UnitOfWork(Network& network, store::Database& database);

    store::Database& database;
    auth::Servers servers;
    identity::Profiles profiles;
    bans::Bans bans;

    /// Keys, mode or standing of this server changed: its part of the key ring is made anew.
    void server_changed(std::int64_t server) { changed_servers_.push_back(server); }

    /// An owner is new: its list must be shown.
    void owner_added(std::int64_t owner);
    /// Who did what to what; in the same transaction, so what cannot be audited does not happen.
    void audit(
        std::string_view actor,
        std::string_view action,
        std::string_view target,
        std::string_view detail,
        base::UnixMs now
    );

    /// Store thread, after the commit.
    void publish();

private:
    Network& network_;
    std::vector<std::int64_t> changed_servers_;
    std::vector<std::int64_t> new_owners_;
};

/// For the admin plane: runs `work` on the store thread, commits, publishes, then returns. Throws
/// store::StoreError when it could not be committed, or what `work` threw.
void run_unit(
    Network& network,
    store::Writer& writer,
    const std::function<void(UnitOfWork&)>& work
);

}  // namespace drawbridge::ingest
