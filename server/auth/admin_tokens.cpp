#include "auth/admin_tokens.h"

#include "auth/random.h"
#include "shared/encoding.h"

#include <sodium.h>

#include <algorithm>

namespace drawbridge::auth {
namespace {

constexpr std::string_view kPrefix = "dba1_";
constexpr std::size_t kDigits = base64url_length(kKeyBytes);
constexpr std::size_t kTokenLength = kPrefix.size() + kDigits + 1 + 8;

bool acceptable_name(std::string_view name) {
    const auto printable = [](char c) { return c > 0x20 && c < 0x7F; };
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, printable);
}

}  // namespace

std::string print_admin_token(const Secret& token) {
    const auto digits = print_base64url(token.bytes());
    std::string text(kPrefix);
    text += digits.view();
    text += '_';
    text += print_crc32(digits.view()).view();
    return text;
}

std::optional<Secret> parse_admin_token(std::string_view text) {
    if (text.size() != kTokenLength || !text.starts_with(kPrefix)) return std::nullopt;
    const auto digits = text.substr(kPrefix.size(), kDigits);
    const auto checksum = text.substr(kPrefix.size() + kDigits + 1);
    if (text[kPrefix.size() + kDigits] != '_' || print_crc32(digits).view() != checksum) {
        return std::nullopt;
    }
    auto bytes = parse_base64url<kKeyBytes>(digits);
    if (!bytes) return std::nullopt;
    const Secret token(*bytes);
    wipe(*bytes);
    return token;
}

TokenHash hash_token(const Secret& token) {
    TokenHash hash{};
    crypto_generichash(
        hash.data(),
        hash.size(),
        token.bytes().data(),
        token.bytes().size(),
        nullptr,
        0
    );
    return hash;
}

std::variant<Secret, AdminError> AdminTokens::add(std::string_view name, base::UnixMs now) {
    if (!acceptable_name(name)) return AdminError::bad_name;
    {
        auto taken = database_.query("SELECT 1 FROM admins WHERE name = ?");
        if (taken.bind(name).step()) return AdminError::name_taken;
    }
    auto token = random_secret();
    const auto hash = hash_token(token);
    database_.query("INSERT INTO admins(name, token_hash, created_at) VALUES(?,?,?)")
        .bind(name)
        .bind(store::ByteView(hash))
        .bind(now)
        .run();
    return token;
}

std::optional<AdminError> AdminTokens::revoke(std::string_view name, base::UnixMs now) {
    bool known = false;
    std::int64_t others = 0;
    for (const auto& admin : list()) {
        if (admin.revoked_at) continue;
        if (admin.name == name) {
            known = true;
        } else {
            ++others;
        }
    }
    if (!known) return AdminError::unknown_admin;
    if (others == 0) return AdminError::last_admin;
    database_.query("UPDATE admins SET revoked_at = ? WHERE name = ?").bind(now).bind(name).run();
    return std::nullopt;
}

std::vector<Admin> AdminTokens::list() {
    auto query =
        database_.query("SELECT name, created_at, revoked_at FROM admins ORDER BY created_at, id");
    std::vector<Admin> admins;
    while (query.step()) {
        admins.push_back({query.text(0), query.integer(1), query.optional_integer(2)});
    }
    return admins;
}

std::optional<std::string> AdminTokens::authenticate(const Secret& token) {
    const auto hash = hash_token(token);
    // All rows, compared in constant time: how the index stops would tell how much of a hash is
    // right. There are few administrators.
    auto query = database_.query("SELECT token_hash, name FROM admins WHERE revoked_at IS NULL");
    std::optional<std::string> name;
    while (query.step()) {
        const auto known = query.blob_view(0);
        if (known.size() == hash.size() &&
            sodium_memcmp(known.data(), hash.data(), hash.size()) == 0) {
            name = query.text(1);
        }
    }
    return name;
}

}  // namespace drawbridge::auth
