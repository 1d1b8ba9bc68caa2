#include "population/print.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace drawbridge::population {
namespace {

namespace json = boost::json;

std::string percent(std::uint32_t part, std::uint32_t whole) {
    return whole == 0 ? "-" : fmt::format("{:.1f} %", 100.0 * part / whole);
}

std::string head(const Settings& settings, const Report& report) {
    return fmt::format(
        "seed {}: {} persons, {:.0f} % of them new, {} servers of {} owners, {} days\n"
        "{} joins, {} invented; {} bans\n\n"
        "precision {:8.3f} %   of {} persons refused, {} wrongly; {} more for a licence a ban "
        "names\n"
        "recall    {:8.3f} %   of {} evaders who reused an account or a machine, {} found "
        "(of {} in all)\n"
        "          {:8.3f} %   of them at one comeback at least, {}\n",
        settings.seed,
        settings.persons,
        100 * settings.newcomers,
        settings.servers,
        settings.owners,
        settings.days,
        report.joins,
        report.invented_joins,
        report.bans,
        100 * report.precision(),
        report.right + report.wrong,
        report.wrong,
        report.named,
        100 * report.recall(),
        report.reusing,
        report.found,
        report.evaders,
        100 * report.recall_once(),
        report.found_once
    );
}

std::string innocents(const Report& report) {
    auto text = fmt::format(
        "\n{:<26}{:>8}{:>9}{:>10}{:>9}{:>9}{:>12}{:>9}\n",
        "the innocent",
        "persons",
        "near one",
        "refused",
        "watched",
        "by name",
        "| evaders",
        "found"
    );
    for (std::size_t i = 0; i < report.innocents.size(); ++i) {
        const auto& row = report.innocents[i];
        text += fmt::format(
            "{:<26}{:>8}{:>9}{:>10}{:>9}{:>9}",
            innocent_row_name(i),
            row.persons,
            row.near,
            row.refused,
            row.watched,
            row.named
        );
        if (i < kKinds) {
            const auto [reusing, found] = report.evaders_by_kind[i];
            text += fmt::format("{:>12}{:>9}", reusing, percent(found, reusing));
        }
        text += '\n';
    }
    return text;
}

std::string reuse(const ReuseRow& row) {
    return fmt::format(
        " |{:>7}{:>9}{:>6}{:>9}",
        row.comebacks,
        percent(row.refused, row.comebacks),
        row.watched,
        percent(row.refused_joins, row.joins)
    );
}

std::string comebacks(const Report& report) {
    auto text = fmt::format(
        "\n{:<29}{:>5} |{:>7}{:>9}{:>6}{:>9} |{:>7}{:>9}{:>6}{:>9}\n",
        "comebacks",
        "all",
        "owner's",
        "refused",
        "watch",
        "joins",
        "others'",
        "refused",
        "watch",
        "joins"
    );
    for (std::size_t i = 0; i < kComebacks; ++i) {
        const auto& [all, own, other] = report.comebacks[i];
        const auto name = comeback_name(static_cast<Comeback>(i));
        text += fmt::format("{:<29}{:>5}{}{}\n", name, all, reuse(own), reuse(other));
    }
    return text;
}

std::string_view outcome(const Answer& answer) {
    if (answer.refused) return "refused";
    return answer.watched ? "watched" : "let in";
}

std::string clues(const Answer& answer, bool with_weights) {
    std::string text;
    for (const auto& [kind, weight] : answer.clues) {
        if (!text.empty()) text += ", ";
        text += with_weights ? fmt::format("{} {:.1f}", kind, weight / 10.0) : kind;
    }
    if (!text.empty()) return text;
    return answer.refused ? "a list" : "nothing";
}

std::string example(const Example& example) {
    const auto& [person, row, relation, join, answer] = example;
    return fmt::format(
        " person {} on day {:.1f} at server {}: {} by {}, matched [{}]{}, {}\n",
        person,
        static_cast<double>(join.at - kStart) / base::kDayMs,
        join.server,
        outcome(answer),
        clues(answer, true),
        answer.matched,
        answer.by_network ? " by the network" : "",
        relation
    );
}

/// How many of each sort, the most first.
class Tally {
public:
    void add(const std::string& sort) { ++counts_[sort]; }

    [[nodiscard]] std::string print() const {
        std::vector<std::pair<int, std::string>> sorts;
        for (const auto& [sort, count] : counts_) {
            sorts.emplace_back(-count, sort);
        }
        std::ranges::sort(sorts);
        std::string text;
        for (const auto& [count, sort] : sorts) {
            text += fmt::format("{:>6}  {}\n", -count, sort);
        }
        return text;
    }

private:
    std::map<std::string, int> counts_;
};

std::string reason(std::string_view who, const Example& example) {
    const auto& answer = example.answer;
    return fmt::format(
        "{}: {} by {}, {}",
        who,
        outcome(answer),
        clues(answer, false),
        example.relation
    );
}

json::object reuse_json(const ReuseRow& row) {
    return {
        {"comebacks", row.comebacks},
        {"refused", row.refused},
        {"watched", row.watched},
        {"joins", row.joins},
        {"refused_joins", row.refused_joins}};
}

json::array innocents_json(const Report& report) {
    json::array rows;
    for (std::size_t i = 0; i < report.innocents.size(); ++i) {
        const auto& row = report.innocents[i];
        json::object object{
            {"kind", innocent_row_name(i)},
            {"persons", row.persons},
            {"near", row.near},
            {"refused", row.refused},
            {"watched", row.watched},
            {"named", row.named}};
        if (i < kKinds) {
            object["evaders"] = report.evaders_by_kind[i].first;
            object["found"] = report.evaders_by_kind[i].second;
        }
        rows.push_back(std::move(object));
    }
    return rows;
}

json::array comebacks_json(const Report& report) {
    json::array rows;
    for (std::size_t i = 0; i < kComebacks; ++i) {
        const auto& row = report.comebacks[i];
        rows.push_back(json::object{
            {"how", comeback_name(static_cast<Comeback>(i))},
            {"comebacks", row.comebacks},
            {"at_owner", reuse_json(row.at_owner)},
            {"elsewhere", reuse_json(row.elsewhere)}});
    }
    return rows;
}

json::array thresholds_json(const Report& report) {
    json::array rows;
    for (const auto& row : report.thresholds) {
        rows.push_back(json::object{
            {"ban", row.what},
            {"precision", row.precision},
            {"recall", row.recall},
            {"recall_once", row.recall_once}});
    }
    return rows;
}

std::string reasons(const std::vector<Example>& comebacks) {
    Tally tally;
    for (const auto& example : comebacks) {
        tally.add(reason(comeback_name(example.join.truth.how), example));
    }
    return tally.print();
}

}  // namespace

std::string print_table(const Settings& settings, const Report& report) {
    auto text = head(settings, report) + innocents(report) + comebacks(report);
    if (report.foreign_lifts == 0) return text;
    return text + fmt::format("\n{} bans were lifted by strangers\n", report.foreign_lifts);
}

std::string print_examples(const Report& report, std::size_t limit) {
    std::string text = "\nwrongly refused\n";
    for (std::size_t i = 0; i < std::min(limit, report.wrongly_refused.size()); ++i) {
        const auto& wrong = report.wrongly_refused[i];
        text += fmt::format("  {}:", innocent_row_name(wrong.row)) + example(wrong);
    }
    text += "\nmissed\n";
    for (std::size_t i = 0; i < std::min(limit, report.missed.size()); ++i) {
        const auto& missed = report.missed[i];
        text += fmt::format("  {}:", comeback_name(missed.join.truth.how)) + example(missed);
    }
    return text;
}

std::string print_reasons(const Report& report) {
    Tally wrong;
    for (const auto& example : report.wrongly_refused) {
        wrong.add(reason(innocent_row_name(example.row), example));
    }
    return "\nwrong refusals, each person's first\n" + wrong.print() +
           "\nmissed comebacks, each one's first join\n" + reasons(report.missed) +
           "\ncomebacks found, each one's first join\n" + reasons(report.caught);
}

std::string print_thresholds(const Report& report) {
    auto text = fmt::format(
        "\n{:<30}{:>10}{:>10}{:>10}\n",
        "[evidence] ban",
        "precision",
        "recall",
        "once"
    );
    for (const auto& [what, precision, recall, once, is_default] : report.thresholds) {
        const auto* mark = is_default ? "  the default" : "";
        text += fmt::format(
            "{:<30}{:>8.2f} %{:>8.1f} %{:>8.1f} %{}\n",
            what,
            100 * precision,
            100 * recall,
            100 * once,
            mark
        );
    }
    return text;
}

std::string print_json(const Settings& settings, const Report& report) {
    const json::object document{
        {"seed", settings.seed},
        {"persons", settings.persons},
        {"newcomers", settings.newcomers},
        {"servers", settings.servers},
        {"owners", settings.owners},
        {"days", settings.days},
        {"joins", report.joins},
        {"invented_joins", report.invented_joins},
        {"bans", report.bans},
        {"precision", report.precision()},
        {"refused_rightly", report.right},
        {"refused_wrongly", report.wrong},
        {"refused_by_name", report.named},
        {"recall", report.recall()},
        {"evaders", report.evaders},
        {"evaders_reusing", report.reusing},
        {"evaders_found", report.found},
        {"recall_once", report.recall_once()},
        {"evaders_found_once", report.found_once},
        {"foreign_lifts", report.foreign_lifts},
        {"innocents", innocents_json(report)},
        {"comebacks", comebacks_json(report)},
        {"thresholds", thresholds_json(report)}};
    return json::serialize(document) + '\n';
}

}  // namespace drawbridge::population
