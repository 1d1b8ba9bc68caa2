#include "ingest/housekeeping.h"

#include "auth/owner_trust.h"
#include "base/log.h"
#include "base/work.h"
#include "events/event_queries.h"
#include "ingest/request_rows.h"
#include "privacy/breach.h"
#include "privacy/dated_keys.h"
#include "privacy/removal.h"
#include "privacy/short_lived.h"
#include "shared/ids.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <vector>

namespace drawbridge::ingest {
namespace {

using Clock = std::chrono::steady_clock;

// Small steps, so that ingest never waits long behind them.
constexpr int kBansPerStep = 50;
constexpr int kShortLivedPerStep = 200;
constexpr std::chrono::milliseconds kSweepPerStep{4};
constexpr std::chrono::milliseconds kReencryptPerStep{4};
constexpr std::chrono::milliseconds kRemovalPerStep{4};

/// Store thread.
class Housekeeping : public store::Job {
public:
    explicit Housekeeping(Network& network) : network_(network) {}

    void apply(store::Database& database) override {
        const base::Work work("housekeeping");
        const auto now = base::unix_ms();
        unit_.emplace(network_, database);
        const bool more_bans = end_bans(now);
        prove_owners(database, now);
        horizon_ = network_.horizon;
        const bool more_rows =
            privacy::purge_short_lived(database, now, horizon_, kShortLivedPerStep);
        sweep(database, now);
        requests_ = network_.requests.unwritten();
        write_requests(database, *network_.sealer, requests_);
        reencrypt(database, now);
        if (!step_.has_more) remove(database, now);  // one of the two at a time
        reseal(database, now);
        has_more_ =
            more_bans || more_rows || step_.has_more || reencryption_.has_more || removal_.has_more;
        unit_->prepare();
    }

    void committed() override {
        network_.horizon = horizon_;
        network_.sweep = step_.state;
        network_.requests.written(requests_, base::unix_ms());
        network_.reencryption = reencryption_.walk;
        unit_->publish(base::unix_ms());
        if (removal_.finished) {
            const auto& [id, counts] = *removal_.finished;
            base::log_info("server removed server={} deleted=\"{}\"", id, counts);
        }
        if (step_.finished) {
            const auto& deleted = *step_.finished;
            base::log_info("retention swept deleted=\"{}\"", deleted.empty() ? "none" : deleted);
        }
        if (reencryption_.finished) tell_reencrypted(*reencryption_.finished);
    }

    void failed(store::JobFailure failure) override {
        has_more_ = false;
        if (failure == store::JobFailure::stopping) return;
        base::log_error("housekeeping failed, tried again with the next tick");
    }

    [[nodiscard]] bool has_more() const override { return has_more_; }

private:
    /// True: there are more.
    bool end_bans(base::UnixMs now) {
        const auto steps = unit_->bans.tick(now, kBansPerStep);
        for (const auto& step : steps) {
            const bool expired = step.action == bans::BanAction::expire;
            const auto* action = expired ? "ban.expire" : "ban.activate";
            const auto code = print_ban_code(step.number);
            unit_->audit(store::by_system(), {action, code.view(), {}, {}}, now);
        }
        return steps.size() >= static_cast<std::size_t>(kBansPerStep);
    }

    void prove_owners(store::Database& database, base::UnixMs now) {
        const auto heard_until = now - network_.settings.owner_trust_ms;
        for (const auto& owner : auth::OwnerTrust(database).prove(heard_until)) {
            unit_->audit(store::by_system(), {"owner.proven", owner, {}, "full"}, now);
        }
    }

    void sweep(store::Database& database, base::UnixMs now) {
        step_ = privacy::continue_sweep(
            database,
            network_.settings.retention,
            network_.sweep,
            now,
            Clock::now() + kSweepPerStep
        );
        if (!step_.finished) return;
        const auto& periods = network_.settings.retention;
        privacy::destroy_past_keys(*network_.keys, database, periods, now);
        if (step_.finished->empty()) return;
        unit_->audit(store::by_system(), {"retention.sweep", {}, {}, *step_.finished}, now);
    }

    void reencrypt(store::Database& database, base::UnixMs now) {
        reencryption_ = store::continue_reencryption(
            database,
            *network_.keys,
            network_.reencryption,
            now,
            Clock::now() + kReencryptPerStep
        );
        if (!reencryption_.finished) return;
        const auto& finished = *reencryption_.finished;
        const auto detail = fmt::format(
            "{} cells rewritten, {} old keys destroyed, {} cells unreadable",
            finished.record.rewritten,
            finished.keys_destroyed,
            finished.unreadable
        );
        unit_->audit(store::by_system(), {"key.reencrypt.done", "database", {}, detail}, now);
    }

    static void tell_reencrypted(const store::ReencryptionStep::Finished& finished) {
        base::log_info(
            "reencryption finished cells={} keys_destroyed={}",
            finished.record.rewritten,
            finished.keys_destroyed
        );
        if (finished.unreadable == 0) return;
        base::log_warning(
            "reencryption unreadable cells={}: they had been altered before, and stay as they are",
            finished.unreadable
        );
    }

    /// What SQLite left of the cells of removed servers ends with the keys they were under, and so
    /// does what was stolen. When a re-encryption is under way already, another follows it: it may
    /// be past some of them, and its keys are older than the breach.
    void reseal(store::Database& database, base::UnixMs now) {
        const bool is_breach = privacy::is_breach_waiting(database);
        if (!is_breach && !privacy::is_resealing_due(database)) return;
        const auto cells = events::event_totals(database).stored;
        const std::string_view why = is_breach ? "breach" : "servers were removed";
        if (!unit_->begin_reencryption(store::by_system(), why, cells, now)) return;
        if (is_breach) privacy::note_breach_reencryption(database, now);
        privacy::note_resealing(database, now);
    }

    void remove(store::Database& database, base::UnixMs now) {
        removal_ = privacy::continue_removal(
            database,
            *network_.sealer,
            unit_->bans,
            now,
            Clock::now() + kRemovalPerStep
        );
        if (removal_.list) unit_->list_removed(*removal_.list);
        if (removal_.has_more || removal_.finished) unit_->persons_changed();
        if (removal_.finished) {
            const auto& [id, counts] = *removal_.finished;
            unit_->audit(store::by_system(), {"server.removed", id, {}, counts}, now);
        }
    }

    Network& network_;
    std::optional<UnitOfWork> unit_;
    base::UnixMs horizon_ = 0;
    privacy::SweepStep step_;
    std::vector<LogEntry> requests_;
    store::ReencryptionStep reencryption_;
    privacy::RemovalSlice removal_;
    bool has_more_ = false;
};

}  // namespace

void write_request_log(Network& network, store::Writer& writer) {
    std::vector<LogEntry> entries;
    writer.run(
        [&](store::Database& database) {
            entries = network.requests.unwritten();
            write_requests(database, *network.sealer, entries);
        },
        [&] { network.requests.written(entries, base::unix_ms()); }
    );
}

std::unique_ptr<store::Job> make_housekeeping(Network& network) {
    return std::make_unique<Housekeeping>(network);
}

}  // namespace drawbridge::ingest
