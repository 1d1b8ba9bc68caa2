#include "population/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <map>
#include <utility>

namespace drawbridge::population {
namespace {

// `[evidence] ban`, in tenths.
constexpr int kDefault = 120;
constexpr int kLowest = 110;
constexpr int kHighest = 170;
constexpr int kStep = 10;

bool is_of_machine(const Clue& clue) {
    static constexpr std::array<std::string_view, 5> kKinds{
        "tokens",
        "others",
        "returned",
        "known_before",
        "beside"};
    return std::ranges::find(kKinds, clue.kind) != kKinds.end();
}

double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void Sweep::Most::take(const Evidence& evidence) {
    any = std::max(any, evidence.total);
    if (!evidence.by_machine) without_machine = std::max(without_machine, evidence.total);
}

bool Sweep::Most::reaches(int threshold, bool machine_counts) const {
    return (machine_counts ? any : without_machine) >= threshold;
}

// A list refuses at any threshold, but for the licence that evidence has put on it.
Sweep::Evidence Sweep::evidence_of(const Happening& join, const Answer& answer) {
    const auto licence = join.shown.accounts.license();
    const auto known = struck_.find(licence);
    const bool is_linked = !answer.clues.empty() && answer.clues.front().kind == "linked";
    if (answer.refused && (answer.clues.empty() || is_linked) && known != struck_.end()) {
        return known->second;
    }
    if (answer.clues.empty()) return {answer.refused ? INT_MAX : 0, false};
    Evidence evidence{0, std::ranges::all_of(answer.clues, is_of_machine)};
    for (const auto& clue : answer.clues) {
        evidence.total += clue.weight;
    }
    // Enough, and only watched: no threshold makes more of it.
    if (!answer.refused && evidence.total >= kDefault) return {};
    if (answer.refused) struck_.emplace(licence, evidence);
    return evidence;
}

void Sweep::saw(const Happening& join, const Answer& answer, Verity refusal) {
    const auto evidence = evidence_of(join, answer);
    auto& person = persons_[join.person];
    if (refusal == Verity::right) person.right.take(evidence);
    if (refusal == Verity::wrong) person.wrong.take(evidence);
    if (join.truth.reuse == Reuse::nothing) return;
    comebacks_[std::uint64_t{join.person} << 8 | join.truth.comeback].take(evidence);
}

SweepRow Sweep::row(std::string what, int threshold, bool machine_counts) const {
    std::size_t right = 0;
    std::size_t wrong = 0;
    for (const auto& person : persons_) {
        const bool is_wrong = person.wrong.reaches(threshold, machine_counts);
        wrong += is_wrong ? 1 : 0;
        right += !is_wrong && person.right.reaches(threshold, machine_counts) ? 1 : 0;
    }
    const auto [evaders, each, once] = found(threshold, machine_counts);
    return {
        std::move(what),
        share(right, right + wrong),
        share(each, evaders),
        share(once, evaders),
        threshold == kDefault && machine_counts};
}

Sweep::Found Sweep::found(int threshold, bool machine_counts) const {
    std::map<std::uint64_t, std::pair<bool, bool>> persons;  // at each comeback, at one
    for (const auto& [key, most] : comebacks_) {
        auto& [each, once] = persons.try_emplace(key >> 8, true, false).first->second;
        const bool is_found = most.reaches(threshold, machine_counts);
        each &= is_found;
        once |= is_found;
    }
    Found found{persons.size(), 0, 0};
    for (const auto& [person, at] : persons) {
        found.each += at.first ? 1 : 0;
        found.once += at.second ? 1 : 0;
    }
    return found;
}

std::vector<SweepRow> Sweep::rows() const {
    std::vector<SweepRow> rows;
    for (int threshold = kLowest; threshold <= kHighest; threshold += kStep) {
        rows.push_back(row(fmt::format("{}", threshold / 10), threshold, true));
    }
    rows.push_back(row("nobody by the machine alone", kDefault, false));
    return rows;
}

}  // namespace drawbridge::population
