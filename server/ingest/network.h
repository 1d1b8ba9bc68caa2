// What the whole network shares in one process, and the unit of work that changes it. Both planes
// write through here, so that what memory shows changes in one place, only after a commit.
#pragma once

#include "auth/key_ring.h"
#include "auth/servers.h"
#include "bans/bans.h"
#include "bans/list_master.h"
#include "bans/published_list.h"
#include "base/guarded.h"
#include "events/day_budget.h"
#include "identity/evidence.h"
#include "identity/profiles.h"
#include "identity/visits.h"
#include "ingest/applied_lists.h"
#include "ingest/request_log.h"
#include "privacy/retention.h"
#include "privacy/sweep.h"
#include "review/cases.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/key_ring.h"
#include "store/reencryption.h"
#include "store/sealer.h"
#include "store/writer.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace drawbridge::ingest {

struct Settings {
    base::UnixMs ban_grace_ms = 10 * base::kMinuteMs;
    bans::BreakerLimits breaker;
    bool second_person = false;  // what one of the staff puts on the network, another confirms
    base::UnixMs appeal_ms = 14 * base::kDayMs;        // within which staff should decide one
    base::UnixMs orphan_after_ms = 90 * base::kDayMs;  // of a server's silence
    identity::Thresholds evidence;
    base::UnixMs owner_trust_ms = 14 * base::kDayMs;  // from when an owner is first heard
    std::int64_t owner_persons = 100'000;  // whom all its servers may make known in a day
    auth::Rate rate;
    privacy::Periods retention;
    std::string public_url;                       // the `url` of enrolments
    std::unordered_set<std::string> authorities;  // accepted in `Host`, lower case, no ":443"
    std::string ca_der;                           // of enrolments; empty: the public roots
};

/// Built by main before any thread; immutable but for what is guarded or the store thread's.
class Network {
public:
    /// Reads keys, lists and the tag key; every epoch starts closed, `boot_id` is new.
    Network(Settings settings, std::unique_ptr<store::KeyRing> keys, store::Database& database);

    Settings settings;  // main completes url and authorities before the first request
    const std::unique_ptr<store::KeyRing> keys;         // store thread only
    const std::shared_ptr<const store::Sealer> sealer;  // theirs; any thread
    const std::string boot_id;
    const store::LockedSecret tag_key;
    std::uint16_t tag_version = 1;

    auth::KeyRingHolder ring;       // any thread reads
    bans::PublishedLists lists;     // any thread reads
    bans::ListMaster list_master;   // store thread only
    AppliedListsOfServers applied;  // any thread

    RequestLog requests;  // any thread

    identity::Visits visits;           // store thread only
    review::FullServers full_servers;  // store thread only

    /// Event ids older than this are refused; never moves back. Store thread only.
    base::UnixMs horizon = 0;
    /// Of the retention. Store thread only.
    privacy::SweepState sweep;
    /// Of the re-encryption. Store thread only.
    store::CheckWalk reencryption;

    /// Runs on the store thread after keys or lists have changed.
    void on_change(std::function<void()> listener);
    void notify() const;

private:
    base::Guarded<std::function<void()>> listener_;
};

/// What the writer of this network is built with, so that the keys a transaction needs are there.
[[nodiscard]] store::TransactionHooks key_hooks(Network& network);

/// One unit of work in a transaction on the store thread. When its work is done, and still inside
/// the transaction, call `prepare`; after the commit `publish` once; without a commit drop it, and
/// nothing has been shown.
class UnitOfWork {
public:
    UnitOfWork(Network& network, store::Database& database);

    store::Database& database;
    auth::Servers servers;
    identity::Profiles profiles;
    bans::Bans bans;
    review::Cases cases;

    /// Keys, mode or standing of this server changed: its part of the key ring is made anew.
    void server_changed(std::int64_t server) { changed_servers_.insert(server); }

    /// Joins recorded in full: shown after the commit, so that the next of that day is quick.
    std::vector<identity::Visit> visits;

    /// Limits of a day that have been met.
    std::vector<events::PersonTrip> person_trips;

    /// Something else than a join may have changed who is who, or what was said of them.
    void persons_changed() { persons_changed_ = true; }

    /// An owner is new: its list must be shown.
    void owner_added(std::int64_t owner);

    /// The list of an owner is gone.
    void list_removed(bans::ListId list) { removed_lists_.push_back(list); }

    /// Who did what to what and why; in the same transaction, so what cannot be audited does not
    /// happen.
    void audit(const store::AuditActor& actor, const store::AuditEntry& entry, base::UnixMs now);

    /// Every sealed cell goes under new keys, from the next tick on; audited. `cells` (of
    /// store::count_cells on a connection that reads, or a guess) is what progress is measured
    /// against. False, and nothing was done: one is under way.
    [[nodiscard]] bool begin_reencryption(
        const store::AuditActor& actor,
        std::string_view reason,
        std::int64_t cells,
        base::UnixMs now
    );

    /// How many entries it has written.
    [[nodiscard]] std::size_t audited() const { return audited_; }

    /// Reads what `publish` will show, so that a file that fails after the commit leaves nothing
    /// half shown.
    void prepare();
    /// Store thread, after the commit. Touches memory only.
    void publish(base::UnixMs now);

private:
    /// What limits did to servers and owners, on behalf of no one.
    void note_trips();
    void log_trips() const;

    Network& network_;
    std::size_t audited_ = 0;
    bool persons_changed_ = false;
    std::set<std::int64_t> changed_servers_;
    std::vector<std::int64_t> new_owners_;
    std::map<std::int64_t, std::vector<auth::Key>> new_keys_;  // by server
    std::vector<bans::ListMaster::Loaded> new_lists_;
    std::vector<bans::ListId> removed_lists_;
};

/// For the admin plane: runs `work` on the store thread, commits, publishes, then returns. Throws
/// store::StoreError when it could not be committed, or what `work` threw.
void run_unit(
    Network& network,
    store::Writer& writer,
    const std::function<void(UnitOfWork&)>& work
);

}  // namespace drawbridge::ingest
