#include "auth/admin_tokens.h"

#include "auth/names.h"
#include "auth/random.h"
#include "shared/encoding.h"
#include "store/audit.h"
#include "store/journal_record.h"

#include <sodium.h>

#include <algorithm>

namespace drawbridge::auth {
namespace {

constexpr std::string_view kPrefix = "dba1_";
constexpr const char* kByName = "SELECT id FROM admins WHERE name_idx = ?";
constexpr std::size_t kDigits = base64url_length(kKeyBytes);
constexpr std::size_t kTokenLength = kPrefix.size() + kDigits + 1 + 8;

bool acceptable_admin_name(std::string_view name) {
    const auto printable = [](char c) { return c > 0x20 && c < 0x7F; };
    // The audit's other actors.
    if (name == store::kSystemActor || name.starts_with("srv_")) return false;
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, printable);
}

/// `revoked` returns the hashes of the tokens that it revokes; their number.
int journal_revoked(store::Database& database, store::Query& revoked) {
    int count = 0;
    for (; revoked.step(); ++count) {
        store::AdminRevoked fact;
        std::ranges::copy(revoked.blob_view(0), fact.token_hash.begin());
        store::append_journal(database, fact);
    }
    return count;
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

std::variant<Secret, AdminError>
AdminTokens::add(std::string_view name, base::UnixMs now, std::optional<std::int64_t> owner) {
    if (!acceptable_admin_name(name)) return AdminError::bad_name;
    const auto indexes = sealer_.indexes(store::Column::admin_name, store::as_bytes(name));
    if (find_by_name(database_, kByName, indexes)) return AdminError::name_taken;
    auto token = random_secret();
    insert({std::string(name), owner}, indexes.now, hash_token(token), now);
    return token;
}

void AdminTokens::insert(
    const Bearer& bearer,
    const store::TagIndex& index,
    const TokenHash& hash,
    base::UnixMs now
) {
    // Known before the row is there, since the cell is bound to it; rows are never deleted.
    std::int64_t id = 1;
    {
        auto query = database_.query("SELECT coalesce(max(id), 0) + 1 FROM admins");
        if (query.step()) id = query.integer(0);
    }
    const auto cell =
        sealer_.seal(store::Column::admin_name, store::row_id(id), store::as_bytes(bearer.name));
    database_
        .query(
            "INSERT INTO admins(id, name, name_idx, token_hash, created_at, owner_id) "
            "VALUES(?,?,?,?,?,?)"
        )
        .bind(id)
        .bind(store::ByteView(cell))
        .bind(store::ByteView(index))
        .bind(store::ByteView(hash))
        .bind(now)
        .bind(bearer.owner)
        .run();
}

std::optional<AdminError> AdminTokens::revoke(std::string_view name, base::UnixMs now) {
    bool known = false;
    bool is_staff_left = false;
    for (const auto& admin : list()) {
        if (admin.revoked_at) continue;
        known = known || admin.name == name;
        is_staff_left = is_staff_left || (admin.name != name && !admin.owner);
    }
    if (!known) return AdminError::unknown_admin;
    if (!is_staff_left) return AdminError::last_admin;
    const auto indexes = sealer_.indexes(store::Column::admin_name, store::as_bytes(name));
    auto query =
        database_.query("UPDATE admins SET revoked_at = ? WHERE id = ? RETURNING token_hash");
    query.bind(now).bind(find_by_name(database_, kByName, indexes));
    (void)journal_revoked(database_, query);
    return std::nullopt;
}

int AdminTokens::revoke_operators(std::int64_t owner, base::UnixMs now) {
    auto query = database_.query(
        "UPDATE admins SET revoked_at = ? WHERE revoked_at IS NULL AND owner_id = ? "
        "RETURNING token_hash"
    );
    query.bind(now).bind(owner);
    return journal_revoked(database_, query);
}

int AdminTokens::revoke_others(std::string_view name, base::UnixMs now) {
    const auto indexes = sealer_.indexes(store::Column::admin_name, store::as_bytes(name));
    auto query = database_.query(
        "UPDATE admins SET revoked_at = ? WHERE revoked_at IS NULL AND id IS NOT ? "
        "RETURNING token_hash"
    );
    query.bind(now).bind(find_by_name(database_, kByName, indexes));
    return journal_revoked(database_, query);
}

std::vector<Admin> AdminTokens::list() {
    auto query = database_.query(
        "SELECT id, name, owner_id, created_at, revoked_at FROM admins ORDER BY created_at, id"
    );
    std::vector<Admin> admins;
    while (query.step()) {
        admins.push_back(
            {name_of(query), query.optional_integer(2), query.integer(3), query.optional_integer(4)}
        );
    }
    return admins;
}

std::string AdminTokens::name_of(const store::Query& row) const {
    const auto id = store::row_id(row.integer(0));
    return open_name(sealer_, store::Column::admin_name, id, row.blob_view(1));
}

std::optional<Bearer> AdminTokens::authenticate(const Secret& token) {
    const auto hash = hash_token(token);
    // All rows, compared in constant time: how the index stops would tell how much of a hash is
    // right. There are few administrators.
    auto query =
        database_.query("SELECT id, name, token_hash, owner_id FROM admins WHERE revoked_at IS NULL"
        );
    std::optional<Bearer> bearer;
    while (query.step()) {
        const auto known = query.blob_view(2);
        if (known.size() == hash.size() &&
            sodium_memcmp(known.data(), hash.data(), hash.size()) == 0) {
            bearer = {name_of(query), query.optional_integer(3)};
        }
    }
    return bearer;
}

}  // namespace drawbridge::auth
