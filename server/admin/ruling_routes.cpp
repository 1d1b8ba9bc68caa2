// Routes of identity surgery: staff say who is who, and take it back. With `dry_run` the work is
// done, told of and undone.
#include "admin/account_json.h"
#include "admin/ban_json.h"
#include "admin/json.h"
#include "admin/problem.h"
#include "admin/query.h"
#include "admin/router.h"
#include "admin/ruling_json.h"
#include "shared/encoding.h"
#include "shared/ids.h"
#include "shared/limits.h"

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;
using review::Surgery;
using review::SurgeryError;

constexpr int kPage = 100;
constexpr int kMaxPage = 500;

std::optional<std::int64_t> parse_id(std::string_view text) {
    const auto id = parse_decimal(text);
    if (!id || *id > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*id);
}

/// What every operation is told.
struct Wanted {
    std::string reason;
    bool is_rehearsal = false;
};

using Operate = std::function<Surgery::Result(Surgery&, const Surgery::By&)>;

Reply refuse_surgery(SurgeryError error) {
    switch (error) {
        case SurgeryError::unknown_player:
            return refuse(Problem::not_found, "No player has this number.");
        case SurgeryError::unknown_ruling:
            return refuse(Problem::not_found, "No ruling has this number.");
        case SurgeryError::unknown_account:
            return refuse(Problem::not_found, "This player was never seen with that identifier.");
        case SurgeryError::surest_account:
            return refuse(
                Problem::wrong_state,
                "The profile stands for this identifier: take the others off it instead."
            );
        case SurgeryError::others_account:
            return refuse(
                Problem::wrong_state,
                "The identifier is another profile's own already: detach it instead."
            );
        case SurgeryError::same_player: return refuse_field("other", "is the same player");
        case SurgeryError::already_ruled:
            return refuse(Problem::wrong_state, "Staff have said just that, and it is in force.");
        case SurgeryError::contradiction:
            return refuse(
                Problem::wrong_state,
                "Staff have said the opposite of these two: undo that ruling first."
            );
        case SurgeryError::already_undone: break;
    }
    return refuse(Problem::wrong_state, "This ruling has been undone.");
}

void audit(ingest::UnitOfWork& unit, const Surgery::By& by, const review::Operation& done) {
    const auto who = store::by_admin(by.staff);
    const auto& ruling = done.ruling;
    const auto action = ruling.undone_at
                            ? std::string("player.undo")
                            : fmt::format("player.{}", identity::kind_name(ruling.kind));
    const auto players = fmt::format("{}, {}", ruling.profile, ruling.other);
    const auto what = ruling.identifiers.empty() ? "" : ": " + ruling.identifiers;
    const auto detail = fmt::format("ruling {}{}", ruling.id, what);
    unit.audit(who, {action, players, by.reason, detail}, by.now);
    for (const auto& ban : done.lifted) {
        unit.audit(who, {"ban.lift", print_ban_code(ban.number).view(), {}, detail}, by.now);
    }
    for (const auto& ban : done.placed) {
        unit.audit(who, {"ban.follow", print_ban_code(ban.number).view(), {}, detail}, by.now);
    }
}

Reply run(
    const Context& context,
    const Request& request,
    const Wanted& wanted,
    const Operate& operate
) {
    const Surgery::By by{request.admin, wanted.reason, request.now, agreement(context)};
    std::optional<Surgery::Result> result;
    const auto work = [&](ingest::UnitOfWork& unit) {
        const auto& sealer = *context.network.sealer;
        Surgery surgery({unit.database, sealer, unit.profiles, unit.bans});
        result = operate(surgery, by);
        if (const auto* done = std::get_if<review::Operation>(&*result)) {
            audit(unit, by, *done);
        }
    };
    wanted.is_rehearsal ? context.rehearse(work) : context.write(work);
    if (const auto* error = std::get_if<SurgeryError>(&*result)) return refuse_surgery(*error);
    return answer(describe_operation(std::get<review::Operation>(*result), wanted.is_rehearsal));
}

Wanted read_wanted(Members& members) {
    return {members.text("reason", 1, kMaxReasonLength), members.optional_flag("dry_run")};
}

using OnPair = Surgery::Result (Surgery::*)(std::int64_t, std::int64_t, const Surgery::By&);

Reply rule_on_pair(
    OnPair on_pair,
    const Context& context,
    const Request& request,
    const std::string& text
) {
    const auto profile = parse_id(text);
    if (!profile) return refuse_surgery(SurgeryError::unknown_player);
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto wanted = read_wanted(members);
    const auto other = members.integer("other", 1, std::numeric_limits<std::int64_t>::max());
    if (auto problem = members.problem()) return *problem;
    return run(context, request, wanted, [&](Surgery& surgery, const Surgery::By& by) {
        return (surgery.*on_pair)(*profile, other, by);
    });
}

Reply link(const Context& context, const Request& request, const PathValues& values) {
    return rule_on_pair(&Surgery::link, context, request, values.front());
}

Reply unlink(const Context& context, const Request& request, const PathValues& values) {
    return rule_on_pair(&Surgery::unlink, context, request, values.front());
}

using TakeOff = std::function<
    Surgery::Result(Surgery&, std::int64_t, const std::vector<Tag>&, const Surgery::By&)>;

/// At most `most` accounts of one player.
Reply rule_on_accounts(
    const TakeOff& take_off,
    std::size_t most,
    const Context& context,
    const Request& request,
    const std::string& text
) {
    const auto profile = parse_id(text);
    if (!profile) return refuse_surgery(SurgeryError::unknown_player);
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto wanted = read_wanted(members);
    std::vector<Tag> tags;
    for (const auto& account : read_accounts(members, most)) {
        tags.push_back(account.tag);
    }
    if (auto problem = members.problem()) return *problem;
    return run(context, request, wanted, [&](Surgery& surgery, const Surgery::By& by) {
        return take_off(surgery, *profile, tags, by);
    });
}

Reply split(const Context& context, const Request& request, const PathValues& values) {
    return rule_on_accounts(&Surgery::split, kMaxPlayerTags, context, request, values.front());
}

Reply detach(const Context& context, const Request& request, const PathValues& values) {
    const auto take_off = [](Surgery& surgery,
                             std::int64_t profile,
                             const std::vector<Tag>& tags,
                             const Surgery::By& by) {
        return surgery.detach(profile, tags.front(), by);
    };
    return rule_on_accounts(take_off, 1, context, request, values.front());
}

Reply undo(const Context& context, const Request& request, const PathValues& values) {
    const auto id = parse_id(values.front());
    if (!id) return refuse_surgery(SurgeryError::unknown_ruling);
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto wanted = read_wanted(members);
    if (auto problem = members.problem()) return *problem;
    return run(context, request, wanted, [&](Surgery& surgery, const Surgery::By& by) {
        return surgery.undo(*id, by);
    });
}

Reply list_rulings(const Context& context, const Request& request, const PathValues&) {
    Parameters parameters(request);
    identity::RulingFilter filter;
    filter.profile = parameters.integer("profile");
    filter.after = parameters.integer("after");
    filter.limit = parameters.limit(kPage, kMaxPage);
    if (auto problem = parameters.problem()) return *problem;
    const auto found = identity::Rulings(context.reader(), *context.network.sealer).find(filter);
    json::object page;
    page["rulings"] = describe_rulings(found);
    const bool more = found.size() == static_cast<std::size_t>(filter.limit);
    page["next"] = more ? json::value(found.back().id) : json::value(nullptr);
    return answer(page);
}

}  // namespace

void add_ruling_routes(Router& router) {
    router.add("GET", "rulings", list_rulings);
    router.add("POST", "players/{}/link", link);
    router.add("POST", "players/{}/unlink", unlink);
    router.add("POST", "players/{}/split", split);
    router.add("POST", "players/{}/detach", detach);
    router.add("POST", "rulings/{}/undo", undo);
}

}  // namespace drawbridge::admin
