// The examples of docs/evidence.md, and what each rule must not do.
#include "identity/evidence.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace drawbridge;
using base::kDayMs;
using base::kHourMs;
using identity::Conclusion;
using identity::Facts;
using identity::SeenToken;
using identity::SharedAccount;

namespace {

identity::Finding weigh(const Facts& facts) {
    return identity::weigh(facts, {});
}

std::string explained(const Facts& facts) {
    const auto finding = weigh(facts);
    return std::string(identity::conclusion_name(finding.conclusion)) + " " +
           identity::print_weight(finding.total) + ": " + identity::print_evidence(finding.because);
}

/// Of a session with `all` tokens, the first `agreeing` of them the other's too.
std::vector<SeenToken> tokens(int all, int agreeing, int profiles = 2) {
    std::vector<SeenToken> seen;
    for (int i = 0; i < all; ++i) {
        const bool agrees = i < agreeing;
        seen.push_back({agrees, agrees ? profiles : 1});
    }
    return seen;
}

Facts machine(int all, int agreeing, std::optional<base::UnixMs> gap) {
    Facts facts;
    facts.tokens = tokens(all, agreeing);
    facts.gap = gap;
    return facts;
}

Facts account(IdentifierType type) {
    Facts facts;
    facts.accounts.push_back({type});
    return facts;
}

}  // namespace

TEST_CASE("worked example 1: a new licence on the same machine an hour after the ban") {
    CHECK(explained(machine(5, 5, kHourMs)) == "ban 18.9: tokens 11.0, returned 7.9");
}

TEST_CASE("worked example 2: the sister who played there before") {
    CHECK(explained(machine(5, 5, std::nullopt)) == "watch 5.0: tokens 11.0, known_before -6.0");
}

TEST_CASE("worked example 3: a second-hand machine, six weeks later") {
    CHECK(explained(machine(5, 5, 42 * kDayMs)) == "watch 5.0: tokens 11.0, returned -6.0");
}

TEST_CASE("worked example 4: a new licence with the old Discord account") {
    CHECK(explained(account(IdentifierType::discord)) == "ban 13.0: account:discord 13.0");
}

TEST_CASE("worked example 5: a brother whose Discord was open, and who has one himself") {
    auto facts = account(IdentifierType::discord);
    facts.accounts.front().has_rival = true;
    CHECK(explained(facts) == "watch 5.0: account:discord 13.0, rival:discord -8.0");
}

TEST_CASE("worked example 6: the console account of a household") {
    auto facts = account(IdentifierType::xbl);
    facts.accounts.push_back({IdentifierType::live});
    CHECK(explained(facts) == "watch 6.0: account:xbl 6.0");
}

TEST_CASE("worked example 7: a lent game") {
    auto facts = account(IdentifierType::license2);
    facts.accounts.push_back({IdentifierType::xbl});
    CHECK(explained(facts) == "watch 6.0: account:license2 6.0");
}

TEST_CASE("worked example 8: a reinstalled machine, two of five tokens changed") {
    CHECK(explained(machine(5, 3, kDayMs)) == "ban 16.8: tokens 9.8, returned 7.0");
}

TEST_CASE("worked example 9: the banned one plays there again after the other has come") {
    CHECK(explained(machine(5, 5, -kDayMs)) == "watch 5.0: tokens 11.0, beside -6.0");
}

TEST_CASE("worked example 10: a reinstalled machine of which two of four tokens are left") {
    CHECK(explained(machine(4, 2, kHourMs)) == "ban 13.7: tokens 5.8, returned 7.9");
    CHECK(explained(machine(4, 2, 2 * kDayMs)) == "watch 11.8: tokens 5.8, returned 6.0");
}

TEST_CASE("worked example 11: who sold the licence shows the accounts that it had before") {
    auto facts = account(IdentifierType::steam);
    facts.accounts.push_back({IdentifierType::discord});
    CHECK(weigh(facts).conclusion == Conclusion::ban);
    facts.handed_on = true;
    CHECK(explained(facts) == "watch 27.0: account:steam 14.0, account:discord 13.0");
    facts.accounts.front().has_rival = true;
    CHECK(weigh(facts).conclusion == Conclusion::watch);
    // The machine is the seller's as well; where no account is in common it speaks for itself.
    facts.tokens = tokens(5, 5);
    facts.gap = kHourMs;
    CHECK(weigh(facts).conclusion == Conclusion::watch);
    facts.accounts.clear();
    CHECK(weigh(facts).conclusion == Conclusion::ban);
    facts.link = 270;
    CHECK(explained(facts) == "watch 27.0: linked 27.0");
}

TEST_CASE("what a household shares counts once: its machine or its account") {
    for (const auto type : {IdentifierType::xbl, IdentifierType::live, IdentifierType::license2}) {
        auto facts = machine(5, 5, kHourMs);
        facts.accounts.push_back({type});
        CHECK(weigh(facts).total == weigh(machine(5, 5, kHourMs)).total);
        CHECK(weigh(facts).by_machine_alone);
        facts.gap.reset();
        CHECK(weigh(facts).total == 60);
        facts.accounts.push_back({IdentifierType::steam});
        CHECK(weigh(facts).total == 200);
    }
}

TEST_CASE("one stranger's word never bans") {
    auto facts = account(IdentifierType::discord);
    facts.accounts.push_back({IdentifierType::steam});
    for (auto& shared : facts.accounts) {
        shared.binds = false;
    }
    CHECK(weigh(facts).total == 270);
    CHECK(weigh(facts).conclusion == Conclusion::watch);
    facts.accounts.front().binds = true;
    CHECK(weigh(facts).conclusion == Conclusion::ban);
}

TEST_CASE("an account seen with more profiles is worth less, beyond the limit nothing") {
    auto facts = account(IdentifierType::steam);
    auto& profiles = facts.accounts.front().profiles;
    std::vector<identity::Weight> weights;
    for (profiles = 2; profiles <= identity::kMostProfiles + 2; ++profiles) {
        weights.push_back(weigh(facts).total);
    }
    CHECK(weights == std::vector<identity::Weight>{140, 130, 124, 0, 0});
}

TEST_CASE("a profile with many accounts of one type is an account that is passed around") {
    auto facts = account(IdentifierType::discord);
    facts.tokens = tokens(5, 5);
    facts.gap = 0;
    facts.most_of_one_type = 2;
    CHECK(weigh(facts).conclusion == Conclusion::ban);
    facts.most_of_one_type = 3;
    CHECK(weigh(facts).conclusion == Conclusion::allow);
    CHECK(weigh(facts).because.empty());
}

TEST_CASE("tokens: one never refuses, nor do two parts of a machine that is another one") {
    for (int all = 1; all <= 6; ++all) {
        CHECK(weigh(machine(all, 1, 0)).conclusion != Conclusion::ban);
        const bool is_half = all >= 2 && all <= 4;
        if (all >= 2) CHECK((weigh(machine(all, 2, 0)).conclusion == Conclusion::ban) == is_half);
    }
    // Two that agree refuse who is back at once alone.
    CHECK(weigh(machine(2, 2, 5 * kDayMs)).conclusion == Conclusion::watch);
    CHECK(weigh(machine(3, 2, 2 * kDayMs)).conclusion == Conclusion::watch);
    CHECK(weigh(machine(3, 3, 0)).conclusion == Conclusion::ban);
    CHECK(weigh(machine(5, 4, 0)).conclusion == Conclusion::ban);
    // A reinstall is one difference, however many tokens it changes.
    CHECK(weigh(machine(4, 3, 0)).total == weigh(machine(6, 3, 0)).total);
    CHECK(weigh(machine(4, 3, 0)).total < weigh(machine(3, 3, 0)).total);
    CHECK(weigh(machine(0, 0, 0)).conclusion == Conclusion::allow);
}

TEST_CASE("tokens that many have are neither for nor against") {
    auto facts = machine(5, 5, 0);
    for (auto& token : facts.tokens) {
        token.profiles = identity::kMostProfiles + 1;
    }
    CHECK(weigh(facts).because.empty());
    facts.tokens.resize(2);
    const auto rare = tokens(3, 3);
    facts.tokens.insert(facts.tokens.end(), rare.begin(), rare.end());
    CHECK(weigh(facts).total == weigh(machine(3, 3, 0)).total);
}

TEST_CASE("further persons at the machine make it less of a person") {
    auto facts = machine(5, 5, 0);
    CHECK(weigh(facts).total == 189);
    for (facts.others_on_machine = 1; facts.others_on_machine < 3; ++facts.others_on_machine) {
        CHECK(explained(facts) == "watch 10.9: tokens 11.0, others -8.0, returned 7.9");
    }
    CHECK(weigh(facts).because.empty());
}

TEST_CASE("a return is weighed less with every day, and never more than being known before") {
    auto last = weigh(machine(5, 5, 0)).total;
    for (int day = 1; day < 100; ++day) {
        const auto total = weigh(machine(5, 5, day * kDayMs)).total;
        CHECK(total <= last);
        last = total;
    }
    CHECK(last == weigh(machine(5, 5, std::nullopt)).total);
    CHECK(weigh(machine(5, 5, 7 * kDayMs)).conclusion == Conclusion::ban);
    CHECK(weigh(machine(5, 5, 8 * kDayMs)).conclusion == Conclusion::watch);
}

TEST_CASE("what speaks for another person at the machine does not undo an account in common") {
    auto facts = machine(5, 1, std::nullopt);
    facts.accounts.push_back({IdentifierType::discord});
    CHECK(explained(facts) == "ban 13.0: account:discord 13.0");
    CHECK_FALSE(weigh(facts).by_machine_alone);
    CHECK(weigh(machine(5, 5, 0)).by_machine_alone);
}

TEST_CASE("a link that stands counts as found") {
    Facts facts;
    facts.link = 130;
    CHECK(explained(facts) == "ban 13.0: linked 13.0");
    CHECK_FALSE(weigh(facts).by_machine_alone);
}

TEST_CASE("an address is no evidence") {
    CHECK(weigh(account(IdentifierType::ip)).because.empty());
}

TEST_CASE("thresholds decide") {
    const auto facts = machine(5, 5, 6 * kDayMs);
    CHECK(identity::weigh(facts, {12, 4}).conclusion == Conclusion::ban);
    CHECK(identity::weigh(facts, {14, 4}).conclusion == Conclusion::watch);
}

TEST_CASE("a server may ask for more evidence than the network, never for less") {
    const auto at = [](std::optional<std::int64_t> ban, std::optional<std::int64_t> watch) {
        const auto both = identity::stricter({12, 4}, ban, watch);
        return std::pair(both.ban, both.watch);
    };
    CHECK(at(std::nullopt, std::nullopt) == std::pair(12, 4));
    CHECK(at(16, 6) == std::pair(16, 6));
    // Set when the network asked for less.
    CHECK(at(10, 2) == std::pair(12, 4));
    // Set when it asked for more.
    CHECK(at(std::nullopt, 15) == std::pair(12, 12));
}
