// Signing and verifying requests (docs/protocol.md §3). Parsing comes first and needs no key;
// what it returns are views into the fields, which must outlive it. Pure functions.
#pragma once

#include "shared/authority.h"
#include "shared/digest.h"
#include "shared/ids.h"
#include "shared/limits.h"
#include "shared/secret.h"
#include "shared/signature_base.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge {

enum class Component : std::uint8_t {
    method,
    authority,
    path,
    query,
    content_type,
    content_digest
};
inline constexpr std::size_t kComponents = 6;

enum class SignatureError : std::uint8_t {
    missing,        // no signature of ours: the problem code is unauthorized
    bad_syntax,     // Signature-Input or Signature is not the subset we read
    several,        // more than one signature carries our tag
    no_mac,         // Signature has no member under our label
    bad_mac,        // it is not 32 bytes in canonical base64
    bad_component,  // one that is not of the profile, or has parameters
    repeated_component,
    missing_component,
    bad_parameter,  // one that is not of the profile, or of the wrong type
    missing_parameter,
    bad_nonce,
};
[[nodiscard]] std::string_view error_text(SignatureError error);

struct RequestSignature {
    std::string_view label;
    std::array<Component, kComponents> components{};  // in the order sent
    std::size_t component_count = 0;
    std::uint64_t created = 0;
    std::optional<std::uint64_t> expires;
    std::string_view key_id;  // any string; parse_key_id says whether it can be one of ours
    std::uint64_t epoch = 0;
    std::uint64_t counter = 0;
    Mac mac{};
    std::string_view parameters;  // the inner list as sent, for the base
    bool covers_content = false;  // content-type and content-digest are among the components
};

struct ParsedSignature {
    std::optional<RequestSignature> signature;
    SignatureError error = SignatureError::missing;  // meaningful without a signature
};

// `has_body`: whether content-type and content-digest must be covered; without a body they must
// not be.
[[nodiscard]] ParsedSignature parse_request_signature(
    std::string_view signature_input,
    std::string_view signature,
    bool has_body
);

// What a request signature covers. `authority` as normalise_authority gives it; `query` begins
// with `?` and is `?` for a target without one; field values without surrounding space.
struct RequestMessage {
    std::string_view method;
    std::string_view authority;
    std::string_view path;
    std::string_view query;
    std::string_view content_type;
    std::string_view content_digest;
};

// Path and query of a request target.
struct Target {
    std::string_view path;
    std::string_view query;  // with its `?`; `?` when there is none
};

[[nodiscard]] Target split_target(std::string_view target);

// Constant time in the MAC. Says nothing of clock, replay or digest: those are the caller's.
[[nodiscard]] bool verify_request(
    const Secret& secret,
    const RequestSignature& signature,
    const RequestMessage& message
);

struct SigningParameters {
    std::string_view key_id;
    std::uint64_t created = 0;
    std::uint64_t epoch = 0;
    std::uint64_t counter = 0;
};

inline constexpr std::size_t kMaxSignatureField = 512;

struct SignatureFields {
    FixedText<kMaxSignatureField> signature_input;
    FixedText<kMaxSignatureField> signature;
    Mac mac{};
};

// Appends `sig1=:<base64>:`, the Signature field of requests and answers.
[[nodiscard]] bool append_mac(const Mac& mac, FixedText<kMaxSignatureField>& out);

// Label `sig1`. Content is covered when `content_digest` is not empty. Nothing when a part is too
// long or holds what the parser would refuse.
[[nodiscard]] std::optional<SignatureFields> sign_request(
    const Secret& secret,
    const SigningParameters& parameters,
    const RequestMessage& message
);

}  // namespace drawbridge
