#include "ingest/gate.h"

#include "base/log.h"
#include "base/work.h"
#include "events/decode.h"
#include "ingest/answer.h"
#include "ingest/gate_parts.h"
#include "ingest/routes.h"

#include <fmt/format.h>

#include <utility>

namespace drawbridge::ingest {
namespace {

using base::Outcome;

constexpr unsigned kFirstRefusal = 400;
constexpr std::string_view kNoRoute = "no route";
constexpr std::string_view kUnreadable = "not HTTP";

/// Few and far between, and what an intruder would do first.
bool opens(std::string_view endpoint) {
    return endpoint == "/v1/enrol" || endpoint == "/v1/hello" || endpoint == "/v1/secret/rotate";
}

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

events::Problem problem_of(Outcome outcome, std::string_view field, std::string_view detail) {
    events::Problem problem;
    problem.outcome = outcome;
    problem.error = {std::string(field), std::string(detail)};
    return problem;
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

/// One authenticated request of good standing on its way through `admit`. I/O thread.
class Gate::Admission {
public:
    Admission(
        const Gate& gate,
        const RouteInfo& route,
        auth::VerifiedRequest request,
        base::UnixMs now
    )
        : gate_(gate),
          parts_(*gate.parts_),
          route_(route),
          request_(std::move(request)),
          now_(now) {}

    /// Suspension, clock, replay, rate and kind of key; the refusal, if there is one.
    [[nodiscard]] std::optional<http::Reply> check_standing() {
        const auto& settings = parts_.network.settings;
        const auto standing = auth::check_standing(request_, settings.rate, now_);
        if (standing.outcome != Outcome::accepted) return refuse(problem_of(standing));
        commit_epoch_ = standing.commit_epoch;
        const bool enrols = request_.key().kind == auth::KeyKind::enrolment;
        if (enrols == (route_.route == Route::enrol)) return std::nullopt;
        return refuse(problem_of(
            Outcome::wrong_key,
            "",
            enrols ? "a one-time code is good for /v1/enrol only"
                   : "/v1/enrol takes a one-time code, not a secret"
        ));
    }

    [[nodiscard]] Admitted poll(Respond respond) {
        const auto query = parse_poll_query(request_->head.query());
        if (!query) {
            return refuse(problem_of(
                Outcome::bad_field,
                "query",
                "expected network=CURSOR&owner=CURSOR&wait=0…30"
            ));
        }
        parts_.network.applied.note(request_.key().server->row, query->network, query->owner, now_);
        auto ticket = std::make_shared<const PollTicket>(
            PollTicket{request_, query->network, query->owner, query->wait_seconds}
        );
        // Once in an epoch a poll goes to the disk, and is answered without parking.
        if (commit_epoch_) return submit(OpenEpoch{std::move(ticket)}, std::move(respond));
        if (query->wait_seconds == 0 || parts_.polls.has_news(*ticket)) {
            return gate_.answer_poll(*ticket, now_);
        }
        return Parked{
            std::move(ticket),
            request_.key().id,
            std::chrono::seconds(query->wait_seconds)};
    }

    [[nodiscard]] Admitted command(Respond respond) {
        auto decoded = decode_command(route_.route, request_->body);
        if (decoded) return submit(std::move(decoded).value(), std::move(respond));
        const auto& error = decoded.error();
        return refuse(problem_of(error.outcome(), error.error.field, error.error.detail));
    }

private:
    [[nodiscard]] http::Reply refuse(const events::Problem& problem) const {
        parts_.counters.count(problem.outcome);
        base::log_info(
            "refused server={} route={} code={}",
            request_.key().server->id,
            route_.path,
            base::describe(problem.outcome).code
        );
        return Answerer(request_, parts_.network.boot_id, now_).problem(problem);
    }

    [[nodiscard]] Admitted submit(Command command, Respond respond) {
        auto job = std::make_unique<RequestJob>(
            RequestJob::Parts{
                parts_.network,
                parts_.counters,
                [&gate = gate_](const PollTicket& ticket, base::UnixMs now) {
                    return gate.answer_poll(ticket, now);
                }},
            request_,
            std::move(command),
            now_,
            std::move(respond)
        );
        if (commit_epoch_) job->commit_epoch();
        parts_.writer.submit(std::move(job));
        return Queued{};
    }

    const Gate& gate_;
    Parts& parts_;
    const RouteInfo& route_;
    const auth::VerifiedRequest request_;
    const base::UnixMs now_;
    bool commit_epoch_ = false;
};

Admitted Gate::admit(http::Request request, base::UnixMs now, Respond respond) {
    const base::Work work("admit");
    const auto* route = find_route(request.head.path());
    if (route == nullptr) return refuse(Outcome::not_found);  // check_head said so already

    const auto ring = parts_->network.ring.current();
    auto verified = parts_->authenticator.authenticate(std::move(request), *ring, now);
    if (!verified) {
        parts_->counters.count(verified.error());
        return refuse(verified.error());
    }
    // From here on every answer is signed.
    Admission admission(*this, *route, std::move(verified).value(), now);
    if (auto refused = admission.check_standing()) return std::move(*refused);
    return route->route == Route::bans ? admission.poll(std::move(respond))
                                       : admission.command(std::move(respond));
}

bool Gate::poll_ready(const PollTicket& ticket) const {
    return parts_->polls.has_news(ticket);
}

bool Gate::poll_allowed(const PollTicket& ticket) const {
    const auto key = parts_->network.ring.current()->find(ticket.request.key().id);
    return key && *key->secret == *ticket.request.key().secret && !key->server->suspended;
}

http::Reply Gate::answer_poll(const PollTicket& ticket, base::UnixMs now) const {
    const base::Work work("poll");
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

std::string_view endpoint_of(const http::RequestHead& head) {
    const auto* route = find_route(head.path());
    return route == nullptr ? kNoRoute : route->path;
}

void Gate::log(const Exchange& exchange, base::UnixMs now) const {
    const auto& reply = exchange.reply;
    if (reply.status < kFirstRefusal && !opens(exchange.endpoint)) return;
    LoggedRequest request;
    request.at = now;
    request.status = reply.status;
    request.endpoint = exchange.endpoint.empty() ? kUnreadable : exchange.endpoint;
    request.address = exchange.address;
    request.agent = exchange.agent;
    if (const auto& sender = reply.sender) {
        request.server = sender->server;
        request.correlation = fmt::format("{}-{}", sender->epoch, sender->counter);
    }
    parts_->network.requests.note(std::move(request));
}

http::Reply Gate::refuse(base::Outcome outcome) {
    return refuse_unsigned(outcome);
}

}  // namespace drawbridge::ingest
