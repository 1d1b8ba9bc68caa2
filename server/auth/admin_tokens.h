// Tokens of the admin plane: `dba1_` + 43 base64url characters (32 bytes, unpadded) + `_` + 8 hex
// digits, the CRC-32 of those 43, so that secret scanners and people can recognise and check one.
// The database holds a hash of the 32 bytes only; they are random, so the hash needs no key.
#pragma once

#include "base/clock.h"
#include "shared/secret.h"
#include "store/database.h"
#include "store/sealer.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drawbridge::auth {

[[nodiscard]] std::string print_admin_token(const Secret& token);
[[nodiscard]] std::optional<Secret> parse_admin_token(std::string_view text);

/// BLAKE2b-256 without a key.
using TokenHash = std::array<std::uint8_t, 32>;
[[nodiscard]] TokenHash hash_token(const Secret& token);

struct Admin {
    std::string name;
    base::UnixMs created_at = 0;
    std::optional<base::UnixMs> revoked_at;
};

/// A name is never given twice, so that the audit stays readable; the last working token is never
/// revoked, so that somebody can still get in.
enum class AdminError { name_taken, bad_name, unknown_admin, last_admin };

/// The thread of its connection; what changes something runs in a transaction of the store thread.
class AdminTokens {
public:
    AdminTokens(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          sealer_(sealer) {}

    /// The token, shown once.
    [[nodiscard]] std::variant<Secret, AdminError> add(std::string_view name, base::UnixMs now);
    [[nodiscard]] std::optional<AdminError> revoke(std::string_view name, base::UnixMs now);
    /// Every working token but that of `name`; how many.
    int revoke_others(std::string_view name, base::UnixMs now);
    [[nodiscard]] std::vector<Admin> list();

    /// The name behind a working token.
    [[nodiscard]] std::optional<std::string> authenticate(const Secret& token);

private:
    void insert(
        std::string_view name,
        const store::TagIndex& index,
        const TokenHash& hash,
        base::UnixMs now
    );
    /// Of a row that begins with id and name.
    [[nodiscard]] std::string name_of(const store::Query& row) const;

    store::Database& database_;
    const store::Sealer& sealer_;
};

}  // namespace drawbridge::auth
