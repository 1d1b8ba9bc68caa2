#include "population/score.h"

#include <algorithm>
#include <map>
#include <set>

namespace drawbridge::population {
namespace {

double share(std::uint32_t part, std::uint32_t whole) {
    return whole == 0 ? 1.0 : static_cast<double>(part) / whole;
}

std::uint64_t key_of(PersonId person, std::uint32_t comeback) {
    return std::uint64_t{person} << 8 | comeback;
}

std::size_t row_of(const Person& person, const Wronged& wronged) {
    if (wronged.framed) return kKinds;
    if (wronged.accused) return kKinds + 1;
    if (wronged.mistaken) return kKinds + 2;
    return static_cast<std::size_t>(person.kind);
}

std::string_view motive_name(Motive motive) {
    switch (motive) {
        case Motive::deserved: return "deserved";
        case Motive::mistake: return "mistaken";
        case Motive::malice: break;
    }
    return "hostile";
}

/// The groups and persons that a deserved ban has struck.
struct Struck {
    explicit Struck(const World& world) {
        for (std::uint32_t i = 0; i < world.ledger().size(); ++i) {
            const auto& ban = world.ledger().at(i);
            if (ban.motive != Motive::deserved) continue;
            persons.insert(ban.person);
            groups.insert(world.population().persons[ban.person].group);
        }
    }

    [[nodiscard]] bool is_near(const Person& person) const {
        return groups.contains(person.group) || persons.contains(person.related);
    }

    std::set<PersonId> persons;
    std::set<std::uint32_t> groups;
};

}  // namespace

double Report::precision() const {
    return share(right, right + wrong);
}

double Report::recall() const {
    return share(found, reusing);
}

double Report::recall_once() const {
    return share(found_once, reusing);
}

std::string_view innocent_row_name(std::size_t row) {
    if (row < kKinds) return kind_name(static_cast<Kind>(row));
    static constexpr std::array<std::string_view, 3> kNames{
        "framed by a hostile owner",
        "banned by a hostile owner",
        "banned by mistake"};
    return kNames[row - kKinds];
}

void Score::saw(const Happening& happening, const Answer& answer) {
    if (happening.what == What::invented_join) ++invented_joins_;
    if (happening.what == What::ban) ++bans_;
    if (happening.what != What::join) return;
    ++joins_;
    auto& mark = marks_[happening.person];
    const auto& truth = happening.truth;
    mark.joined = true;
    mark.watched |= answer.watched;
    const bool is_back = truth.how != Comeback::none && truth.guilty && !truth.named;
    if (is_back || truth.reuse != Reuse::nothing) saw_comeback(happening, answer);
    const auto verity = verity_of(happening);
    sweep_.saw(happening, answer, verity);
    if (!answer.refused) return;
    if (verity == Verity::right) {
        mark.right = true;
        if (answer.ban != kNone) struck_.emplace(happening.shown.accounts.license(), answer.ban);
    } else if (verity == Verity::neither) {
        mark.named = true;
    } else {
        if (!mark.wrong) wrong_.push_back({happening.person, 0, {}, happening, answer});
        mark.wrong = true;
    }
}

Verity Score::verity_of(const Happening& join) const {
    const auto& truth = join.truth;
    if (truth.guilty) return Verity::right;
    const bool is_named = truth.named || truth.mistaken || truth.at_accuser || is_struck(join);
    return is_named ? Verity::neither : Verity::wrong;
}

bool Score::is_struck(const Happening& join) const {
    const auto found = struck_.find(join.shown.accounts.license());
    if (found == struck_.end()) return false;
    const auto& ban = world_.ledger().at(found->second);
    return join.at >= ban.placed && join.at < ban.ends;
}

void Score::saw_comeback(const Happening& join, const Answer& answer) {
    auto& mark = comebacks_[key_of(join.person, join.truth.comeback)];
    mark.person = join.person;
    mark.how = join.truth.how;
    if (join.truth.reuse == Reuse::nothing) return;
    if (!mark.reuses()) {
        mark.first = reusing_.size();
        reusing_.push_back({join.person, 0, {}, join, answer});
    }
    auto& side = mark.sides.at(join.truth.reuse == Reuse::at_owner ? 1 : 0);
    ++side.joins;
    side.refused_joins += answer.refused ? 1 : 0;
    side.watched |= answer.watched;
}

Example Score::explain(const Example& example) const {
    auto explained = example;
    const auto& persons = world_.population().persons;
    const auto& person = persons[example.person];
    explained.row = row_of(person, world_.wronged(example.person));
    if (example.answer.ban == kNone) {
        explained.relation = "no ban named";
        return explained;
    }
    const auto& ban = world_.ledger().at(example.answer.ban);
    explained.relation = std::string(motive_name(ban.motive)) + " ban of ";
    if (ban.person == kNobody) {
        explained.relation += "nobody";
    } else if (ban.person == example.person) {
        explained.relation += "the same person";
    } else if (persons[ban.person].group == person.group) {
        explained.relation += "one of the same group";
    } else if (ban.person == person.related || persons[ban.person].related == example.person) {
        explained.relation += "the seller, buyer or friend";
    } else {
        explained.relation += "a stranger";
    }
    return explained;
}

void Score::count_innocents(Report& report) const {
    const Struck struck(world_);
    const auto& persons = world_.population().persons;
    for (PersonId id = 0; id < persons.size(); ++id) {
        const auto& mark = marks_[id];
        report.wrong += mark.wrong ? 1 : 0;
        report.right += mark.right && !mark.wrong ? 1 : 0;
        if (persons[id].role != Role::innocent || !mark.joined) continue;
        auto& row = report.innocents.at(row_of(persons[id], world_.wronged(id)));
        const bool named = mark.named && !mark.wrong;
        ++row.persons;
        row.near += struck.is_near(persons[id]) ? 1 : 0;
        row.refused += mark.wrong ? 1 : 0;
        row.watched += mark.watched ? 1 : 0;
        row.named += named ? 1 : 0;
        report.named += named ? 1 : 0;
    }
}

void Score::count_comebacks(Report& report) const {
    struct Found {
        bool once = false;
        bool each = true;
    };

    std::map<PersonId, Found> found;  // of those who reused something
    std::set<PersonId> evaders;
    for (const auto& [key, mark] : comebacks_) {
        auto& row = report.comebacks.at(static_cast<std::size_t>(mark.how));
        ++row.comebacks;
        evaders.insert(mark.person);
        if (!mark.reuses()) continue;
        count_side(mark.sides[0], row.elsewhere);
        count_side(mark.sides[1], row.at_owner);
        auto& person = found[mark.person];
        person.once |= mark.is_found();
        person.each &= mark.is_found();
        auto& examples = mark.is_found() ? report.caught : report.missed;
        examples.push_back(explain(reusing_[mark.first]));
    }
    report.evaders = static_cast<std::uint32_t>(evaders.size());
    report.reusing = static_cast<std::uint32_t>(found.size());
    for (const auto& [person, is_found] : found) {
        report.found += is_found.each ? 1 : 0;
        report.found_once += is_found.once ? 1 : 0;
        const auto kind = world_.population().persons[person].kind;
        auto& row = report.evaders_by_kind.at(static_cast<std::size_t>(kind));
        ++row.first;
        row.second += is_found.each ? 1 : 0;
    }
    std::ranges::sort(report.missed, {}, [](const Example& example) { return example.join.at; });
}

void Score::count_side(const Side& side, ReuseRow& row) {
    if (side.joins == 0) return;
    const bool is_refused = side.refused_joins != 0;
    ++row.comebacks;
    row.refused += is_refused ? 1 : 0;
    row.watched += side.watched && !is_refused ? 1 : 0;
    row.joins += side.joins;
    row.refused_joins += side.refused_joins;
}

Report Score::finish() const {
    Report report;
    report.joins = joins_;
    report.invented_joins = invented_joins_;
    report.bans = bans_;
    for (const auto& wrong : wrong_) {
        report.wrongly_refused.push_back(explain(wrong));
    }
    count_innocents(report);
    count_comebacks(report);
    report.thresholds = sweep_.rows();
    return report;
}

}  // namespace drawbridge::population
