// Signature-Input, Signature and Content-Digest: what is accepted says the same when it is written
// out again, and only the very signature verifies.
#include "fuzz/targets.h"
#include "shared/answer_signature.h"
#include "shared/digest.h"
#include "shared/signature.h"
#include "shared/structured_fields.h"

#include <string>

namespace drawbridge::fuzz {
namespace {

bool same(const RequestSignature& a, const RequestSignature& b) {
    return a.components == b.components && a.component_count == b.component_count &&
           a.created == b.created && a.expires == b.expires && a.key_id == b.key_id &&
           a.epoch == b.epoch && a.counter == b.counter && a.mac == b.mac &&
           a.parameters == b.parameters && a.covers_content == b.covers_content;
}

std::string mac_field(std::string_view label, const Mac& mac) {
    std::string base64(base64_length(mac.size()), '\0');
    encode_base64(mac, base64.data());
    return std::string(label) + "=:" + base64 + ":";
}

constexpr RequestMessage kMessage = {"POST", "example.org", "/v1/hello", "?", "a/b", "c"};

}  // namespace

void fields(Bytes input) {
    const std::string_view text = text_of(input);
    if (const auto digest = parse_content_digest(text)) {
        must(parse_content_digest(print_content_digest(*digest).view()) == digest);
    }
    InnerList list;
    FieldReader reader(text);
    if (!read_inner_list(reader, list)) return;
    must(list.raw == text.substr(0, reader.position()));
    FieldReader again_reader(list.raw);
    InnerList again;
    must(read_inner_list(again_reader, again) && again_reader.at_end());
    must(again.size == list.size && again.parameters.size == list.parameters.size);
}

void request_signature(Bytes input) {
    std::string_view text = text_of(input);
    const bool has_body = take_line(text) == "body";
    const std::string_view signature_input = take_line(text);
    const auto parsed = parse_request_signature(signature_input, text, has_body);
    if (!parsed.signature) return must(!error_text(parsed.error).empty());
    const RequestSignature& signature = *parsed.signature;
    must(signature.component_count == (has_body ? 6 : 4) && signature.counter > 0);
    const std::string alone =
        std::string(signature.label) + "=" + std::string(signature.parameters);
    const std::string mac = mac_field(signature.label, signature.mac);
    const auto again = parse_request_signature(alone, mac, has_body);
    must(again.signature && same(*again.signature, signature));
    RequestSignature signed_one = signature;
    if (verify_request(Secret{}, signature, kMessage)) return;
    signed_one.mac[0] = static_cast<std::uint8_t>(signed_one.mac[0] ^ 1);
    (void)verify_request(Secret{}, signed_one, kMessage);
}

void answer_signature(Bytes input) {
    std::string_view text = text_of(input);
    const std::string_view signature_input = take_line(text);
    const RequestContext request = {"POST", "/v1/hello", "?", "sig1", Mac{}};
    const AnswerMessage answer = {200, "application/json", "sha-256=:AAAA:"};
    const auto verified = verify_answer(Secret{}, "key", request, answer, {signature_input, text});
    if (!verified.created) return must(!error_text(verified.error).empty());
    const auto made = sign_answer(Secret{}, "key", *verified.created, request, answer);
    must(made.has_value());
    const SignatureFieldViews views = {made->signature_input.view(), made->signature.view()};
    must(verify_answer(Secret{}, "key", request, answer, views).created == verified.created);
}

}  // namespace drawbridge::fuzz
