// Who is who in a history: what evidence finds is told to the model, and what the engine keeps of
// players is compared with it.
#include "bans/history.h"
#include "identity/links.h"
#include "identity/tags.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

namespace drawbridge::test {
namespace {

/// As evidence is written: "account:steam 14.0, tokens 11.0".
std::set<IdentifierType> accounts_in(const std::string& evidence) {
    std::set<IdentifierType> types;
    for (int i = 0; i < static_cast<int>(IdentifierType::token) + 1; ++i) {
        const auto type = static_cast<IdentifierType>(i);
        if (evidence.find(fmt::format("account:{} ", type_name(type))) != std::string::npos) {
            types.insert(type);
        }
    }
    return types;
}

}  // namespace

std::set<ReferencePersons::Found> History::found_links() {
    std::set<ReferencePersons::Found> found;
    auto query =
        reader_->query("SELECT profile_id, other_id, owner_id, conclusion, evidence FROM links");
    while (query.step()) {
        const auto conclusion = static_cast<identity::Conclusion>(query.integer(3));
        found.insert(
            {static_cast<Profile>(query.integer(0)),
             static_cast<Profile>(query.integer(1)),
             owner_of_row(query.integer(2)),
             conclusion == identity::Conclusion::ban,
             accounts_in(query.text(4))}
        );
    }
    return found;
}

void History::note_found() {
    auto found = found_links();
    for (const auto& link : found) {
        if (!link.is_one_person || lists_.persons().found().contains(link)) continue;
        const auto& owner = owners_[static_cast<std::size_t>(link.owner)];
        say(fmt::format("  -> {} and {} are one person for {}", link.profile, link.other, owner));
    }
    lists_.tell(std::move(found));
}

// Whom it follows from is one person with the player by now, and nobody whom staff tell apart from
// him stands behind it.
void History::check_following(int server, Profile profile, Index followed) {
    const auto parent = lists_.bans()[followed].follows.value();
    const auto owner = lists_.servers[static_cast<std::size_t>(server)].owner;
    REQUIRE_FALSE(lists_.is_told_apart(profile, parent));
    const auto person = lists_.person_of(profile, owner);
    const auto is_theirs = [&](Profile banned) { return person.contains(banned); };
    const bool follows_person = std::ranges::any_of(lists_.behind(parent), is_theirs);
    REQUIRE(follows_person);
}

int History::owner_of_row(std::int64_t row) const {
    const auto watch = std::ranges::find(watches_, row, &ListWatch::list);
    REQUIRE(watch != watches_.end());
    return static_cast<int>(watch - watches_.begin()) - 1;
}

void History::compare_persons() {
    const bool is_as_found = found_links() == lists_.persons().found();
    REQUIRE(is_as_found);
    std::map<std::pair<Profile, Profile>, bool> ruled;
    auto query = reader_->query("SELECT profile_id, other_id, is_one_person FROM ruled_pairs");
    while (query.step()) {
        const auto one = static_cast<Profile>(query.integer(0));
        ruled[{one, static_cast<Profile>(query.integer(1))}] = query.integer(2) != 0;
    }
    const bool is_as_ruled = ruled == lists_.persons().all_ruled();
    REQUIRE(is_as_ruled);
    if (random_.chance(0.1)) compare_claims();
}

// Whose each account is, and with whom each owner has seen it.
void History::compare_claims() {
    identity::Tags tags(*reader_, *fixture_.network().sealer);
    std::map<std::int64_t, Named> accounts;
    for (const auto& entry : lists_.claims().homes()) {
        const auto& account = entry.first;
        const auto stored = tags.look_up(tag_of(type_name(account.type), account.seed)).stored;
        const bool is_home = stored && stored->profile == entry.second;
        REQUIRE_MESSAGE(is_home, describe({account}));
        accounts[stored->id] = account;
    }
    std::set<ReferenceClaims::Seen> seen;
    auto query = reader_->query(
        "SELECT tag_id, owner_id, profile_id, 1 FROM claims UNION ALL "
        "SELECT tag_id, owner_id, profile_id, 0 FROM sightings"
    );
    while (query.step()) {
        const auto account = accounts.find(query.integer(0));
        if (account == accounts.end()) continue;  // a token
        const auto profile = static_cast<Profile>(query.integer(2));
        const bool is_claim = query.integer(3) != 0;
        seen.insert({account->second, owner_of_row(query.integer(1)), profile, is_claim});
    }
    const bool is_as_seen = seen == lists_.claims().seen();
    REQUIRE(is_as_seen);
}

}  // namespace drawbridge::test
