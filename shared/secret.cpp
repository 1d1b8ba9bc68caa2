#include "shared/secret.h"

#include "shared/authority.h"
#include "shared/encoding.h"

#include <sodium.h>

#include <algorithm>

namespace drawbridge {
namespace {

constexpr std::string_view kSecretPrefix = "dbs1_";
constexpr std::string_view kEnrolmentPrefix = "dbe1_";
constexpr std::size_t kChecksumLength = 9;  // with its underscore

// Cuts the checksum off; false when it is not that of the rest.
bool take_checksum(std::string_view& text) {
    if (text.size() < kChecksumLength) return false;
    const std::string_view checksum = text.substr(text.size() - kChecksumLength);
    text.remove_suffix(kChecksumLength);
    return checksum[0] == '_' && checksum.substr(1) == print_crc32(text).view();
}

// What stands before the next dot, cut off together with the dot.
std::optional<std::string_view> take_part(std::string_view& text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view part = text.substr(0, dot);
    text.remove_prefix(dot + 1);
    return part;
}

// https://host[:port]
bool is_origin(std::string_view url) {
    constexpr std::string_view kScheme = "https://";
    if (url.size() > kMaxUrlBytes || !url.starts_with(kScheme)) return false;
    url.remove_prefix(kScheme.size());
    return normalise_authority(url).has_value();
}

}  // namespace

Secret::Secret(std::span<const std::uint8_t, kKeyBytes> bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

Secret::~Secret() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

bool operator==(const Secret& a, const Secret& b) {
    return sodium_memcmp(a.bytes_.data(), b.bytes_.data(), kKeyBytes) == 0;
}

SecretText print_secret(const Secret& secret) {
    char digits[base64url_length(kKeyBytes)];
    const std::string_view text{digits, encode_base64url(secret.bytes(), digits)};
    SecretText result;
    (void)result.append(kSecretPrefix);
    (void)result.append(text);
    (void)result.append('_');
    (void)result.append(print_crc32(text).view());
    sodium_memzero(digits, sizeof digits);
    return result;
}

std::string_view error_text(SecretError error) {
    switch (error) {
        case SecretError::wrong_prefix: return "a secret begins with dbs1_";
        case SecretError::wrong_length:
            return "a secret has 57 characters; one is missing or too many";
        case SecretError::wrong_character: return "a character that no secret has";
        case SecretError::wrong_checksum:
            return "the checksum does not match; a character is wrong";
    }
    return "";
}

ParsedSecret parse_secret(std::string_view text) {
    if (!text.starts_with(kSecretPrefix)) return {std::nullopt, SecretError::wrong_prefix};
    if (text.size() != SecretText{}.capacity()) return {std::nullopt, SecretError::wrong_length};
    text.remove_prefix(kSecretPrefix.size());
    if (!take_checksum(text)) return {std::nullopt, SecretError::wrong_checksum};
    Secret secret;
    if (decode_base64url(text, {secret.data(), kKeyBytes}) != kKeyBytes) {
        return {std::nullopt, SecretError::wrong_character};
    }
    return {secret, {}};
}

std::string_view error_text(EnrolmentError error) {
    switch (error) {
        case EnrolmentError::wrong_prefix: return "an enrolment begins with dbe1_";
        case EnrolmentError::wrong_checksum:
            return "the checksum does not match; it is not complete";
        case EnrolmentError::wrong_shape: return "an enrolment has four parts";
        case EnrolmentError::wrong_url: return "its address is not https://host[:port]";
        case EnrolmentError::wrong_server_id: return "its server id is not one";
        case EnrolmentError::wrong_code: return "its one-time code is not one";
        case EnrolmentError::wrong_certificate: return "its certificate is not base64url";
    }
    return "";
}

std::optional<EnrolmentError> parse_enrolment(std::string_view text, Enrolment& out) {
    if (!text.starts_with(kEnrolmentPrefix)) return EnrolmentError::wrong_prefix;
    text.remove_prefix(kEnrolmentPrefix.size());
    if (!take_checksum(text)) return EnrolmentError::wrong_checksum;
    const auto url = take_part(text);
    const auto server_id = url ? take_part(text) : std::nullopt;
    const auto code = server_id ? take_part(text) : std::nullopt;
    if (!code) return EnrolmentError::wrong_shape;

    std::array<std::uint8_t, kMaxUrlBytes> url_bytes{};
    const auto url_size = decode_base64url(*url, url_bytes);
    if (!url_size) return EnrolmentError::wrong_url;
    const std::string_view url_text{reinterpret_cast<const char*>(url_bytes.data()), *url_size};
    out.url.clear();
    if (!is_origin(url_text) || !out.url.append(url_text)) return EnrolmentError::wrong_url;
    out.server_id.clear();
    if (!is_server_id(*server_id) || !out.server_id.append(*server_id)) {
        return EnrolmentError::wrong_server_id;
    }
    if (decode_base64url(*code, {out.code.data(), kKeyBytes}) != kKeyBytes) {
        return EnrolmentError::wrong_code;
    }
    const auto ca_size = decode_base64url(text, out.ca);
    if (!ca_size) return EnrolmentError::wrong_certificate;
    out.ca_size = *ca_size;
    return std::nullopt;
}

std::optional<EnrolmentText>
print_enrolment(std::string_view url, std::string_view server_id, const Secret& code, Bytes ca) {
    if (!is_origin(url) || !is_server_id(server_id) || ca.size() > kMaxCaBytes) return std::nullopt;
    char digits[base64url_length(kMaxCaBytes)];
    EnrolmentText body;
    bool fits = body.append({digits, encode_base64url(as_bytes(url), digits)});
    fits = fits && body.append('.') && body.append(server_id) && body.append('.');
    fits = fits && body.append({digits, encode_base64url(code.bytes(), digits)});
    fits = fits && body.append('.') && body.append({digits, encode_base64url(ca, digits)});
    EnrolmentText result;
    fits = fits && result.append(kEnrolmentPrefix) && result.append(body.view()) &&
           result.append('_') && result.append(print_crc32(body.view()).view());
    if (!fits) return std::nullopt;
    return result;
}

}  // namespace drawbridge
