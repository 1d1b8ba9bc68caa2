// Signing and verifying answers, each bound to its request (docs/protocol.md §3). Pure functions.
#pragma once

#include "shared/digest.h"
#include "shared/secret.h"
#include "shared/signature.h"
#include "shared/signature_input.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge {

// What of the request an answer is bound to.
struct RequestContext {
    std::string_view method;
    std::string_view path;
    std::string_view query;  // as in RequestMessage
    std::string_view label;  // of the request's signature
    Mac mac{};               // the request's signature
};

// Without a body `content_digest` is empty, and neither content field is covered.
struct AnswerMessage {
    unsigned status = 0;
    std::string_view content_type;
    std::string_view content_digest;
};

// `created` is the server's clock in Unix seconds.
[[nodiscard]] std::optional<SignatureFields> sign_answer(
    const Secret& secret,
    std::string_view key_id,
    std::uint64_t created,
    const RequestContext& request,
    const AnswerMessage& answer
);

enum class AnswerError : std::uint8_t {
    not_signed,  // no signature of ours: the server is to be treated as unreachable
    bad_syntax,
    wrong_components,  // not exactly those of the profile
    wrong_parameters,
    wrong_key_id,
    wrong_signature,
};
[[nodiscard]] std::string_view error_text(AnswerError error);

struct VerifiedAnswer {
    std::optional<std::uint64_t> created;         // set when the answer is the server's
    AnswerError error = AnswerError::not_signed;  // meaningful without `created`
};

// Does not look at the body: the caller compares its digest with `answer.content_digest`.
[[nodiscard]] VerifiedAnswer verify_answer(
    const Secret& secret,
    std::string_view key_id,
    const RequestContext& request,
    const AnswerMessage& answer,
    const SignatureFieldViews& fields
);

}  // namespace drawbridge
