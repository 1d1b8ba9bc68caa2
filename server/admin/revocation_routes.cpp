// Routes of taking back what a server has caused: look ahead, do it.
#include "admin/ban_json.h"
#include "admin/json.h"
#include "admin/problem.h"
#include "admin/query.h"
#include "admin/router.h"
#include "auth/server_queries.h"
#include "ingest/revocation.h"
#include "shared/ids.h"
#include "shared/limits.h"

#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

constexpr std::int64_t kEndOfTime = std::numeric_limits<std::int64_t>::max();

struct Wanted {
    bans::ServerSpan span;  // its server is found later
    bans::Adopted adopted = bans::Adopted::spared;
    std::string reason;
};

std::string_view word_of(bans::Adopted adopted) {
    return adopted == bans::Adopted::included ? "lift" : "keep";
}

std::optional<bans::Adopted> parse_adopted(std::string_view word) {
    if (word == "keep") return bans::Adopted::spared;
    if (word == "lift") return bans::Adopted::included;
    return std::nullopt;
}

constexpr std::string_view kWords = "expected keep or lift";

/// What is wrong with the times, if anything: the name of the member and a sentence.
std::optional<std::pair<const char*, const char*>>
check(const bans::ServerSpan& span, base::UnixMs now) {
    if (span.since > now) return {{"since", "lies ahead"}};
    if (span.until && *span.until <= span.since) return {{"until", "expected later than since"}};
    return std::nullopt;
}

std::variant<Wanted, Reply> read_parameters(const Request& request) {
    Parameters parameters(request);
    Wanted wanted;
    const auto since = parameters.integer("since");
    if (!since) parameters.fail("since", "expected Unix milliseconds");
    wanted.span.since = since.value_or(0);
    wanted.span.until = parameters.integer("until");
    wanted.adopted = parameters.word("adopted", parse_adopted, kWords).value_or(wanted.adopted);
    if (const auto wrong = check(wanted.span, request.now)) {
        parameters.fail(wrong->first, wrong->second);
    }
    if (auto problem = parameters.problem()) return *std::move(problem);
    return wanted;
}

std::variant<Wanted, Reply> read_body(const Request& request) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    Wanted wanted;
    wanted.span.since = members.integer("since", 0, kEndOfTime);
    if (body->contains("until")) wanted.span.until = members.integer("until", 0, kEndOfTime);
    if (const auto word = members.optional_text("adopted", 16); !word.empty()) {
        const auto adopted = parse_adopted(word);
        if (!adopted) members.fail("adopted", kWords);
        wanted.adopted = adopted.value_or(wanted.adopted);
    }
    wanted.reason = members.text("reason", 1, kMaxReasonLength);
    if (const auto wrong = check(wanted.span, request.now)) {
        members.fail(wrong->first, wrong->second);
    }
    if (auto problem = members.problem()) return *std::move(problem);
    return wanted;
}

/// The server's own bans, or those that followed from them.
json::object describe_bans(const ingest::ServerActions& actions, bool own) {
    json::object states;
    json::array codes;
    std::set<std::int64_t> players;
    std::set<std::int64_t> servers;
    for (const auto& ban : actions.bans.ended) {
        if (ban.is_own != own) continue;
        auto& count = states[bans::state_name(ban.state)];
        count = count.is_null() ? 1 : count.as_int64() + 1;
        codes.emplace_back(print_ban_code(ban.number).view());
        if (ban.profile) players.insert(*ban.profile);
        if (ban.server) servers.insert(*ban.server);
    }
    json::object object;
    object["count"] = codes.size();
    object["states"] = std::move(states);
    object["players"] = players.size();
    object["servers"] = servers.size();
    object["codes"] = std::move(codes);
    return object;
}

json::object describe_cases(const ingest::ServerActions& actions) {
    json::array closed;
    json::array reduced;
    std::int64_t statements = 0;
    for (const auto& withdrawal : actions.cases) {
        (withdrawal.is_all ? closed : reduced).emplace_back(withdrawal.id);
        statements += withdrawal.statements;
    }
    json::object object;
    object["statements"] = statements;
    object["closed"] = std::move(closed);
    object["reduced"] = std::move(reduced);
    return object;
}

json::object describe(
    const Context& context,
    const auth::ServerRecord& record,
    const Wanted& wanted,
    const ingest::ServerActions& actions
) {
    const auto& server = record.server;
    json::object object;
    object["server"] = {{"id", server.id}, {"name", server.name}, {"suspended", server.suspended}};
    object["since"] = wanted.span.since;
    object["until"] = or_null(wanted.span.until);
    object["adopted"] = word_of(wanted.adopted);
    object["bans"] = describe_bans(actions, true);
    object["following"] = describe_bans(actions, false);
    json::array kept;
    for (const auto number : actions.bans.kept) {
        if (auto ban = describe_ban(context, number)) kept.push_back(std::move(*ban));
    }
    object["kept"] = std::move(kept);
    object["cases"] = describe_cases(actions);
    object["links"] = actions.links.size();
    return object;
}

Reply unknown_server() {
    return refuse(Problem::not_found, "No server has this name or id.");
}

std::optional<auth::ServerRecord> find(const Context& context, const std::string& name) {
    auto& database = context.reader();
    const auto& sealer = *context.network.sealer;
    const auto row = auth::Servers(database, sealer).find(name);
    return row ? auth::load_server_record(database, sealer, *row) : std::nullopt;
}

Reply look_ahead(const Context& context, const Request& request, const PathValues& values) {
    auto read = read_parameters(request);
    if (const auto* problem = std::get_if<Reply>(&read)) return *problem;
    auto& wanted = std::get<Wanted>(read);
    const auto record = find(context, values.front());
    if (!record) return unknown_server();
    wanted.span.server = record->server.row;
    const auto actions = ingest::find_actions(context.reader(), wanted.span, wanted.adopted);
    auto object = describe(context, *record, wanted, actions);
    object["revoked_at"] = nullptr;
    return answer(object);
}

Reply revoke(const Context& context, const Request& request, const PathValues& values) {
    auto read = read_body(request);
    if (const auto* problem = std::get_if<Reply>(&read)) return *problem;
    auto& wanted = std::get<Wanted>(read);
    const auto record = find(context, values.front());
    if (!record) return unknown_server();
    wanted.span.server = record->server.row;
    const auto actions = ingest::find_actions(context.reader(), wanted.span, wanted.adopted);
    const auto& id = record->server.id;
    for (const auto& step : ingest::in_steps(actions)) {
        context.write([&](ingest::UnitOfWork& unit) {
            ingest::revoke_actions(unit, step, {id, request.admin, wanted.reason, request.now});
        });
    }
    auto object = describe(context, *record, wanted, actions);
    object["revoked_at"] = request.now;
    return answer(object);
}

}  // namespace

void add_revocation_routes(Router& router) {
    router.add("GET", "servers/{}/actions", look_ahead);
    router.add("POST", "servers/{}/revoke-actions", revoke);
}

}  // namespace drawbridge::admin
