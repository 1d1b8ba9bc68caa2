#include "shared/identifier.h"

#include "shared/ip_address.h"

#include <array>
#include <cstddef>

namespace drawbridge {
namespace {

constexpr std::array<std::string_view, kIdentifierTypes> kTypeNames =
    {"license", "license2", "steam", "discord", "fivem", "xbl", "live", "ip", "token"};

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

// Letters a…f of either case come back in the wanted one; 0 for anything but a hex digit.
char hex_digit(char character, bool upper) {
    if (is_digit(character)) return character;
    if (character >= 'a' && character <= 'f') {
        return static_cast<char>(upper ? character - 'a' + 'A' : character);
    }
    if (character >= 'A' && character <= 'F') {
        return static_cast<char>(upper ? character : character - 'A' + 'a');
    }
    return 0;
}

ParsedIdentifier refuse(IdentifierError error) {
    return {std::nullopt, error};
}

ParsedIdentifier accept(IdentifierType type, const IdentifierValue& value) {
    return {Identifier{type, value}, {}};
}

ParsedIdentifier normalise_hex(IdentifierType type, std::string_view text, std::size_t length) {
    if (text.size() != length) return refuse(IdentifierError::wrong_length);
    IdentifierValue value;
    for (const char character : text) {
        const char digit = hex_digit(character, false);
        if (digit == 0 || !value.append(digit)) return refuse(IdentifierError::wrong_character);
    }
    return accept(type, value);
}

ParsedIdentifier normalise_steam(std::string_view text) {
    const auto result = normalise_hex(IdentifierType::steam, text, 15);
    // Universe 1, account type 1, instance 1: a person's account.
    if (result.identifier && !text.starts_with("1100001")) {
        return refuse(IdentifierError::wrong_prefix);
    }
    return result;
}

ParsedIdentifier normalise_digits(
    IdentifierType type,
    std::string_view text,
    std::size_t shortest,
    std::size_t longest
) {
    if (text.size() < shortest || text.size() > longest) {
        return refuse(IdentifierError::wrong_length);
    }
    IdentifierValue value;
    for (const char character : text) {
        if (!is_digit(character) || !value.append(character)) {
            return refuse(IdentifierError::wrong_character);
        }
    }
    return accept(type, value);
}

ParsedIdentifier normalise_fivem(std::string_view text) {
    const auto result = normalise_digits(IdentifierType::fivem, text, 1, 8);
    if (result.identifier && text[0] == '0') return refuse(IdentifierError::leading_zero);
    return result;
}

ParsedIdentifier normalise_address(std::string_view text) {
    const auto value = normalise_ip(text);
    return value ? accept(IdentifierType::ip, *value) : refuse(IdentifierError::wrong_address);
}

// 1 or 2 hex digits, a colon, 64 hex digits.
ParsedIdentifier normalise_token(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon != 1 && colon != 2) return refuse(IdentifierError::wrong_prefix);
    if (text.size() - colon != 65) return refuse(IdentifierError::wrong_length);
    IdentifierValue value;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char digit = i == colon ? ':' : hex_digit(text[i], true);
        if (digit == 0 || !value.append(digit)) return refuse(IdentifierError::wrong_character);
    }
    return accept(IdentifierType::token, value);
}

}  // namespace

std::string_view type_name(IdentifierType type) {
    return kTypeNames[static_cast<std::size_t>(type)];
}

std::optional<IdentifierType> parse_type_name(std::string_view name) {
    for (std::size_t i = 0; i < kTypeNames.size(); ++i) {
        if (kTypeNames[i] == name) return static_cast<IdentifierType>(i);
    }
    return std::nullopt;
}

std::string_view error_text(IdentifierError error) {
    switch (error) {
        case IdentifierError::no_type: return "no type before a colon";
        case IdentifierError::unknown_type: return "unknown type";
        case IdentifierError::wrong_length: return "wrong length";
        case IdentifierError::wrong_character: return "a character that its type does not have";
        case IdentifierError::wrong_prefix: return "wrong prefix";
        case IdentifierError::leading_zero: return "leading zero";
        case IdentifierError::wrong_address: return "no IPv4 or IPv6 address";
    }
    return "";
}

ParsedIdentifier normalise(IdentifierType type, std::string_view value) {
    switch (type) {
        case IdentifierType::license:
        case IdentifierType::license2: return normalise_hex(type, value, 40);
        case IdentifierType::steam: return normalise_steam(value);
        case IdentifierType::discord: return normalise_digits(type, value, 17, 20);
        case IdentifierType::fivem: return normalise_fivem(value);
        case IdentifierType::xbl:
        case IdentifierType::live: return normalise_digits(type, value, 14, 20);
        case IdentifierType::ip: return normalise_address(value);
        case IdentifierType::token: return normalise_token(value);
    }
    return refuse(IdentifierError::unknown_type);
}

ParsedIdentifier parse_identifier(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) return refuse(IdentifierError::no_type);
    const auto type = parse_type_name(text.substr(0, colon));
    if (!type || *type == IdentifierType::token) return refuse(IdentifierError::unknown_type);
    return normalise(*type, text.substr(colon + 1));
}

}  // namespace drawbridge
