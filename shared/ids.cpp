#include "shared/ids.h"

namespace drawbridge {
namespace {

constexpr std::string_view kIdAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kCodeAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
constexpr std::string_view kEnrolmentPrefix = "enrol:";
static_assert(kIdAlphabet.size() == 32 && kCodeAlphabet.size() == 32);

bool is_id(std::string_view text, std::string_view prefix) {
    if (text.size() != prefix.size() + kIdRandomLength || !text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return text.find_first_not_of(kIdAlphabet) == std::string_view::npos;
}

IdText print_id(std::string_view prefix, std::uint64_t random) {
    IdText result;
    (void)result.append(prefix);
    for (std::size_t i = 0; i < kIdRandomLength; ++i) {
        (void)result.append(kIdAlphabet[random & 31]);
        random >>= 5;
    }
    return result;
}

bool hyphen_at(std::size_t index) {
    return index == 8 || index == 13 || index == 18 || index == 23;
}

std::optional<unsigned> hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
    return std::nullopt;
}

}  // namespace

bool is_server_id(std::string_view text) {
    return is_id(text, "srv_");
}

bool is_owner_id(std::string_view text) {
    return is_id(text, "own_");
}

IdText print_server_id(std::uint64_t random) {
    return print_id("srv_", random);
}

IdText print_owner_id(std::uint64_t random) {
    return print_id("own_", random);
}

std::optional<KeyId> parse_key_id(std::string_view text) {
    KeyId result;
    std::string_view server = text;
    if (text.starts_with(kEnrolmentPrefix)) {
        server.remove_prefix(kEnrolmentPrefix.size());
    } else {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        const auto generation = parse_decimal(text.substr(colon + 1));
        if (!generation || *generation == 0) return std::nullopt;
        server = text.substr(0, colon);
        result.generation = *generation;
    }
    if (!is_server_id(server) || !result.server_id.append(server)) return std::nullopt;
    return result;
}

KeyIdText print_key_id(const KeyId& key_id) {
    KeyIdText result;
    if (key_id.is_enrolment()) {
        (void)result.append(kEnrolmentPrefix);
        (void)result.append(key_id.server_id.view());
        return result;
    }
    (void)result.append(key_id.server_id.view());
    (void)result.append(':');
    (void)result.append(print_decimal(key_id.generation).view());
    return result;
}

BanCode print_ban_code(std::uint64_t number) {
    BanCode result;
    for (unsigned digit = 0; digit < 8; ++digit) {
        if (digit == 4) (void)result.append('-');
        (void)result.append(kCodeAlphabet[(number >> (35 - 5 * digit)) & 31]);
    }
    return result;
}

std::optional<std::uint64_t> parse_ban_code(std::string_view text) {
    if (text.size() != 9 || text[4] != '-') return std::nullopt;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 4) continue;
        const std::size_t value = kCodeAlphabet.find(text[i]);
        if (value == std::string_view::npos) return std::nullopt;
        number = (number << 5) | value;
    }
    return number;
}

UuidText print_uuid(const Uuid& uuid) {
    const auto digits = print_hex(uuid);
    UuidText result;
    std::size_t next = 0;
    for (std::size_t i = 0; i < 36; ++i) {
        (void)result.append(hyphen_at(i) ? '-' : digits.view()[next++]);
    }
    return result;
}

std::optional<Uuid> parse_uuid7(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Uuid uuid{};
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (hyphen_at(i)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const auto digit = hex_digit(text[i]);
        if (!digit) return std::nullopt;
        auto& byte = uuid[digits++ / 2];
        byte = static_cast<std::uint8_t>((byte << 4) | *digit);
    }
    if (uuid[6] >> 4 != 7 || uuid[8] >> 6 != 2) return std::nullopt;
    return uuid;
}

std::uint64_t uuid7_time_ms(const Uuid& uuid) {
    std::uint64_t time = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        time = (time << 8) | uuid[i];
    }
    return time;
}

CursorText print_cursor(const Cursor& cursor) {
    CursorText result;
    if (cursor.version == 0) {
        (void)result.append('0');
        return result;
    }
    (void)result.append(print_hex64(cursor.lineage).view());
    (void)result.append('-');
    (void)result.append(print_decimal(cursor.version).view());
    return result;
}

std::optional<Cursor> parse_cursor(std::string_view text) {
    if (text == "0") return Cursor{};
    if (text.size() < 18 || text[16] != '-') return std::nullopt;
    const auto lineage = parse_hex64(text.substr(0, 16));
    const auto version = parse_decimal(text.substr(17));
    if (!lineage || !version || *version == 0) return std::nullopt;
    return Cursor{*lineage, *version};
}

}  // namespace drawbridge
