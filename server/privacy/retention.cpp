#include "privacy/retention.h"

#include "shared/limits.h"

namespace drawbridge::privacy {
namespace {

using std::string_view;

constexpr std::array kEvents{string_view("events")};
constexpr std::array kSamples{string_view("samples")};
constexpr std::array kBans{
    string_view("bans"),
    string_view("ban_changes"),
    string_view("ban_evidence")};
constexpr std::array kCases{string_view("cases"), string_view("case_statements")};
constexpr std::array kAppeals{string_view("appeals"), string_view("appeal_messages")};
constexpr std::array kNames{string_view("names")};
constexpr std::array kSightings{string_view("sightings"), string_view("tags")};
constexpr std::array kRequests{string_view("requests")};
constexpr std::array kStanding{
    string_view("bans"),
    string_view("ban_changes"),
    string_view("ban_evidence"),
    string_view("ban_tags"),
    string_view("tags"),
    string_view("list_entries")};
constexpr std::array<string_view, 0> kNoTable{};
constexpr std::array kSessions{string_view("sessions")};
constexpr std::array kEventIds{string_view("event_ids")};
constexpr std::array kBudget{string_view("budget")};
constexpr std::array kListChanges{string_view("list_changes")};
constexpr std::array kProfiles{
    string_view("profiles"),
    string_view("tags"),
    string_view("claims"),
    string_view("links"),
    string_view("rulings"),
    string_view("ruled_pairs"),
    string_view("ruled_tags")};
constexpr std::array kServers{
    string_view("owners"),
    string_view("servers"),
    string_view("server_keys"),
    string_view("removals"),
    string_view("removal_steps")};
constexpr std::array kStaff{string_view("admins")};
constexpr std::array kInstance{
    string_view("meta"),
    string_view("keyring"),
    string_view("reencryption"),
    string_view("lists"),
    string_view("purges"),
    string_view("breaches")};
constexpr std::array kAudit{string_view("audit")};

constexpr Period days(std::int64_t count) {
    return count * base::kDayMs;
}

constexpr Period kNever = std::nullopt;
constexpr Period kEventIdMs = static_cast<base::UnixMs>(kEventHorizonMs);

constexpr Rule configured(
    Category category,
    string_view name,
    Period period,
    string_view meaning,
    std::span<const string_view> tables
) {
    return {category, name, true, false, period, meaning, tables};
}

constexpr Rule or_never(Rule rule) {
    rule.may_be_never = true;
    return rule;
}

constexpr Rule fixed(
    Category category,
    string_view name,
    Period period,
    string_view meaning,
    std::span<const string_view> tables
) {
    return {category, name, false, false, period, meaning, tables};
}

using enum Category;

constexpr std::array<Rule, kCategoryCount> kRules{
    or_never(configured(
        events,
        "events",
        days(90),
        "what game servers report, after its receipt",
        kEvents
    )),
    or_never(configured(
        telemetry,
        "telemetry",
        days(30),
        "heartbeats and player counts, after their receipt",
        kEvents
    )),
    configured(errors, "errors", days(30), "error reports, after their receipt", kEvents),
    or_never(configured(
        samples,
        "samples",
        days(365),
        "mean and peak of a server's players in each hour",
        kSamples
    )),
    or_never(configured(
        expired_bans,
        "expired_bans",
        days(730),
        "history entry of a ban, after its time was over",
        kBans
    )),
    or_never(configured(
        lifted_bans,
        "lifted_bans",
        days(730),
        "history entry of a ban, after it was lifted or superseded",
        kBans
    )),
    or_never(configured(
        cases,
        "cases",
        days(730),
        "case of the review queue, after it was decided",
        kCases
    )),
    or_never(configured(
        appeals,
        "appeals",
        days(730),
        "appeal and its correspondence, after the decision",
        kAppeals
    )),
    configured(
        names,
        "names",
        days(90),
        "display name of a player, after it was last seen",
        kNames
    ),
    configured(
        sightings,
        "sightings",
        days(90),
        "with whom a hardware token was seen, after the last time",
        kSightings
    ),
    configured(
        requests,
        "requests",
        days(30),
        "request log: refusals, openings, what staff asked",
        kRequests
    ),
    configured(traces, "traces", days(30), "traces of crashes: files, not rows", kNoTable),
    fixed(
        standing_bans,
        "standing_bans",
        kNever,
        "while the ban is in force; tags and list entries go in the moment it ends",
        kStanding
    ),
    fixed(sessions, "sessions", days(1), "after the join", kSessions),
    fixed(event_ids, "event_ids", kEventIdMs, "after the event was made", kEventIds),
    fixed(budget, "budget", days(1), "until the day ends", kBudget),
    fixed(list_changes, "list_changes", kNever, "the last 4,096 of each list", kListChanges),
    fixed(profiles, "profiles", kNever, "not deleted by time", kProfiles),
    fixed(servers, "servers", kNever, "until the server is removed", kServers),
    fixed(staff, "staff", kNever, "never: tells who an entry of the audit is", kStaff),
    fixed(instance, "instance", kNever, "as long as the instance", kInstance),
    fixed(audit, "audit", kNever, "never", kAudit),
};

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < kRules.size(); ++i) {
        if (static_cast<std::size_t>(kRules[i].category) != i) return false;
    }
    return true;
}

static_assert(is_in_order(), "one rule a category, in the order of the enumerators");

}  // namespace

std::span<const Rule, kCategoryCount> retention_rules() {
    return kRules;
}

const Rule& rule_of(Category category) {
    return kRules.at(static_cast<std::size_t>(category));
}

Periods::Periods() {
    for (const auto& rule : kRules) {
        set(rule.category, rule.period);
    }
}

}  // namespace drawbridge::privacy
