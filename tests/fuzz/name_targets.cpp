// Names, numbers, secrets, identifiers: what is read is printed back the same, character by
// character, so that nothing has two spellings.
#include "fuzz/targets.h"
#include "shared/authority.h"
#include "shared/identifier.h"
#include "shared/ids.h"
#include "shared/secret.h"

#include <memory>
#include <vector>

namespace drawbridge::fuzz {
namespace {

void printed_secrets(std::string_view text) {
    if (const auto parsed = parse_secret(text); parsed.secret) {
        must(print_secret(*parsed.secret).view() == text);
    }
    const auto enrolment = std::make_unique<Enrolment>();
    if (parse_enrolment(text, *enrolment)) return;
    const auto printed = print_enrolment(
        enrolment->url.view(),
        enrolment->server_id.view(),
        enrolment->code,
        Bytes(enrolment->ca).first(enrolment->ca_size)
    );
    must(printed && printed->view() == text);
}

void base64(std::string_view text) {
    std::vector<std::uint8_t> bytes(text.size());
    if (const auto size = decode_base64url(text, bytes)) {
        std::vector<char> again(base64url_length(*size) + 1);
        const auto length = encode_base64url(Bytes(bytes).first(*size), again.data());
        must(std::string_view(again.data(), length) == text);
    }
    if (const auto size = decode_base64(text, bytes)) {
        std::vector<char> again(base64_length(*size) + 1);
        const auto length = encode_base64(Bytes(bytes).first(*size), again.data());
        must(std::string_view(again.data(), length) == text);
    }
}

}  // namespace

void names(Bytes input) {
    const std::string_view text = text_of(input);
    if (const auto v = parse_decimal(text)) must(print_decimal(*v).view() == text);
    if (const auto v = parse_hex64(text)) must(print_hex64(*v).view() == text);
    if (const auto v = parse_key_id(text)) must(print_key_id(*v).view() == text);
    if (const auto v = parse_ban_code(text)) must(print_ban_code(*v).view() == text);
    if (const auto v = parse_uuid7(text)) must(print_uuid(*v).view() == text);
    if (const auto v = parse_cursor(text)) must(print_cursor(*v).view() == text);
    if (const auto v = normalise_authority(text)) must(normalise_authority(v->view()) == v);
    must(!is_server_id(text) || !is_owner_id(text));
    printed_secrets(text);
    base64(text);
}

void identifiers(Bytes input) {
    const std::string_view text = text_of(input);
    const auto parsed = parse_identifier(text);
    if (!parsed.identifier) {
        must(!error_text(parsed.error).empty());
        (void)normalise(IdentifierType::token, text);
        return;
    }
    const auto& [type, value] = *parsed.identifier;
    must(!value.empty() && value.view().find('\x1F') == std::string_view::npos);
    // A /64 is no address again; all else is its own normal form.
    if (value.view().ends_with("/64")) return;
    const auto again = normalise(type, value.view());
    must(again.identifier && again.identifier->value == value);
}

}  // namespace drawbridge::fuzz
