// Routes of the review queue: what players and anticheats say of a person, until staff decide.
#include "admin/ban_json.h"
#include "admin/json.h"
#include "admin/problem.h"
#include "admin/query.h"
#include "admin/router.h"
#include "admin/server_names.h"
#include "events/event_queries.h"
#include "review/case_queries.h"
#include "shared/ids.h"
#include "shared/limits.h"

#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;
using review::CaseState;

constexpr int kPage = 100;
constexpr int kMaxPage = 500;

Reply unknown_case() {
    return refuse(Problem::not_found, "No case has this number.");
}

Reply refuse_decided() {
    return refuse(Problem::wrong_state, "This case has been decided.");
}

std::optional<std::int64_t> parse_id(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id <= 0) return std::nullopt;
    return id;
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object describe_case(const Context& context, const review::Case& found) {
    const auto support = review::support_of(context.reader(), found.id);
    json::object object;
    object["case"] = found.id;
    object["state"] = review::state_name(found.state);
    object["category"] = bans::category_name(found.category);
    object["profile"] = found.profile;
    object["opened_at"] = found.opened_at;
    object["last_at"] = found.last_at;
    object["reports"] = support.reports;
    object["detections"] = support.detections;
    object["reporters"] = support.reporters;
    object["servers"] = support.servers;
    object["owners"] = support.owners;
    object["trusted_owners"] = support.trusted_owners;
    object["decided_at"] = or_null(found.decided_at);
    object["decided_by"] = text_or_null(found.decided_by);
    object["note"] = text_or_null(found.note);
    object["ban"] = found.ban ? json::value(print_ban_code(*found.ban).view()) : json::value();
    return object;
}

json::value describe_reporter(const Context& context, const review::Statement& statement) {
    if (!statement.reporter) return nullptr;
    const auto record = review::record_of(context.reader(), *statement.reporter);
    return json::object{
        {"profile", *statement.reporter},
        {"upheld", record.upheld},
        {"rejected", record.rejected}};
}

/// The words of a report or of an anticheat; null when the event's time is over.
json::value words_of(const Context& context, std::int64_t seq, const char* member) {
    const auto event = events::find_event(context.reader(), *context.network.sealer, seq);
    if (!event) return nullptr;
    json::error_code error;
    const auto payload = json::parse(event->payload, error);
    const auto* object = error ? nullptr : payload.if_object();
    const auto* words = object == nullptr ? nullptr : object->if_contains(member);
    return words == nullptr ? json::value(nullptr) : *words;
}

json::array describe_statements(const Context& context, std::int64_t id) {
    ServerNames servers(context);
    json::array statements;
    for (const auto& statement : review::statements_of(context.reader(), id)) {
        const bool is_report = statement.kind == review::StatementKind::report;
        json::object object;
        object["at"] = statement.at;
        object["server"] = servers.describe(statement.server);
        object["kind"] = review::kind_name(statement.kind);
        object["category"] = bans::category_name(statement.category);
        object["confidence"] = or_null(statement.confidence);
        object["reporter"] = describe_reporter(context, statement);
        object["detector"] =
            is_report ? json::value(nullptr) : words_of(context, statement.event, "detector");
        object["text"] = words_of(context, statement.event, is_report ? "text" : "detail");
        statements.push_back(std::move(object));
    }
    return statements;
}

std::optional<review::Case> load(const Context& context, std::int64_t id) {
    return review::find_case(context.reader(), *context.network.sealer, id);
}

Reply show(const Context& context, std::int64_t id) {
    const auto found = load(context, id);
    if (!found) return unknown_case();
    auto object = describe_case(context, *found);
    object["statements"] = describe_statements(context, id);
    return answer(object);
}

Reply list_cases(const Context& context, const Request& request, const PathValues&) {
    Parameters parameters(request);
    review::CaseFilter filter;
    filter.state = parameters.word(
        "state",
        review::parse_state,
        "expected open, escalated, approved, rejected or withdrawn"
    );
    filter.category = parameters.word("category", bans::parse_category, bans::category_names());
    filter.after = parameters.integer("after");
    filter.limit = parameters.limit(kPage, kMaxPage);
    if (auto problem = parameters.problem()) return *problem;
    const auto ids = review::find_cases(context.reader(), filter);
    json::array cases;
    for (const auto id : ids) {
        if (const auto found = load(context, id)) cases.push_back(describe_case(context, *found));
    }
    json::object page;
    page["cases"] = std::move(cases);
    const bool more = ids.size() == static_cast<std::size_t>(filter.limit);
    page["next"] = more ? json::value(ids.back()) : json::value(nullptr);
    return answer(page);
}

Reply show_case(const Context& context, const Request&, const PathValues& values) {
    const auto id = parse_id(values.front());
    return id ? show(context, *id) : unknown_case();
}

/// What an approval asks for: the ban it places.
std::optional<Reply>
read_approval(const Request& request, const review::Case& found, bans::NewBan& ban) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    ban.reason = members.text("reason", 1, kMaxReasonLength);
    const auto seconds = members.integer("duration", 0, std::int64_t{kMaxBanSeconds});
    const auto category = members.optional_text("category", 32);
    ban.category = bans::parse_category(category).value_or(found.category);
    if (!category.empty() && !bans::parse_category(category)) {
        members.fail("category", "expected one of " + std::string(bans::category_names()));
    }
    if (seconds > 0) ban.expires_at = request.now + seconds * base::kSecondMs;
    return members.problem();
}

Reply approve(const Context& context, const Request& request, const PathValues& values) {
    const auto id = parse_id(values.front());
    const auto found = id ? load(context, *id) : std::nullopt;
    if (!found) return unknown_case();
    bans::NewBan ban;
    if (auto problem = read_approval(request, *found, ban)) return *problem;
    std::optional<Reply> refused;
    context.write([&](ingest::UnitOfWork& unit) {
        const auto now = review::find_case(unit.database, *context.network.sealer, *id);
        if (!now || review::is_decided(now->state)) {
            refused = refuse_decided();
            return;
        }
        ban.target = unit.profiles.accounts(now->profile);
        if (ban.target.tags.empty()) {
            refused = refuse(Problem::wrong_state, "No account of this player is known any more.");
            return;
        }
        const auto placed =
            unit.bans.place_by_staff(ban, request.admin, request.now, agreement(context));
        const auto decided = unit.cases.decide(
            *id,
            CaseState::approved,
            {request.admin, ban.reason, placed.number, request.now}
        );
        if (!std::holds_alternative<review::Case>(decided)) {
            throw std::logic_error("a case changed within one transaction");
        }
        const auto who = store::by_admin(request.admin);
        const auto code = print_ban_code(placed.number);
        const auto category = bans::category_name(ban.category);
        unit.audit(who, {"ban.add", code.view(), ban.reason, category}, request.now);
        unit.audit(
            who,
            {"case.approve", std::to_string(*id), ban.reason, code.view()},
            request.now
        );
    });
    return refused ? *refused : show(context, *id);
}

struct CaseVerb {
    std::string_view action;  // in the audit
    CaseState to;
};

Reply decide(
    const CaseVerb& verb,
    const Context& context,
    const Request& request,
    const std::string& text
) {
    const auto id = parse_id(text);
    if (!id) return unknown_case();
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto reason = members.text("reason", 1, kMaxReasonLength);
    if (auto problem = members.problem()) return *problem;
    std::optional<review::CaseError> error;
    context.write([&](ingest::UnitOfWork& unit) {
        const auto decided =
            unit.cases.decide(*id, verb.to, {request.admin, reason, std::nullopt, request.now});
        if (const auto* refused = std::get_if<review::CaseError>(&decided)) {
            error = *refused;
            return;
        }
        unit.audit(
            store::by_admin(request.admin),
            {verb.action, std::to_string(*id), reason, {}},
            request.now
        );
    });
    if (error == review::CaseError::unknown_case) return unknown_case();
    if (error) return refuse_decided();
    return show(context, *id);
}

void add_verb(Router& router, base::WorkKind pattern, const CaseVerb& verb) {
    router.add(
        "POST",
        pattern,
        [verb](const Context& context, const Request& request, const PathValues& values) {
            return decide(verb, context, request, values.front());
        }
    );
}

}  // namespace

void add_review_routes(Router& router) {
    router.add("GET", "review", list_cases);
    router.add("GET", "review/{}", show_case);
    router.add("POST", "review/{}/approve", approve);
    add_verb(router, "review/{}/reject", {"case.reject", CaseState::rejected});
    add_verb(router, "review/{}/escalate", {"case.escalate", CaseState::escalated});
}

}  // namespace drawbridge::admin
