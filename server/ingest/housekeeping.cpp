#include "ingest/housekeeping.h"

#include "base/log.h"
#include "events/recorder.h"

#include <optional>

namespace drawbridge::ingest {
namespace {

// Small steps, so that ingest never waits long behind them.
constexpr int kRowsPerStep = 500;

/// Store thread.
class Housekeeping : public store::Job {
public:
    explicit Housekeeping(Network& network) : network_(network) {}

    void apply(store::Database& database) override {
        const auto now = base::unix_ms();
        unit_.emplace(network_, database);
        (void)unit_->bans.tick(now, kRowsPerStep);  // the rest comes with the next tick
        horizon_ = network_.horizon;
        (void)events::purge_expired(database, now, horizon_, kRowsPerStep);
    }

    void committed() override {
        network_.horizon = horizon_;
        unit_->publish();
    }

    void failed(store::JobFailure failure) override {
        if (failure == store::JobFailure::stopping) return;
        base::log_error("housekeeping failed, tried again with the next tick");
    }

private:
    Network& network_;
    std::optional<UnitOfWork> unit_;
    base::UnixMs horizon_ = 0;
};

}  // namespace

std::unique_ptr<store::Job> make_housekeeping(Network& network) {
    return std::make_unique<Housekeeping>(network);
}

}  // namespace drawbridge::ingest
