#include "identity/overlap.h"

#include <algorithm>
#include <map>
#include <set>

namespace drawbridge::identity {
namespace {

using Person = std::span<const std::int64_t>;

// An account with more rows is shared beyond all limits.
constexpr int kMostRows = 64;
// What binds an owner who has not seen it: as many others, each on their own.
constexpr std::size_t kIndependentOwners = 2;
// Who still tries the banned account after that is none who comes back under another one.
constexpr base::UnixMs kTrying = 7 * base::kDayMs;

bool is_of(Person person, std::int64_t profile) {
    return std::ranges::find(person, profile) != person.end();
}

/// How many there are: all of `owner`'s own, and of each other owner one more at most.
class CappedCount {
public:
    explicit CappedCount(std::int64_t owner) : owner_(owner) {}

    void add(std::int64_t by, std::int64_t item) {
        (by == owner_ ? own_ : strange_[by]).insert(item);
    }

    [[nodiscard]] int count() const {
        auto counted = own_;
        for (const auto& [by, items] : strange_) {
            const auto further = std::ranges::find_if(items, [&](std::int64_t item) {
                return !counted.contains(item);
            });
            if (further != items.end()) counted.insert(*further);
        }
        return static_cast<int>(counted.size());
    }

private:
    const std::int64_t owner_;
    std::set<std::int64_t> own_;
    std::map<std::int64_t, std::set<std::int64_t>> strange_;
};

int profiles_of(const SessionToken& token, std::int64_t profile, Person person) {
    std::set<std::int64_t> profiles{profile};
    bool with_other = false;
    for (const auto& sighting : token.seen) {
        // Further accounts of one evader do not make his machine look shared.
        const bool is_other = is_of(person, sighting.profile);
        if (!is_other) profiles.insert(sighting.profile);
        with_other = with_other || is_other;
    }
    return static_cast<int>(profiles.size()) + (with_other ? 1 : 0);
}

bool was_with(const SessionToken& token, Person person) {
    return std::ranges::any_of(token.seen, [&](const Sighting& sighting) {
        return is_of(person, sighting.profile);
    });
}

}  // namespace

Overlap::Overlap(store::Database& database, const Session& session)
    : database_(database),
      session_(session),
      trust_(database) {
    Sightings sightings(database);
    for (const auto& account : session.accounts) {
        if (!account.is_shared) continue;
        accounts_.push_back({&account, sightings.with_claims(account.tag, session.owner, kMostRows)}
        );
    }
}

std::vector<std::int64_t> Overlap::others() const {
    std::set<std::int64_t> found;
    for (const auto& account : accounts_) {
        for (const auto& sighting : account.seen) {
            found.insert(sighting.profile);
        }
    }
    for (const auto& token : session_.tokens) {
        if (token.seen.size() >= static_cast<std::size_t>(Sightings::kMost)) continue;
        for (const auto& sighting : token.seen) {
            found.insert(sighting.profile);
        }
    }
    found.erase(session_.profile);
    return {found.begin(), found.end()};
}

Facts Overlap::facts(Person person, const std::optional<Banned>& banned) const {
    Facts facts;
    for (const auto& account : accounts_) {
        if (auto shared = shared_account(account, person)) facts.accounts.push_back(*shared);
    }
    facts.most_of_one_type = most_of_one_type(person);
    if (!banned) return facts;
    add_tokens(person, facts);
    const auto first = first_seen(person);
    if (first < banned->first) return facts;
    const auto last = last_on_machine(person);
    facts.gap = first - (first < last ? last : std::min(last, banned->last + kTrying));
    return facts;
}

std::optional<SharedAccount> Overlap::shared_account(const Account& account, Person person) const {
    CappedCount profiles(session_.owner);
    profiles.add(session_.owner, session_.profile);
    std::set<std::int64_t> witnesses;
    bool is_in_common = false;
    for (const auto& sighting : account.seen) {
        const bool is_other = is_of(person, sighting.profile);
        is_in_common = is_in_common || is_other;
        if (!counts(sighting.owner)) continue;
        profiles.add(sighting.owner, is_other ? person.front() : sighting.profile);
        if (is_other) witnesses.insert(sighting.owner);
    }
    if (!is_in_common) return std::nullopt;
    SharedAccount shared;
    shared.type = account.session->type;
    shared.profiles = std::max(shared.profiles, profiles.count());
    shared.has_rival = has_own(shared.type);
    shared.binds = witnesses.contains(session_.owner) || witnesses.size() >= kIndependentOwners;
    return shared;
}

int Overlap::most_of_one_type(Person person) const {
    int most = 1;
    for (const auto profile : person) {
        auto query = database_.query(
            "SELECT t.type, c.owner_id, t.id FROM tags t JOIN claims c ON c.tag_id = t.id "
            "WHERE t.profile_id = ?1 AND c.profile_id = ?1 LIMIT ?2"
        );
        query.bind(profile).bind(std::int64_t{kMostRows});
        std::map<std::int64_t, CappedCount> accounts;
        while (query.step()) {
            if (!counts(query.integer(1))) continue;
            auto& count = accounts.try_emplace(query.integer(0), session_.owner).first->second;
            count.add(query.integer(1), query.integer(2));
        }
        for (const auto& [type, count] : accounts) {
            most = std::max(most, count.count());
        }
    }
    return most;
}

bool Overlap::has_own(IdentifierType type) const {
    auto query = database_.query(
        "SELECT DISTINCT c.owner_id FROM tags t JOIN claims c ON c.tag_id = t.id "
        "WHERE t.profile_id = ? AND t.type = ?"
    );
    query.bind(session_.profile).bind(static_cast<std::int64_t>(type));
    while (query.step()) {
        if (counts(query.integer(0))) return true;
    }
    return false;
}

// Asked for each row of an account that many have used.
bool Overlap::counts(std::int64_t owner) const {
    if (owner == session_.owner) return true;
    const auto [known, is_new] = counts_.try_emplace(owner, false);
    if (is_new) known->second = trust_.counts(owner);
    return known->second;
}

void Overlap::add_tokens(Person person, Facts& facts) const {
    for (const auto& token : session_.tokens) {
        facts.tokens.push_back(
            {was_with(token, person), profiles_of(token, session_.profile, person)}
        );
    }
    facts.others_on_machine = others_on_machine(person);
}

int Overlap::others_on_machine(Person person) const {
    std::map<std::int64_t, int> tokens_of;
    int agreeing = 0;
    for (const auto& token : session_.tokens) {
        const bool is_rare = profiles_of(token, session_.profile, person) <= kMostProfiles;
        if (!is_rare || !was_with(token, person)) continue;
        ++agreeing;
        for (const auto& sighting : token.seen) {
            ++tokens_of[sighting.profile];
        }
    }
    // Whoever shares a token or two only has a part in common, not the machine.
    return static_cast<int>(std::ranges::count_if(tokens_of, [&](const auto& entry) {
        const auto& [profile, tokens] = entry;
        return profile != session_.profile && !is_of(person, profile) && tokens * 2 > agreeing;
    }));
}

base::UnixMs Overlap::last_on_machine(Person person) const {
    base::UnixMs last = 0;
    for (const auto& token : session_.tokens) {
        for (const auto& sighting : token.seen) {
            if (is_of(person, sighting.profile)) last = std::max(last, sighting.last_seen);
        }
    }
    return last;
}

base::UnixMs Overlap::first_seen(Person person) const {
    auto query = database_.query("SELECT first_seen FROM profiles WHERE id = ?");
    query.bind(session_.profile);
    base::UnixMs first = query.step() ? query.integer(0) : 0;
    for (const auto& account : session_.accounts) {
        const auto shared = std::ranges::find(accounts_, &account, &Account::session);
        const bool is_theirs = shared != accounts_.end() &&
                               std::ranges::any_of(shared->seen, [&](const Sighting& sighting) {
                                   return is_of(person, sighting.profile);
                               });
        if (!is_theirs) first = std::min(first, account.first_seen);
    }
    return first;
}

}  // namespace drawbridge::identity
