// The route of a server's own thresholds of evidence: it may ask for more than the network, never
// for less, so that none can make itself refuse whom the network would let in.
#include "admin/json.h"
#include "admin/problem.h"
#include "admin/reason.h"
#include "admin/router.h"
#include "admin/server_change.h"
#include "admin/threshold_json.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

using Bits = std::optional<std::int64_t>;

/// What a request asks to change.
struct Wanted {
    bool reset = false;
    Bits ban;
    Bits watch;
};

std::optional<Reply> refuse_laxer(std::string_view field, Bits wanted, int network) {
    if (!wanted || *wanted >= network) return std::nullopt;
    return refuse_field(
        field,
        fmt::format(
            "expected {0} or more: the network asks for {0} bits, and a server may ask for more "
            "evidence than the network, never for less",
            network
        )
    );
}

std::optional<Reply>
refuse_thresholds(const auth::OwnThresholds& own, const identity::Thresholds& network) {
    if (auto refused = refuse_laxer("ban", own.ban, network.ban)) return refused;
    if (auto refused = refuse_laxer("watch", own.watch, network.watch)) return refused;
    const auto ban = std::max(std::int64_t{network.ban}, own.ban.value_or(0));
    if (own.watch.value_or(0) <= ban) return std::nullopt;
    return refuse_field("watch", fmt::format("expected at most {}: from there it refuses", ban));
}

auth::OwnThresholds changed(const auth::OwnThresholds& before, const Wanted& wanted) {
    auto own = wanted.reset ? auth::OwnThresholds() : before;
    if (wanted.ban) own.ban = wanted.ban;
    if (wanted.watch) own.watch = wanted.watch;
    return own;
}

std::string print(Bits bits) {
    return bits ? std::to_string(*bits) : "as the network";
}

Reply set_thresholds(const Context& context, const Request& request, const PathValues& values) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    Wanted wanted;
    wanted.reset = members.optional_flag("reset");
    wanted.ban = members.optional_integer("ban", 1, identity::kMostForBan);
    wanted.watch = members.optional_integer("watch", 1, identity::kMostForBan);
    if (!wanted.reset && !wanted.ban && !wanted.watch) {
        members.fail("ban", "expected at least one of ban, watch and reset");
    }
    const auto reason = read_reason(members);
    if (auto problem = members.problem()) return *problem;

    const auto row = find_server(context, values.front());
    if (!row) return unknown_server();
    const auto record =
        auth::load_server_record(context.reader(), *context.network.sealer, *row).value();
    const auto own = changed(record.server.evidence, wanted);
    const auto& network = context.network.settings.evidence;
    if (auto refused = refuse_thresholds(own, network)) return *std::move(refused);
    return change_server(
        context,
        request,
        {values.front(), "server.set_evidence", reason},
        [&](ingest::UnitOfWork& unit, std::int64_t server) {
            unit.servers.set_evidence(server, own);
            return fmt::format("ban {}, watch {}", print(own.ban), print(own.watch));
        }
    );
}

}  // namespace

json::object describe_own_thresholds(const auth::Server& server) {
    return {
        {"own_ban", or_null(server.evidence.ban)},
        {"own_watch", or_null(server.evidence.watch)}};
}

json::object describe_thresholds(const identity::Thresholds& network, const auth::Server& server) {
    const auto holds = identity::stricter(network, server.evidence.ban, server.evidence.watch);
    auto object = describe_own_thresholds(server);
    object["ban"] = holds.ban;
    object["watch"] = holds.watch;
    return object;
}

void add_threshold_routes(Router& router) {
    router.add("PUT", "servers/{}/evidence", set_thresholds);
}

}  // namespace drawbridge::admin
