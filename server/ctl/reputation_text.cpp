#include "ctl/reputation_text.h"

#include "ctl/api.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <vector>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

// With fewer one ban is more than five in a hundred.
constexpr std::int64_t kEnoughForPercent = 20;

std::vector<std::string> row_of(std::string name, const json::object& object) {
    const auto& all = tally_of(object, "all");
    return {
        std::move(name),
        text_of(all, "bans"),
        text_of(all, "standing"),
        text_of(all, "approved"),
        text_of(all, "rejected"),
        print_overturned(all),
        print_overturned(tally_of(object, "recent"))};
}

}  // namespace

std::string print_overturned(const json::object& tally) {
    const auto bans = number_of(tally, "bans").value_or(0);
    const auto overturned = number_of(tally, "overturned").value_or(0);
    if (bans == 0) return "-";
    if (bans < kEnoughForPercent) return fmt::format("{} of {}", overturned, bans);
    return fmt::format("{} % of {}", (overturned * 100 + bans / 2) / bans, bans);
}

std::string print_tally(const json::object& tally) {
    const auto bans = number_of(tally, "bans");
    if (!bans) return "-";
    if (*bans == 0) return "none";
    return fmt::format(
        "{} placed, {} stand; by staff {} approved, {} rejected; {} overturned",
        text_of(tally, "bans"),
        text_of(tally, "standing"),
        text_of(tally, "approved"),
        text_of(tally, "rejected"),
        print_overturned(tally)
    );
}

const json::object& tally_of(const json::object& object, std::string_view window) {
    static const json::object none;
    const auto* reputation = object.if_contains("reputation");
    return reputation == nullptr ? none : reputation->as_object().at(window).as_object();
}

std::string print_issuers(const json::object& server) {
    const auto& issuers = array_of(server, "issuers");
    if (issuers.empty()) return {};
    Table table({"ISSUER", "BANS", "STANDING", "APPROVED", "REJECTED", "OVERTURNED", "IN 90 DAYS"});
    for (const auto& entry : issuers) {
        const auto& issuer = entry.as_object();
        table.add(row_of(text_of(issuer, "issuer"), issuer));
    }
    return "\n" + table.print();
}

}  // namespace drawbridge::ctl
