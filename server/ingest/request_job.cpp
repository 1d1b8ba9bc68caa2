#include "ingest/request_job.h"

#include "auth/owner_trust.h"
#include "auth/random.h"
#include "base/log.h"
#include "base/work.h"
#include "ingest/answer.h"
#include "ingest/poll.h"
#include "shared/seal.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace drawbridge::ingest {
namespace {

using base::Outcome;

constexpr std::int64_t kUnavailableRetryMs = 2000;

SealNonce fresh_nonce() {
    SealNonce nonce{};
    auth::fill_random(nonce);
    return nonce;
}

std::string text_of(const SealedSecret& sealed) {
    return std::string(print_base64url(sealed).view());
}

events::Problem problem_of(Outcome outcome, std::string detail) {
    events::Problem problem;
    problem.outcome = outcome;
    problem.error.detail = std::move(detail);
    return problem;
}

// In the order of Command's alternatives.
constexpr std::array<base::WorkKind, std::variant_size_v<Command>> kWork{
    "hello",
    "events",
    "explain",
    "rotate",
    "enrol",
    "poll",
};

std::string cursor_text(const std::shared_ptr<const bans::ListView>& view) {
    return view ? std::string(print_cursor(view->cursor()).view()) : "0";
}

}  // namespace

RequestJob::RequestJob(
    const Parts& parts,
    auth::VerifiedRequest request,
    Command command,
    base::UnixMs now,
    Respond respond
)
    : parts_(parts),
      request_(std::move(request)),
      command_(std::move(command)),
      now_(now),
      respond_(std::move(respond)) {}

void RequestJob::apply(store::Database& database) {
    const base::Work work(kWork.at(command_.index()));
    unit_.emplace(parts_.network, database);
    revoked_ = false;
    const auto& key = request_.key();
    // Admitted before a revocation that has been committed since: not applied after it.
    if (!unit_->servers.is_working(key.server->row, key.generation, now_)) {
        revoked_ = true;
        return;
    }
    if (commits_epoch_) {
        const bool replaced =
            unit_->servers
                .commit_epoch(key.server->row, key.generation, request_.signature().epoch, now_);
        if (replaced) {
            unit_->server_changed(key.server->row);
            audit({"secret.in_use", key.server->id, {}, request_.signature().key_id});
        }
    }
    ending_ = std::visit([&](const auto& command) { return handle(command); }, command_);
    unit_->prepare();
}

void RequestJob::committed() {
    const base::Work work("answer");
    if (revoked_) {
        parts_.counters.count(Outcome::unauthorized);
        respond_([] { return refuse_unsigned(Outcome::unauthorized); });
        return;
    }
    if (commits_epoch_) {
        request_.key().state->replay.with([&](auth::ReplayState& replay) {
            replay.made_durable(request_.signature().epoch);
        });
    }
    unit_->publish(now_);
    finish(*std::move(ending_));
}

void RequestJob::failed(store::JobFailure failure) {
    auto problem =
        failure == store::JobFailure::internal
            ? problem_of(Outcome::internal, "a fault of the server; nothing was changed")
            : problem_of(Outcome::unavailable, "the store cannot commit now; send it again");
    if (failure != store::JobFailure::internal) problem.retry_after_ms = kUnavailableRetryMs;
    finish(std::move(problem));
}

void RequestJob::count(const Ending& ending) {
    if (const auto* problem = std::get_if<events::Problem>(&ending)) {
        parts_.counters.count(problem->outcome);
        return;
    }
    // A poll counts itself, when its answer is made.
    if (!std::holds_alternative<OpenEpoch>(ending)) parts_.counters.count(Outcome::accepted);
    if (const auto* answer = std::get_if<EventsAnswer>(&ending)) {
        for (const auto& result : answer->results) {
            parts_.counters.count(result.outcome);
        }
    }
}

// What is handed on holds all it needs, for this job is gone when the reply is made.
void RequestJob::finish(Ending ending) {
    count(ending);
    respond_([request = request_,
              &network = parts_.network,
              answer_poll = parts_.answer_poll,
              now = now_,
              ending = std::move(ending)] {
        const Answerer answerer(request, network.boot_id, now);
        if (const auto* body = std::get_if<std::string>(&ending)) return answerer.json(*body);
        if (const auto* open = std::get_if<OpenEpoch>(&ending)) {
            return answer_poll(*open->ticket, now);
        }
        if (const auto* events = std::get_if<EventsAnswer>(&ending)) {
            const auto& [results, lists] = *events;
            return answerer.json(events::encode_events_answer(answerer.stamp(), results, lists));
        }
        return answerer.problem(std::get<events::Problem>(ending));
    });
}

events::ListCursors RequestJob::cursors() const {
    const auto& lists = parts_.network.lists;
    return {
        cursor_text(lists.view(bans::kNetworkList)),
        cursor_text(lists.view(request_.key().server->owner_row))};
}

void RequestJob::audit(const store::AuditEntry& entry) {
    unit_->audit(store::by_server(request_.key().server->id), entry, now_);
}

events::RecorderParts RequestJob::recorder_parts() {
    auto& network = parts_.network;
    const auto& server = *request_.key().server;
    return {
        unit_->database,
        *network.sealer,
        unit_->profiles,
        network.visits,
        unit_->visits,
        unit_->bans,
        unit_->cases,
        network.list_master,
        server,
        now_,
        network.horizon,
        network.settings.ban_grace_ms,
        identity::stricter(network.settings.evidence, server.evidence.ban, server.evidence.watch),
        network.settings.owner_persons,
        unit_->person_trips,
        [this](const store::AuditEntry& entry) { audit(entry); },
    };
}

RequestJob::Ending RequestJob::handle(const events::Hello& hello) {
    const auto& key = request_.key();
    auto update = unit_->database.query(
        "UPDATE servers SET last_seen_at = ?, resource_version = ?, build = coalesce(?, build), "
        "max_players = coalesce(?, max_players), join_code = coalesce(?, join_code), "
        "platform = coalesce(?, platform) WHERE id = ?"
    );
    update.bind(now_)
        .bind(std::string_view(hello.resource_version))
        .bind(hello.build)
        .bind(hello.max_players);
    hello.join_code.empty() ? update.bind_null() : update.bind(std::string_view(hello.join_code));
    hello.platform.empty() ? update.bind_null() : update.bind(std::string_view(hello.platform));
    update.bind(key.server->row).run();
    auth::OwnerTrust(unit_->database).heard(key.server->owner_row, now_);

    const auto& network = parts_.network;
    events::HelloAnswer answer;
    answer.server = key.server.get();
    answer.tag_version = network.tag_version;
    answer.sealed_tag_key = text_of(seal_tag_key(
        *key.secret,
        key.server->id,
        network.tag_version,
        *network.tag_key,
        fresh_nonce()
    ));
    answer.lists = cursors();
    return events::encode_hello_answer({network.boot_id, now_}, answer);
}

RequestJob::Ending RequestJob::handle(const std::vector<events::DecodedEvent>& events) {
    const auto parts = recorder_parts();
    events::Recorder recorder(parts);
    auto results = recorder.record(events);
    return EventsAnswer{std::move(results), cursors()};
}

RequestJob::Ending RequestJob::handle(const events::Explain& explain) {
    const auto parts = recorder_parts();
    events::Recorder recorder(parts);
    const auto profile = recorder.session_profile(explain.session);
    if (!profile || !recorder.session_holds(explain)) {
        return problem_of(
            Outcome::unknown_session,
            "no open join session of this server holds these tags"
        );
    }
    if (!recorder.spend_budget(*profile)) {
        auto problem =
            problem_of(Outcome::budget_exhausted, "too many distinct persons asked about today");
        problem.retry_after_ms = static_cast<std::int64_t>(kMaxRetryAfterMs);
        return problem;
    }
    auto matches = recorder.matches(explain.player);
    std::erase_if(matches, [](const events::Verdict& verdict) {
        return verdict.decision != events::Decision::ban;
    });
    return events::encode_explain_answer({parts_.network.boot_id, now_}, matches);
}

RequestJob::Ending RequestJob::handle(const events::Rotate& rotate) {
    const auto& server = *request_.key().server;
    const auto begun = unit_->servers.begin_rotation(server.row, rotate.public_key, now_);
    if (std::holds_alternative<auth::RotationError>(begun)) {
        auto problem = problem_of(Outcome::bad_field, "expected a usable X25519 public key");
        problem.error.field = "public_key";
        return problem;
    }
    const auto& pending = std::get<auth::Servers::Pending>(begun);
    unit_->server_changed(server.row);
    if (pending.is_new) {
        const auto* action = pending.replaced ? "secret.rotate.replaced" : "secret.rotate";
        audit({action, server.id, {}, pending.key_id});
    }
    if (pending.replaced) {
        base::log_warning(
            "secret rotation replaced server={} pending={}: if its operator did not ask twice, "
            "rotate by hand",
            server.id,
            pending.key_id
        );
    }
    events::KeyAnswer answer;
    answer.key_id = pending.key_id;
    answer.sealed = pending.sealed;
    answer.expires_at = pending.expires_at;
    return events::encode_key_answer({parts_.network.boot_id, now_}, answer);
}

RequestJob::Ending RequestJob::handle(const events::Enrol&) {
    const auto& key = request_.key();
    const auto current = unit_->servers.current_secret(key.server->row);
    if (!current) throw std::runtime_error("an enrolment of a server that has no secret");
    events::KeyAnswer answer;
    answer.server_id = key.server->id;
    answer.key_id = current->key_id;
    answer.sealed =
        text_of(seal_enrolled_secret(*key.secret, current->key_id, current->secret, fresh_nonce()));
    audit({"server.enrol", key.server->id, {}, current->key_id});
    return events::encode_key_answer({parts_.network.boot_id, now_}, answer);
}

RequestJob::Ending RequestJob::handle(const OpenEpoch& open) {
    return open;
}

}  // namespace drawbridge::ingest
