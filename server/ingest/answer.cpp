#include "ingest/answer.h"

#include "shared/answer_signature.h"
#include "shared/digest.h"

#include <stdexcept>
#include <utility>

namespace drawbridge::ingest {
namespace {

constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kProblemType = "application/problem+json";

}  // namespace

SharedBody share_body(std::string bytes) {
    SharedBody body;
    body.content_digest = print_content_digest(sha256(drawbridge::as_bytes(bytes))).view();
    body.bytes = std::make_shared<const std::string>(std::move(bytes));
    return body;
}

http::Reply Answerer::json(std::string body) const {
    const auto shared = share_body(std::move(body));
    return sign(200, kJsonType, &shared);
}

http::Reply Answerer::ban_list(const SharedBody& body) const {
    return sign(200, kBanListType, &body);
}

http::Reply Answerer::no_content() const {
    return sign(204, "", nullptr);
}

http::Reply Answerer::problem(const events::Problem& problem) const {
    const auto shared = share_body(events::encode_problem(problem, &stamp_));
    auto reply = sign(base::describe(problem.outcome).status, kProblemType, &shared);
    if (problem.retry_after_ms) {
        reply.retry_after_seconds = static_cast<unsigned>((*problem.retry_after_ms + 999) / 1000);
    }
    return reply;
}

http::Reply Answerer::sign(unsigned status, std::string_view content_type, const SharedBody* body)
    const {
    RequestContext context;
    context.method = http::method_name(request_->head.method);
    context.path = request_->head.path();
    context.query = request_->head.query();
    context.label = request_.signature().label;
    context.mac = request_.signature().mac;

    http::Reply reply;
    reply.status = status;
    const auto& signature = request_.signature();
    reply.sender = {request_.key().server->row, signature.epoch, signature.counter};
    if (body != nullptr) {
        reply.content_type = content_type;
        reply.body = body->bytes;
        reply.content_digest = body->content_digest;
    }
    const auto& key = request_.key();
    const auto created = static_cast<std::uint64_t>(stamp_.now / base::kSecondMs);
    const auto fields = sign_answer(
        *key.secret,
        key.id,
        created,
        context,
        {status, reply.content_type, reply.content_digest}
    );
    // All parts are ours or went through the same parser, so they fit.
    if (!fields) throw std::logic_error("an answer that cannot be signed");
    reply.signature_input = fields->signature_input.view();
    reply.signature = fields->signature.view();
    return reply;
}

http::Reply refuse_unsigned(base::Outcome outcome) {
    events::Problem problem;
    problem.outcome = outcome;
    http::Reply reply;
    reply.status = base::describe(outcome).status;
    reply.content_type = kProblemType;
    reply.body = std::make_shared<const std::string>(events::encode_problem(problem, nullptr));
    return reply;
}

}  // namespace drawbridge::ingest
