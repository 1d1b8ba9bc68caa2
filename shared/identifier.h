// Player identifiers and hardware tokens as FXServer gives them, brought to the one spelling that
// is hashed (docs/protocol.md §12). Anything else is refused with a reason that never repeats the
// value. Pure functions.
#pragma once

#include "shared/fixed_text.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge {

enum class IdentifierType : std::uint8_t {
    license,
    license2,
    steam,
    discord,
    fivem,
    xbl,
    live,
    ip,
    token
};
inline constexpr std::size_t kIdentifierTypes = 9;

[[nodiscard]] std::string_view type_name(IdentifierType type);
[[nodiscard]] std::optional<IdentifierType> parse_type_name(std::string_view name);

enum class IdentifierError : std::uint8_t {
    no_type,
    unknown_type,
    wrong_length,
    wrong_character,
    wrong_prefix,
    leading_zero,
    wrong_address,
};
[[nodiscard]] std::string_view error_text(IdentifierError error);

// The longest is a token: 2 + 1 + 64.
using IdentifierValue = FixedText<67>;

struct Identifier {
    IdentifierType type = IdentifierType::license;
    IdentifierValue value;
};

struct ParsedIdentifier {
    std::optional<Identifier> identifier;
    IdentifierError error = IdentifierError::no_type;  // meaningful without an identifier
};

[[nodiscard]] ParsedIdentifier normalise(IdentifierType type, std::string_view value);
// `TYPE:VALUE`; the type in lower case. `token:` is no identifier type (use normalise).
[[nodiscard]] ParsedIdentifier parse_identifier(std::string_view text);

}  // namespace drawbridge
