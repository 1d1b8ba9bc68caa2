#include "ingest/gate.h"

#include <utility>

#include "base/log.h"
#include "events/decode.h"
#include "ingest/answer.h"
#include "ingest/gate_parts.h"
#include "ingest/routes.h"

namespace drawbridge::ingest {
namespace {

using base::Outcome;

bool is_json(const http::RequestHead& head) {
    if (head.content_encoding || !head.content_type) return false;
    const std::string_view type = *head.content_type;
    return type == "application/json" || type == "application/json; charset=utf-8" ||
        type == "application/json;charset=utf-8";
}

/// The route's command, or why the body is refused.
using DecodedCommand = base::Result<Command, events::BodyError>;

template <class T>
DecodedCommand as_command(events::Decoded<T> decoded) {
    if (!decoded) return decoded.error();
    return Command(std::move(decoded).value());
}

DecodedCommand decode_command(Route route, std::string_view body) {
    switch (route) {
        case Route::enrol: return as_command(events::decode_enrol(body));
        case Route::hello: return as_command(events::decode_hello(body));
        case Route::events: return as_command(events::decode_events(body));
        case Route::explain: return as_command(events::decode_explain(body));
        case Route::rotate: return as_command(events::decode_rotate(body));
        case Route::bans: break;
    }
    return Command(OpenEpoch{});
}

events::Problem problem_of(const auth::Standing& standing) {
    events::Problem problem;
    problem.outcome = standing.outcome;
    if (standing.outcome == Outcome::stale_epoch) problem.highest_epoch = standing.highest_epoch;
    if (standing.outcome == Outcome::rate_limited) problem.retry_after_ms = standing.retry_after_ms;
    return problem;
}

}  // namespace

Gate::Gate(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Gate::~Gate() = default;

const Counters& Gate::counters() const {
    return parts_->counters;
}

std::variant<BodyLimit, http::Reply> Gate::check_head(const http::RequestHead& head) const {
    const auto refused = [&](Outcome outcome) {
        parts_->counters.count(outcome);
        return refuse(outcome);
    };
    if (head.target.size() > kMaxTargetBytes) return refused(Outcome::head_too_large);
    if (!parts_->network.settings.authorities.contains(head.authority)) {
        return refused(Outcome::wrong_authority);
    }
    const auto* route = find_route(head.path());
    if (route == nullptr) return refused(Outcome::not_found);
    if (head.method != route->method) return refused(Outcome::method_not_allowed);
    if (route->method == http::Method::get) {
        if (head.has_body) return refused(Outcome::bad_request);
        return BodyLimit{0};
    }
    if (!is_json(head)) return refused(Outcome::unsupported_media_type);
    if (head.content_length && *head.content_length > route->max_body) {
        return refused(Outcome::too_large);
    }
    return BodyLimit{route->max_body};
}

Admitted Gate::admit(http::Request request, base::UnixMs now, Respond respond) {
    auto& parts = *parts_;
    const auto* route = find_route(request.head.path());
    if (route == nullptr) return refuse(Outcome::not_found);  // check_head said so already

    const auto ring = parts.network.ring.current();
    auto authenticated = parts.authenticator.authenticate(std::move(request), *ring, now);
    if (!authenticated) {
        parts.counters.count(authenticated.error());
        return refuse(authenticated.error());
    }
    auto verified = std::move(authenticated).value();

    // From here on every answer is signed.
    const Answerer answerer(verified, parts.network.boot_id, now);
    const auto refused = [&](const events::Problem& problem) {
        parts.counters.count(problem.outcome);
        base::log_info(
            "refused server={} route={} code={}", verified.key().server->id, route->path,
            base::describe(problem.outcome).code
        );
        return answerer.problem(problem);
    };
    const auto standing = auth::check_standing(verified, parts.network.settings.rate, now);
    if (standing.outcome != Outcome::accepted) return refused(problem_of(standing));

    const bool enrols = verified.key().kind == auth::KeyKind::enrolment;
    if (enrols != (route->route == Route::enrol)) {
        events::Problem problem;
        problem.outcome = Outcome::wrong_key;
        problem.error.detail = enrols ? "a one-time code is good for /v1/enrol only"
                                      : "/v1/enrol takes a one-time code, not a secret";
        return refused(problem);
    }

    std::shared_ptr<const PollTicket> ticket;
    if (route->route == Route::bans) {
        const auto query = parse_poll_query(verified->head.query());
        if (!query) {
            events::Problem problem;
            problem.outcome = Outcome::bad_field;
            problem.error = {"query", "expected network=CURSOR&owner=CURSOR&wait=0…30"};
            return refused(problem);
        }
        ticket = std::make_shared<const PollTicket>(
            PollTicket{verified, query->network, query->owner, query->wait_seconds}
        );
        if (!standing.commit_epoch) {
            if (query->wait_seconds == 0 || parts.polls.has_news(*ticket)) {
                return answer_poll(*ticket, now);
            }
            return Parked{ticket, verified.key().id, std::chrono::seconds(query->wait_seconds)};
        }
    }
    auto command = decode_command(route->route, verified->body);
    if (!command) {
        events::Problem problem;
        problem.outcome = command.error().outcome();
        problem.error = command.error().error;
        return refused(problem);
    }
    if (ticket) std::get<OpenEpoch>(command.value()).ticket = ticket;

    auto job = std::make_unique<RequestJob>(
        RequestJob::Parts{
            parts.network, parts.counters,
            [this](const PollTicket& poll, base::UnixMs at) { return answer_poll(poll, at); }
        },
        verified, std::move(command).value(), now, std::move(respond)
    );
    if (standing.commit_epoch) job->commit_epoch();
    parts.writer.submit(std::move(job));
    return Queued{};
}

bool Gate::poll_ready(const PollTicket& ticket) const {
    return parts_->polls.has_news(ticket);
}

bool Gate::poll_allowed(const PollTicket& ticket) const {
    const auto key = parts_->network.ring.current()->find(ticket.request.key().id);
    return key && key->secret == ticket.request.key().secret && !key->server->suspended;
}

http::Reply Gate::answer_poll(const PollTicket& ticket, base::UnixMs now) const {
    const Answerer answerer(ticket.request, parts_->network.boot_id, now);
    const auto body = parts_->polls.body(ticket);
    if (!body) return end_poll(ticket, now);
    parts_->counters.count(Outcome::accepted);
    return answerer.ban_list(*body);
}

http::Reply Gate::end_poll(const PollTicket& ticket, base::UnixMs now) const {
    parts_->counters.count(Outcome::no_content);
    return Answerer(ticket.request, parts_->network.boot_id, now).no_content();
}

void Gate::on_change(std::function<void()> listener) {
    parts_->network.on_change(std::move(listener));
}

http::Reply Gate::refuse(base::Outcome outcome) {
    return refuse_unsigned(outcome);
}

}  // namespace drawbridge::ingest
