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

/// Who sends a request to the admin plane.
struct Bearer {
    std::string name;
    /// owners.id: an operator, who sees what is this owner's; nothing: staff.
    std::optional<std::int64_t> owner;
};

struct Admin {
    std::string name;
    std::optional<std::int64_t> owner;  // as in Bearer
    base::UnixMs created_at = 0;
    std::optional<base::UnixMs> revoked_at;
};

/// A name is never given twice, so that the audit stays readable; the last working token of staff
/// is never revoked, so that somebody can still get in.
enum class AdminError { name_taken, bad_name, unknown_admin, last_admin };

/// The thread of its connection; what changes something runs in a transaction of the store thread.
class AdminTokens {
public:
    AdminTokens(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          sealer_(sealer) {}

    /// The token, shown once; with `owner` (owners.id) an operator's.
    [[nodiscard]] std::variant<Secret, AdminError>
    add(std::string_view name, base::UnixMs now, std::optional<std::int64_t> owner = std::nullopt);
    [[nodiscard]] std::optional<AdminError> revoke(std::string_view name, base::UnixMs now);
    /// Those of an owner's operators; how many.
    int revoke_operators(std::int64_t owner, base::UnixMs now);
    /// Every working token but that of `name`; how many.
    int revoke_others(std::string_view name, base::UnixMs now);
    [[nodiscard]] std::vector<Admin> list();

    /// Whose working token it is.
    [[nodiscard]] std::optional<Bearer> authenticate(const Secret& token);

private:
    void insert(
        const Bearer& bearer,
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
