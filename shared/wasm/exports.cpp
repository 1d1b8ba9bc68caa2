// What resource/wasm.js and core.js call: identifiers, tags, secrets, signatures, sealed values.
// Each export takes the length of its arguments and returns the length of its results, or minus
// the length of a reason (call.h). Ban lists are in list_exports.cpp.
#include "shared/answer_signature.h"
#include "shared/digest.h"
#include "shared/identifier.h"
#include "shared/ids.h"
#include "shared/seal.h"
#include "shared/secret.h"
#include "shared/signature.h"
#include "shared/tag.h"
#include "shared/wasm/call.h"

#include <optional>

using namespace drawbridge;  // NOLINT(google-build-using-namespace): this file is its boundary
using wasm::Arguments;
using wasm::refuse;
using wasm::Results;

namespace {

Secret take_secret(Arguments& arguments) {
    Secret secret;
    const Bytes bytes = arguments.bytes();
    if (bytes.size() != kKeyBytes) __builtin_trap();
    std::memcpy(secret.data(), bytes.data(), kKeyBytes);
    return secret;
}

std::int32_t give(const std::optional<Secret>& secret) {
    if (!secret) return refuse("cannot be opened with this key");
    Results results;
    results.bytes(secret->bytes());
    return results.done();
}

// The body that the answer's signature speaks of is the one that was received.
bool body_matches(std::string_view content_digest, std::uint64_t length, const Sha256& actual) {
    if (content_digest.empty()) return length == 0;
    const auto claimed = parse_content_digest(content_digest);
    return claimed && equal_constant_time(*claimed, actual);
}

}  // namespace

extern "C" {

// The linker's: where data begins, which is where the stack, growing down, begins.
extern const std::uint8_t __global_base;

[[clang::export_name("abi_version")]] std::uint32_t abi_version() {
    return 1;
}

[[clang::export_name("input_address")]] std::uint8_t* input_address() {
    return wasm::buffers.input.data();
}

[[clang::export_name("output_address")]] std::uint8_t* output_address() {
    return wasm::buffers.output.data();
}

[[clang::export_name("buffer_bytes")]] std::uint32_t buffer_bytes() {
    return wasm::kBufferBytes;
}

// Between calls nothing below is in use: the host wipes what secrets left there.
[[clang::export_name("stack_top")]] const std::uint8_t* stack_top() {
    return &__global_base;
}

// text → type name, value
[[clang::export_name("parse_identifier")]] std::int32_t export_parse_identifier(std::uint32_t length
) {
    Arguments arguments(length);
    const auto parsed = parse_identifier(arguments.text());
    if (!parsed.identifier) return refuse(error_text(parsed.error));
    Results results;
    results.framed(type_name(parsed.identifier->type));
    results.framed(parsed.identifier->value.view());
    return results.done();
}

// key, text → type name, tag
[[clang::export_name("tag_identifier")]] std::int32_t export_tag_identifier(std::uint32_t length) {
    Arguments arguments(length);
    const Secret key = take_secret(arguments);
    const auto parsed = parse_identifier(arguments.text());
    if (!parsed.identifier) return refuse(error_text(parsed.error));
    Results results;
    results.framed(type_name(parsed.identifier->type));
    results.framed(tag_identifier(key, *parsed.identifier));
    return results.done();
}

// key, owner id, text → tag
[[clang::export_name("tag_token")]] std::int32_t export_tag_token(std::uint32_t length) {
    Arguments arguments(length);
    const Secret key = take_secret(arguments);
    const std::string_view owner_id = arguments.text();
    if (!is_owner_id(owner_id)) return refuse("no owner id");
    const auto parsed = normalise(IdentifierType::token, arguments.text());
    if (!parsed.identifier) return refuse(error_text(parsed.error));
    Results results;
    results.bytes(tag_token(key, owner_id, parsed.identifier->value));
    return results.done();
}

// tag → text
[[clang::export_name("print_tag")]] std::int32_t export_print_tag(std::uint32_t length) {
    Arguments arguments(length);
    Results results;
    results.text(print_tag(arguments.fixed<kTagBytes>()).view());
    return results.done();
}

// number → text
[[clang::export_name("print_ban_code")]] std::int32_t export_print_ban_code(std::uint32_t length) {
    Arguments arguments(length);
    const std::uint64_t number = arguments.number();
    if (number > kMaxBanNumber) return refuse("a ban number has 40 bits");
    Results results;
    results.text(print_ban_code(number).view());
    return results.done();
}

// text → secret
[[clang::export_name("parse_secret")]] std::int32_t export_parse_secret(std::uint32_t length) {
    Arguments arguments(length);
    const auto parsed = parse_secret(arguments.text());
    if (!parsed.secret) return refuse(error_text(parsed.error));
    return give(parsed.secret);
}

// text → url, server id, code, certificate
[[clang::export_name("parse_enrolment")]] std::int32_t export_parse_enrolment(std::uint32_t length
) {
    Arguments arguments(length);
    Enrolment enrolment;
    if (const auto error = parse_enrolment(arguments.text(), enrolment)) {
        return refuse(error_text(*error));
    }
    Results results;
    results.framed(enrolment.url.view());
    results.framed(enrolment.server_id.view());
    results.framed(enrolment.code.bytes());
    results.framed(Bytes(enrolment.ca).first(enrolment.ca_size));
    return results.done();
}

// secret, key id, created, epoch, counter, method, host, target, content type, SHA-256 of the body
// or nothing → content digest (empty without a body), signature input, signature, MAC
[[clang::export_name("sign_request")]] std::int32_t export_sign_request(std::uint32_t length) {
    Arguments arguments(length);
    const Secret secret = take_secret(arguments);
    SigningParameters parameters;
    parameters.key_id = arguments.text();
    parameters.created = arguments.number();
    parameters.epoch = arguments.number();
    parameters.counter = arguments.number();
    RequestMessage message;
    message.method = arguments.text();
    const auto authority = normalise_authority(arguments.text());
    if (!authority) return refuse("no host[:port]");
    message.authority = authority->view();
    const Target target = split_target(arguments.text());
    message.path = target.path;
    message.query = target.query;
    message.content_type = arguments.text();
    const Bytes digest = arguments.bytes();
    ContentDigest content_digest;
    if (!digest.empty()) {
        if (digest.size() != sizeof(Sha256)) __builtin_trap();
        Sha256 sha{};
        std::memcpy(sha.data(), digest.data(), sha.size());
        content_digest = print_content_digest(sha);
        message.content_digest = content_digest.view();
    }
    const auto fields = sign_request(secret, parameters, message);
    if (!fields) return refuse("the request cannot be signed: a part is too long or malformed");
    Results results;
    results.framed(content_digest.view());
    results.framed(fields->signature_input.view());
    results.framed(fields->signature.view());
    results.framed(fields->mac);
    return results.done();
}

// secret, key id, request's method, target, label, MAC, then status, content type, content digest,
// signature input, signature, length of the body, its SHA-256 → created
[[clang::export_name("verify_answer")]] std::int32_t export_verify_answer(std::uint32_t length) {
    Arguments arguments(length);
    const Secret secret = take_secret(arguments);
    const std::string_view key_id = arguments.text();
    RequestContext request;
    request.method = arguments.text();
    const Target target = split_target(arguments.text());
    request.path = target.path;
    request.query = target.query;
    request.label = arguments.text();
    request.mac = arguments.fixed<sizeof(Mac)>();
    AnswerMessage answer;
    answer.status = static_cast<unsigned>(arguments.number());
    answer.content_type = arguments.text();
    answer.content_digest = arguments.text();
    SignatureFieldViews fields;
    fields.signature_input = arguments.text();
    fields.signature = arguments.text();
    const auto verified = verify_answer(secret, key_id, request, answer, fields);
    if (!verified.created) return refuse(error_text(verified.error));
    const std::uint64_t body_length = arguments.number();
    if (!body_matches(answer.content_digest, body_length, arguments.fixed<sizeof(Sha256)>())) {
        return refuse("the answer's body is not the one that was signed");
    }
    Results results;
    results.number(*verified.created, 8);
    return results.done();
}

// secret, server id, version, sealed text → tag key
[[clang::export_name("open_tag_key")]] std::int32_t export_open_tag_key(std::uint32_t length) {
    Arguments arguments(length);
    const Secret secret = take_secret(arguments);
    const std::string_view server_id = arguments.text();
    const std::uint64_t version = arguments.number();
    const auto sealed = parse_base64url<kSealedBytes>(arguments.text());
    return give(sealed ? open_tag_key(secret, server_id, version, *sealed) : std::nullopt);
}

// code, key id, sealed text → secret
[[clang::export_name("open_enrolled_secret")]] std::int32_t export_open_enrolled_secret(
    std::uint32_t length
) {
    Arguments arguments(length);
    const Secret code = take_secret(arguments);
    const std::string_view key_id = arguments.text();
    const auto sealed = parse_base64url<kSealedBytes>(arguments.text());
    return give(sealed ? open_enrolled_secret(code, key_id, *sealed) : std::nullopt);
}

// private key → public key
[[clang::export_name("rotation_public_key")]] std::int32_t export_rotation_public_key(
    std::uint32_t length
) {
    Arguments arguments(length);
    Results results;
    results.bytes(rotation_public_key(take_secret(arguments)));
    return results.done();
}

// private key, sealed text → secret
[[clang::export_name("open_rotated_secret")]] std::int32_t export_open_rotated_secret(
    std::uint32_t length
) {
    Arguments arguments(length);
    const Secret private_key = take_secret(arguments);
    const auto sealed = parse_base64url<kBoxSealedBytes>(arguments.text());
    return give(sealed ? open_rotated_secret(private_key, *sealed) : std::nullopt);
}

}  // extern "C"
