// The 32-byte secrets of docs/protocol.md §2 and their printed forms. A Secret wipes itself.
// Randomness comes from the caller. Values; no thread rule.
#pragma once

#include "shared/fixed_text.h"
#include "shared/ids.h"
#include "shared/limits.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace drawbridge {

// A server's secret, a one-time code, or a tag key: never printed but by print_secret.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::span<const std::uint8_t, kKeyBytes> bytes);
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret();

    [[nodiscard]] const std::array<std::uint8_t, kKeyBytes>& bytes() const { return bytes_; }

    [[nodiscard]] std::uint8_t* data() { return bytes_.data(); }

    // Constant time.
    friend bool operator==(const Secret& a, const Secret& b);

private:
    std::array<std::uint8_t, kKeyBytes> bytes_{};
};

// dbs1_<43 base64url>_<crc32>
using SecretText = FixedText<5 + 43 + 1 + 8>;
[[nodiscard]] SecretText print_secret(const Secret& secret);

enum class SecretError { wrong_prefix, wrong_length, wrong_character, wrong_checksum };
[[nodiscard]] std::string_view error_text(SecretError error);

struct ParsedSecret {
    std::optional<Secret> secret;
    SecretError error = SecretError::wrong_prefix;  // meaningful without a secret
};

[[nodiscard]] ParsedSecret parse_secret(std::string_view text);

// dbe1_<url>.<server id>.<code>.<ca>_<crc32>; holds no secret but the one-time code.
struct Enrolment {
    FixedText<kMaxUrlBytes> url;
    IdText server_id;
    Secret code;
    std::array<std::uint8_t, kMaxCaBytes> ca{};  // DER
    std::size_t ca_size = 0;                     // 0: the public roots
};

enum class EnrolmentError {
    wrong_prefix,
    wrong_checksum,
    wrong_shape,
    wrong_url,
    wrong_server_id,
    wrong_code,
    wrong_certificate,
};
[[nodiscard]] std::string_view error_text(EnrolmentError error);

// Fills `out`; nothing on success. The URL must be https://host[:port], nothing after it.
[[nodiscard]] std::optional<EnrolmentError> parse_enrolment(std::string_view text, Enrolment& out);

using EnrolmentText = FixedText<
    5 + base64url_length(kMaxUrlBytes) + 1 + 16 + 1 + 43 + 1 + base64url_length(kMaxCaBytes) + 9>;
// Nothing when the URL or certificate is not one that parse_enrolment would take.
[[nodiscard]] std::optional<EnrolmentText>
print_enrolment(std::string_view url, std::string_view server_id, const Secret& code, Bytes ca);

}  // namespace drawbridge
