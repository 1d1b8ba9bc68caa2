// One admitted request on the store thread: the effects of each route, and its answer, which is
// let go only after the commit.
#pragma once

#include "auth/authenticate.h"
#include "events/encode.h"
#include "events/event.h"
#include "events/recorder.h"
#include "ingest/counters.h"
#include "ingest/gate.h"
#include "ingest/network.h"
#include "store/writer.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace drawbridge::ingest {

/// A poll that opens an epoch: it goes to the disk once, and is answered without parking.
struct OpenEpoch {
    std::shared_ptr<const PollTicket> ticket;
};

using Command = std::variant<
    events::Hello,
    std::vector<events::DecodedEvent>,
    events::Explain,
    events::Rotate,
    events::Enrol,
    OpenEpoch>;

/// Made on an I/O thread, then the store thread's.
class RequestJob : public store::Job {
public:
    struct Parts {
        Network& network;
        Counters& counters;
        std::function<http::Reply(const PollTicket&, base::UnixMs)> answer_poll;
    };

    RequestJob(
        const Parts& parts,
        auth::VerifiedRequest request,
        Command command,
        base::UnixMs now,
        Respond respond
    );

    void commit_epoch() { commits_epoch_ = true; }

    void apply(store::Database& database) override;
    void committed() override;
    void failed(store::JobFailure failure) override;

    [[nodiscard]] bool can_apply_again() const override { return true; }

private:
    struct EventsAnswer {
        std::vector<events::EventResult> results;
        events::ListCursors lists;
    };

    /// What a handler came to: a body to sign, what a body is made of, or a refusal.
    using Ending = std::variant<std::string, EventsAnswer, OpenEpoch, events::Problem>;

    [[nodiscard]] Ending handle(const events::Hello& hello);
    [[nodiscard]] Ending handle(const std::vector<events::DecodedEvent>& events);
    [[nodiscard]] Ending handle(const events::Explain& explain);
    [[nodiscard]] Ending handle(const events::Rotate& rotate);
    [[nodiscard]] Ending handle(const events::Enrol& enrol);
    [[nodiscard]] Ending handle(const OpenEpoch& open);

    /// Done by this request's server.
    void audit(const store::AuditEntry& entry);
    [[nodiscard]] events::ListCursors cursors() const;
    [[nodiscard]] events::RecorderParts recorder_parts();
    void finish(Ending ending);
    void count(const Ending& ending);

    const Parts parts_;
    const auth::VerifiedRequest request_;
    const Command command_;
    const base::UnixMs now_;
    const Respond respond_;
    bool commits_epoch_ = false;

    // Store thread, between apply and committed.
    std::optional<UnitOfWork> unit_;
    std::optional<Ending> ending_;
    bool revoked_ = false;
};

}  // namespace drawbridge::ingest
