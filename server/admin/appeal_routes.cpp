// Routes of appeals: staff record what a banned player says, and one of them decides.
#include "admin/appeal_json.h"
#include "admin/ban_json.h"
#include "admin/json.h"
#include "admin/problem.h"
#include "admin/query.h"
#include "admin/router.h"
#include "auth/admin_tokens.h"
#include "bans/bans.h"
#include "review/appeal_queries.h"
#include "shared/ids.h"
#include "shared/limits.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;
using review::AppealError;
using review::AppealState;
using review::MessageKind;

constexpr int kPage = 100;
constexpr int kMaxPage = 500;

Reply refuse_appeal(AppealError error) {
    switch (error) {
        case AppealError::unknown_ban: return refuse(Problem::not_found, "No ban has this code.");
        case AppealError::ban_is_over:
            return refuse(Problem::wrong_state, "This ban is over: there is nothing to appeal.");
        case AppealError::open_already:
            return refuse(
                Problem::wrong_state,
                "An appeal against this ban is open: add what was said with `appeal reply`."
            );
        case AppealError::unknown_appeal: break;
        case AppealError::decided:
            return refuse(Problem::wrong_state, "This appeal is closed: open a new one.");
    }
    return refuse(Problem::not_found, "No appeal has this number, and none is about this ban.");
}

/// By its number, or by the code of a ban: the newest one about it, which is the open one if any.
std::optional<std::int64_t> find_appeal(const Context& context, const std::string& text) {
    if (const auto ban = parse_ban_code(text)) {
        const auto appeals = review::appeals_of(context.reader(), *ban);
        if (appeals.empty()) return std::nullopt;
        return appeals.back();
    }
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return id;
}

Reply show(const Context& context, std::int64_t id, base::UnixMs now, unsigned status = 200) {
    auto object = describe_appeal(context, id, now);
    if (!object) return refuse_appeal(AppealError::unknown_appeal);
    (*object)["messages"] = describe_messages(context, id);
    const auto ban = parse_ban_code(std::string(object->at("ban").as_string())).value();
    auto about = describe_ban(context, ban).value();
    about["changes"] = describe_changes(context, ban);
    about["followers"] = describe_followers(context, ban);
    (*object)["about"] = std::move(about);
    return answer(*object, status);
}

Reply open_appeal(const Context& context, const Request& request, const PathValues& values) {
    const auto ban = parse_ban_code(values.front());
    if (!ban) return refuse_appeal(AppealError::unknown_ban);
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto text = members.optional_text("text", review::kMaxAppealText);
    const auto contact = members.optional_text("contact", review::kMaxContactLength);
    if (auto problem = members.problem()) return *problem;
    std::variant<std::int64_t, AppealError> opened = AppealError::unknown_ban;
    context.write([&](ingest::UnitOfWork& unit) {
        review::Appeals appeals(unit.database, *context.network.sealer);
        opened = appeals.open(
            {*ban, contact, request.now + context.network.settings.appeal_ms},
            {MessageKind::by_player, request.admin, text, request.now}
        );
        const auto* id = std::get_if<std::int64_t>(&opened);
        if (id == nullptr) return;
        const auto code = print_ban_code(*ban);
        const auto detail = "appeal " + std::to_string(*id);
        const auto who = store::by_admin(request.admin);
        unit.audit(who, {"appeal.open", code.view(), {}, detail}, request.now);
    });
    if (const auto* error = std::get_if<AppealError>(&opened)) return refuse_appeal(*error);
    return show(context, std::get<std::int64_t>(opened), request.now, 201);
}

std::optional<bool> parse_yes(std::string_view text) {
    if (text != "true" && text != "false") return std::nullopt;
    return text == "true";
}

Reply list_appeals(const Context& context, const Request& request, const PathValues&) {
    Parameters parameters(request);
    review::AppealFilter filter;
    filter.and_closed = parameters.word("all", parse_yes, "expected true or false").value_or(false);
    filter.after = parameters.integer("after");
    filter.limit = parameters.limit(kPage, kMaxPage);
    if (auto problem = parameters.problem()) return *problem;
    const auto ids = review::find_appeals(context.reader(), filter);
    json::array appeals;
    for (const auto id : ids) {
        if (auto object = describe_appeal(context, id, request.now)) {
            appeals.push_back(*std::move(object));
        }
    }
    json::object page;
    page["appeals"] = std::move(appeals);
    const bool more = ids.size() == static_cast<std::size_t>(filter.limit);
    page["next"] = more ? json::value(ids.back()) : json::value(nullptr);
    return answer(page);
}

Reply show_appeal(const Context& context, const Request& request, const PathValues& values) {
    const auto id = find_appeal(context, values.front());
    return id ? show(context, *id, request.now) : refuse_appeal(AppealError::unknown_appeal);
}

/// One step of an appeal, inside its unit of work.
struct Step {
    const Context& context;
    const Request& request;
    ingest::UnitOfWork& unit;
    review::Appeal appeal;
    std::string text;

    void audit(const store::AuditEntry& entry) const {
        unit.audit(store::by_admin(request.admin), entry, request.now);
    }

    [[nodiscard]] std::string detail() const { return "appeal " + std::to_string(appeal.id); }

    [[nodiscard]] review::Words words(MessageKind kind) const {
        return {kind, request.admin, text, request.now};
    }

    [[nodiscard]] review::Appeals appeals() const {
        return {unit.database, *context.network.sealer};
    }
};

using StepResult = std::optional<Reply>;  // nothing: done

/// Runs one on an appeal that is there, and shows what it has become.
Reply run_step(
    const Context& context,
    const Request& request,
    const std::string& which,
    const std::string& text,
    const std::function<StepResult(const Step&)>& step
) {
    const auto id = find_appeal(context, which);
    StepResult refused;
    context.write([&](ingest::UnitOfWork& unit) {
        review::Appeals appeals(unit.database, *context.network.sealer);
        const auto appeal = id ? appeals.load(*id) : std::nullopt;
        refused = appeal ? step({context, request, unit, *appeal, text})
                         : refuse_appeal(AppealError::unknown_appeal);
    });
    return refused ? *refused : show(context, *id, request.now);
}

StepResult take_reply(const Step& step, MessageKind kind) {
    if (const auto error = step.appeals().reply(step.appeal.id, step.words(kind))) {
        return refuse_appeal(*error);
    }
    const auto code = print_ban_code(step.appeal.ban);
    const auto detail = step.detail() + ", from " + std::string(review::kind_name(kind));
    step.audit({"appeal.reply", code.view(), {}, detail});
    return std::nullopt;
}

Reply reply_to(const Context& context, const Request& request, const PathValues& values) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto text = members.text("text", 1, review::kMaxAppealText);
    const auto from = members.text("from", 1, 16);
    if (from != "player" && from != "staff") members.fail("from", "expected player or staff");
    if (auto problem = members.problem()) return *problem;
    const auto kind = from == "player" ? MessageKind::by_player : MessageKind::by_staff;
    return run_step(context, request, values.front(), text, [kind](const Step& step) {
        return take_reply(step, kind);
    });
}

/// With [bans] second_person nobody upholds a ban of their own, as long as somebody else could.
bool needs_another(const Step& step) {
    if (!step.context.network.settings.second_person) return false;
    const auto& sealer = *step.context.network.sealer;
    const auto own = review::responsible_for(step.unit.database, sealer, step.appeal.ban);
    const auto has_part = [&](const std::string& name) {
        return std::ranges::find(own, name) != own.end();
    };
    if (!has_part(step.request.admin)) return false;
    const auto staff = auth::AdminTokens(step.unit.database, sealer).list();
    return std::ranges::any_of(staff, [&](const auth::Admin& admin) {
        return !admin.revoked_at && !has_part(admin.name);
    });
}

StepResult uphold(const Step& step) {
    if (step.appeal.state == AppealState::open && needs_another(step)) {
        return refuse(
            Problem::wrong_state,
            "You have put this ban in force: somebody else has to uphold it."
        );
    }
    const auto words = step.words(MessageKind::decision);
    if (const auto error = step.appeals().decide(step.appeal.id, AppealState::upheld, words)) {
        return refuse_appeal(*error);
    }
    const auto code = print_ban_code(step.appeal.ban);
    step.audit({"appeal.uphold", code.view(), step.text, step.detail()});
    return std::nullopt;
}

// First the appeal: with its ban it would become moot.
StepResult lift(const Step& step) {
    const auto words = step.words(MessageKind::decision);
    if (const auto error = step.appeals().decide(step.appeal.id, AppealState::lifted, words)) {
        return refuse_appeal(*error);
    }
    const auto ended = step.unit.bans.decide(
        step.appeal.ban,
        bans::BanAction::overturn,
        {step.request.admin, step.text, step.request.now}
    );
    const auto* decided = std::get_if<bans::Bans::Decided>(&ended);
    if (decided == nullptr) throw std::logic_error("a ban that is over had an open appeal");
    const auto code = print_ban_code(step.appeal.ban);
    step.audit({"appeal.lift", code.view(), step.text, step.detail()});
    step.audit({"ban.overturn", code.view(), step.text, {}});
    bans::audit_followers(*decided, [&](const store::AuditEntry& entry) { step.audit(entry); });
    return std::nullopt;
}

void add_decision(Router& router, base::WorkKind pattern, StepResult (*decide)(const Step&)) {
    router.add(
        "POST",
        pattern,
        [decide](const Context& context, const Request& request, const PathValues& values) {
            const auto body = parse_object(request.body);
            if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
            Members members(*body);
            const auto reason = members.text("reason", 1, kMaxReasonLength);
            if (auto problem = members.problem()) return *problem;
            return run_step(context, request, values.front(), reason, decide);
        }
    );
}

}  // namespace

void add_appeal_routes(Router& router) {
    router.add("POST", "bans/{}/appeal", open_appeal);
    router.add("GET", "appeals", list_appeals);
    router.add("GET", "appeals/{}", show_appeal);
    router.add("POST", "appeals/{}/reply", reply_to);
    add_decision(router, "appeals/{}/uphold", uphold);
    add_decision(router, "appeals/{}/lift", lift);
}

}  // namespace drawbridge::admin
