// Routes of bans: place by staff, look through, decide.
#include "admin/account_json.h"
#include "admin/appeal_json.h"
#include "admin/ban_json.h"
#include "admin/ban_reach.h"
#include "admin/evidence_json.h"
#include "admin/json.h"
#include "admin/link_json.h"
#include "admin/problem.h"
#include "admin/query.h"
#include "admin/reason.h"
#include "admin/router.h"
#include "bans/ban_evidence.h"
#include "bans/ban_queries.h"
#include "bans/bans.h"
#include "shared/ids.h"
#include "shared/limits.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

constexpr int kPage = 100;
constexpr int kMaxPage = 500;
// As typed: "ABCD-EFGH", or with blanks.
constexpr std::size_t kMaxCodeLength = 16;

Reply unknown_ban() {
    return refuse(Problem::not_found, "No ban has this code.");
}

std::optional<Reply> read_new_ban(const Request& request, bans::NewBan& ban) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    ban.target.tags = read_accounts(members, kMaxPlayerTags);
    const auto category = bans::parse_category(members.text("category", 1, 32));
    if (!category) {
        members.fail("category", "expected one of " + std::string(bans::category_names()));
    }
    ban.category = category.value_or(bans::Category::other);
    ban.reason = members.text("reason", 1, kMaxReasonLength);
    const auto seconds = members.integer("duration", 0, std::int64_t{kMaxBanSeconds});
    if (seconds > 0) ban.expires_at = request.now + seconds * base::kSecondMs;
    if (body->contains("evidence")) ban.evidence = read_links(members, "evidence");
    return members.problem();
}

Reply show(const Context& context, std::uint64_t number, base::UnixMs now, unsigned status = 200) {
    auto object = describe_ban(context, number);
    if (!object) return unknown_ban();
    (*object)["orphaned"] = describe_orphan(context, number, now);
    (*object)["changes"] = describe_changes(context, number);
    (*object)["followers"] = describe_followers(context, number);
    (*object)["supersedes"] = describe_superseded(context, number);
    (*object)["evidence"] = describe_evidence(context, number);
    (*object)["detections"] = describe_detections(context, number);
    (*object)["appeals"] = describe_appeals_of(context, number, now);
    (*object)["lists"] = describe_reach(context, number);
    identity::Links links(context.reader());
    (*object)["links"] = describe_links(context, links.of_ban(number));
    return answer(*object, status);
}

Reply add_ban(const Context& context, const Request& request, const PathValues&) {
    bans::NewBan ban;
    if (auto problem = read_new_ban(request, ban)) return *problem;
    std::uint64_t number = 0;
    context.write([&](ingest::UnitOfWork& unit) {
        number =
            unit.bans.place_by_staff(ban, request.admin, request.now, agreement(context)).number;
        const auto category = bans::category_name(ban.category);
        const auto code = print_ban_code(number);
        unit.audit(
            store::by_admin(request.admin),
            {"ban.add", code.view(), ban.reason, category},
            request.now
        );
    });
    return show(context, number, request.now, 201);
}

Reply add_links(const Context& context, const Request& request, const PathValues& values) {
    const auto number = parse_ban_code(values.front());
    if (!number) return unknown_ban();
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto links = read_links(members, "links");
    const auto reason = read_reason(members);
    if (links.empty()) members.fail("links", "expected at least one");
    if (auto problem = members.problem()) return *problem;
    std::optional<Reply> refused;
    context.write([&](ingest::UnitOfWork& unit) {
        if (!unit.bans.load(*number)) {
            refused = unknown_ban();
            return;
        }
        const bans::Evidence like{request.now, store::ActorKind::admin, {}};
        if (!bans::add_evidence(unit.database, *context.network.sealer, *number, links, like)) {
            refused = refuse(Problem::wrong_state, "A ban takes 20 pieces of evidence.");
            return;
        }
        const auto code = print_ban_code(*number);
        const auto detail = std::to_string(links.size()) + (links.size() == 1 ? " link" : " links");
        unit.audit(
            store::by_admin(request.admin),
            {"ban.evidence", code.view(), reason, detail},
            request.now
        );
    });
    return refused ? *refused : show(context, *number, request.now);
}

std::optional<bool> parse_true(std::string_view word) {
    return word == "true" ? std::optional(true) : std::nullopt;
}

Reply list_bans(const Context& context, const Request& request, const PathValues&) {
    Parameters parameters(request);
    bans::BanFilter filter;
    filter.state = parameters.word("state", bans::parse_state, "expected a state of a ban");
    filter.category = parameters.word("category", bans::parse_category, bans::category_names());
    filter.after = parameters.word("after", parse_ban_code, "expected the code of a ban");
    filter.limit = parameters.limit(kPage, kMaxPage);
    const auto server = parameters.text("server");
    const bool orphaned = parameters.word("orphaned", parse_true, "expected true").has_value();
    if (orphaned) filter.orphaned = silent_since(context, request.now);
    if (auto problem = parameters.problem()) return *problem;
    if (server) {
        auth::Servers servers(context.reader(), *context.network.sealer);
        filter.server = servers.find(*server);
        if (!filter.server) return refuse(Problem::not_found, "No server has this name or id.");
    }
    const auto numbers = bans::find_bans(context.reader(), filter);
    json::array found;
    for (const auto number : numbers) {
        auto object = describe_ban(context, number);
        if (!object) continue;
        (*object)["orphaned"] = describe_orphan(context, number, request.now);
        found.push_back(std::move(*object));
    }
    json::object page;
    page["bans"] = std::move(found);
    const bool more = numbers.size() == static_cast<std::size_t>(filter.limit);
    page["next"] = more ? json::value(print_ban_code(numbers.back()).view()) : json::value(nullptr);
    return answer(page);
}

Reply show_ban(const Context& context, const Request& request, const PathValues& values) {
    const auto number = parse_ban_code(values.front());
    return number ? show(context, *number, request.now) : unknown_ban();
}

using bans::BanAction;
using bans::BanError;
using bans::Bans;

std::string_view audited_as(BanAction action) {
    switch (action) {
        case BanAction::approve: return "ban.approve";
        case BanAction::submit: return "ban.submit";
        case BanAction::confirm: return "ban.confirm";
        case BanAction::reject: return "ban.reject";
        case BanAction::escalate: return "ban.escalate";
        case BanAction::lift: return "ban.lift";
        case BanAction::overturn: return "ban.overturn";
        case BanAction::keep: return "ban.keep";
        case BanAction::supersede:
        case BanAction::unban:
        case BanAction::hold:
        case BanAction::end_grace:
        case BanAction::expire: break;
    }
    throw std::logic_error("no route takes this action");
}

/// `text` is the member that holds what staff say to it: optional for a decision, required to lift.
struct DecisionRoute {
    BanAction action;
    const char* text;
    bool text_required;
};

Reply refuse_decision(BanError error) {
    switch (error) {
        case BanError::unknown_code: return unknown_ban();
        case BanError::wrong_state: break;
        case BanError::not_waiting:
            return refuse(
                Problem::wrong_state,
                "The ban does not wait for a second person: there is nothing to confirm."
            );
        case BanError::same_person:
            return refuse(
                Problem::wrong_state,
                "You have agreed to this ban already: a second person has to."
            );
        case BanError::no_owner:
            return refuse(
                Problem::wrong_state,
                "A ban by staff binds nobody off the network: lift it instead."
            );
    }
    return refuse(Problem::wrong_state, "A ban in this state cannot be decided that way.");
}

Reply decide(
    const DecisionRoute& route,
    const Context& context,
    const Request& request,
    const std::string& code
) {
    const auto number = parse_ban_code(code);
    if (!number) return unknown_ban();
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto note = route.text_required ? members.text(route.text, 1, kMaxReasonLength)
                                          : members.optional_text(route.text, kMaxReasonLength);
    if (auto problem = members.problem()) return *problem;

    std::optional<BanError> error;
    context.write([&](ingest::UnitOfWork& unit) {
        const Bans::Decision by{request.admin, note, request.now};
        const auto action = route.action == BanAction::approve
                                ? unit.bans.approval_of(*number, agreement(context))
                                : route.action;
        const auto decided = unit.bans.decide(*number, action, by);
        if (const auto* refused = std::get_if<BanError>(&decided)) {
            error = *refused;
            return;
        }
        const auto audit = [&](const store::AuditEntry& entry) {
            unit.audit(store::by_admin(request.admin), entry, request.now);
        };
        // The code as we print it, however it was typed.
        const auto printed = print_ban_code(*number);
        audit({audited_as(action), printed.view(), note, {}});
        bans::audit_followers(std::get<Bans::Decided>(decided), audit);
    });
    if (error) return refuse_decision(*error);
    return show(context, *number, request.now);
}

Reply refuse_supersession(bans::SupersedeError error) {
    using enum bans::SupersedeError;
    const auto refused = [](std::string_view why) { return refuse(Problem::wrong_state, why); };
    switch (error) {
        case unknown_code: return unknown_ban();
        case unknown_other:
            return refuse(Problem::not_found, "No ban has the code of the one to take its place.");
        case same_ban: return refused("A ban cannot take its own place.");
        case is_over: return refused("The ban is over: there is nothing to take the place of.");
        case other_is_over: return refused("The ban that should take its place is over.");
        case one_family:
            return refused("One of the two follows from the other: they end together as they are.");
        case other_person:
            return refused(
                "The two are not known to be against one player; player link says who is one."
            );
        case narrower:
            return refused("The other ban binds fewer servers: put it on the network first.");
        case shorter:
            return refused("The other ban ends sooner: add --shorter when it is meant to.");
        case unbound:
            return refused("The other ban does not bind the accounts of this one: ban them as well."
            );
        case too_many: break;
    }
    return refused("More than 64 bans would follow from the other one.");
}

std::string print_supersession(std::uint64_t by, const bans::Superseded& done) {
    std::string text = "by ";
    text += print_ban_code(by).view();
    if (!done.followers.empty()) {
        text += ", followers " + std::to_string(done.followers.size());
    }
    if (done.appeal) text += ", appeal " + std::to_string(*done.appeal);
    return text;
}

Reply supersede(const Context& context, const Request& request, const PathValues& values) {
    const auto number = parse_ban_code(values.front());
    if (!number) return unknown_ban();
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto by = parse_ban_code(members.text("by", 1, kMaxCodeLength));
    const bool shorter = members.optional_flag("shorter");
    const auto reason = members.text("reason", 1, kMaxReasonLength);
    if (!by) members.fail("by", "expected the code of a ban");
    if (auto problem = members.problem()) return *problem;

    std::optional<bans::SupersedeError> error;
    context.write([&](ingest::UnitOfWork& unit) {
        const auto result =
            unit.bans.supersede({*number, *by, shorter}, {request.admin, reason, request.now});
        if (const auto* refused = std::get_if<bans::SupersedeError>(&result)) {
            error = *refused;
            return;
        }
        const auto& done = std::get<bans::Superseded>(result);
        const auto audit = [&](std::string_view action, std::uint64_t ban, std::string_view detail
                           ) {
            const auto code = print_ban_code(ban);
            unit.audit(
                store::by_admin(request.admin),
                {action, code.view(), reason, detail},
                request.now
            );
        };
        audit("ban.supersede", *number, print_supersession(*by, done));
        if (done.extended) audit("ban.follow", *done.extended, "accounts of the superseded one");
    });
    return error ? refuse_supersession(*error) : show(context, *number, request.now);
}

void add_decision(Router& router, base::WorkKind pattern, const DecisionRoute& route) {
    router.add(
        "POST",
        pattern,
        [route](const Context& context, const Request& request, const PathValues& values) {
            return decide(route, context, request, values.front());
        }
    );
}

}  // namespace

void add_ban_routes(Router& router) {
    router.add("POST", "bans", add_ban);
    router.add("GET", "bans", list_bans);
    router.add("GET", "bans/{}", show_ban);
    router.add("POST", "bans/{}/evidence", add_links);
    add_decision(router, "bans/{}/approve", {BanAction::approve, "note", false});
    add_decision(router, "bans/{}/confirm", {BanAction::confirm, "note", false});
    add_decision(router, "bans/{}/reject", {BanAction::reject, "note", false});
    add_decision(router, "bans/{}/escalate", {BanAction::escalate, "note", false});
    add_decision(router, "bans/{}/lift", {BanAction::lift, "reason", true});
    add_decision(router, "bans/{}/keep", {BanAction::keep, "reason", true});
    router.add("POST", "bans/{}/supersede", supersede);
}

}  // namespace drawbridge::admin
