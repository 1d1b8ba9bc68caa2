#include "bans/ban_evidence.h"

#include "store/columns.h"

#include <algorithm>
#include <stdexcept>

namespace drawbridge::bans {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::size_t kMaxLink = 300;

bool is_visible(char c) {
    return c > ' ' && c <= '~';
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_scheme_part(char c) {
    return is_letter_or_digit(c) || c == '+' || c == '.' || c == '-';
}

bool is_host_part(char c) {
    return is_letter_or_digit(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
}

bool begins_with_scheme(std::string_view text) {
    const auto end = text.find("://");
    if (end == std::string_view::npos || end == 0) return false;
    return std::ranges::all_of(text.substr(0, end), is_scheme_part);
}

std::int64_t count_of(store::Database& database, std::uint64_t ban) {
    auto query = database.query("SELECT count(*) FROM ban_evidence WHERE ban_number = ?");
    return query.bind(static_cast<std::int64_t>(ban)).step() ? query.integer(0) : 0;
}

/// Known before the row is there, since its cell is bound to it.
std::int64_t next_id(store::Database& database) {
    auto query = database.query("SELECT max(id) + 1 FROM ban_evidence");
    return query.step() && !query.is_null(0) ? query.integer(0) : 1;
}

}  // namespace

std::optional<std::string_view> link_fault(std::string_view link) {
    if (!link.starts_with(kScheme)) return "expected a link that begins with https://";
    if (link.size() > kMaxLink) return "expected a link of at most 300 characters";
    if (!std::ranges::all_of(link, is_visible)) return "expected a link without blanks, in ASCII";
    const auto rest = link.substr(kScheme.size());
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos) return "expected a link without a user name";
    const bool is_host = !authority.empty() && std::ranges::all_of(authority, is_host_part);
    if (!is_host) return "expected a link that names a host";
    return std::nullopt;
}

std::optional<std::string_view> evidence_fault(std::string_view text) {
    return begins_with_scheme(text) ? link_fault(text) : std::nullopt;
}

bool add_evidence(
    store::Database& database,
    const store::Sealer& sealer,
    std::uint64_t ban,
    std::span<const std::string> texts,
    const Evidence& like
) {
    if (count_of(database, ban) + std::ssize(texts) > std::int64_t{kMostEvidence}) return false;
    for (const auto& text : texts) {
        const auto id = next_id(database);
        const auto cell =
            sealer.seal(store::Column::ban_evidence, store::row_id(id), store::as_bytes(text));
        database
            .query("INSERT INTO ban_evidence(id, ban_number, at, actor, text) VALUES(?,?,?,?,?)")
            .bind(id)
            .bind(static_cast<std::int64_t>(ban))
            .bind(like.at)
            .bind(static_cast<std::int64_t>(like.actor))
            .bind(store::ByteView(cell))
            .run();
    }
    return true;
}

std::vector<Evidence>
evidence_of(store::Database& database, const store::Sealer& sealer, std::uint64_t ban) {
    auto query = database.query(
        "SELECT id, at, actor, text FROM ban_evidence WHERE ban_number = ? ORDER BY id"
    );
    query.bind(static_cast<std::int64_t>(ban));
    std::vector<Evidence> found;
    while (query.step()) {
        const auto plain = sealer.open(
            store::Column::ban_evidence,
            store::row_id(query.integer(0)),
            query.blob_view(3)
        );
        if (!plain) throw std::runtime_error("evidence of a ban cannot be opened: altered");
        found.push_back(
            {query.integer(1),
             static_cast<store::ActorKind>(query.integer(2)),
             std::string(plain->begin(), plain->end())}
        );
    }
    return found;
}

void forget_evidence_of_server(store::Database& database, std::uint64_t ban) {
    database.query("DELETE FROM ban_evidence WHERE ban_number = ? AND actor = 2")
        .bind(static_cast<std::int64_t>(ban))
        .run();
}

}  // namespace drawbridge::bans
