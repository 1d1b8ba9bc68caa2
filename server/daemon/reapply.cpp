#include "daemon/reapply.h"

#include "auth/admin_tokens.h"
#include "auth/reapply.h"
#include "bans/bans.h"
#include "identity/rulings.h"
#include "privacy/removal.h"
#include "store/audit.h"
#include "store/meta.h"

#include <fmt/format.h>

#include <numeric>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace drawbridge::daemon {
namespace {

struct Noun {
    std::string_view one;
    std::string_view many;
};

// In the order of JournalFact's alternatives.
constexpr std::array<Noun, std::variant_size_v<store::JournalFact>> kNouns{{
    {"secret", "secrets"},
    {"admin token", "admin tokens"},
    {"ban", "bans"},
    {"epoch", "epochs"},
    {"removed server", "removed servers"},
    {"ruling", "rulings"},
}};

/// Makes one fact true.
class Reapplier {
public:
    Reapplier(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          sealer_(sealer),
          profiles_(database, sealer),
          bans_(database, sealer, profiles_) {}

    void apply(const store::JournalRecord& record) {
        std::visit([&](const auto& fact) { apply(fact, record.at); }, record.fact);
    }

private:
    template <class Fact>
    void apply(const Fact& fact, base::UnixMs at) {
        auth::reapply(database_, fact, at);
    }

    void apply(const store::BanEnded& fact, base::UnixMs at) { bans_.end_again(fact, at); }

    void apply(const store::ServerRemoved& fact, base::UnixMs at) {
        privacy::remove_again(database_, sealer_, fact, at);
    }

    void apply(const store::PairRuled& fact, base::UnixMs at) {
        identity::Rulings(database_, sealer_).rule_again(fact, at);
    }

    store::Database& database_;
    const store::Sealer& sealer_;
    identity::Profiles profiles_;
    bans::Bans bans_;
};

}  // namespace

std::size_t Reapplied::total() const {
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

std::string Reapplied::describe() const {
    if (total() == 0) return "no record";
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto count = counts.at(i);
        const auto& noun = kNouns.at(i);
        if (count == 0) continue;
        parts.push_back(fmt::format("{} {}", count, count == 1 ? noun.one : noun.many));
    }
    return fmt::format("records {} to {}: {}", from, to, fmt::join(parts, ", "));
}

Reapplied reapply_journal(
    store::Database& database,
    const store::Sealer& sealer,
    std::span<const store::JournalRecord> records
) {
    const auto known = store::read_meta_number(database, store::meta::kJournal);
    Reapplier reapplier(database, sealer);
    Reapplied done;
    for (const auto& record : records) {
        if (record.number <= known) continue;
        reapplier.apply(record);
        if (done.from == 0) done.from = record.number;
        done.to = record.number;
        ++done.counts.at(record.fact.index());
    }
    if (done.to == 0) return done;
    const auto last = std::to_string(done.to);
    store::write_meta(database, store::meta::kJournal, store::as_bytes(last));
    return done;
}

std::optional<std::string>
replace_last_admin(store::Database& database, const store::Sealer& sealer, base::UnixMs now) {
    if (auth::has_working_admin(database)) return std::nullopt;
    auth::AdminTokens tokens(database, sealer);
    for (int i = 1;; ++i) {
        const auto name = i == 1 ? std::string("restored") : fmt::format("restored-{}", i);
        const auto added = tokens.add(name, now);
        const auto* token = std::get_if<Secret>(&added);
        if (token == nullptr) continue;  // the name was given before
        constexpr std::string_view kWhy = "the journal has revoked every other";
        store::append_audit(
            database,
            sealer,
            store::by_system(),
            {"admin.add", name, kWhy, {}},
            now
        );
        return auth::print_admin_token(*token);
    }
}

}  // namespace drawbridge::daemon
