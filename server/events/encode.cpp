#include "events/encode.h"

#include "shared/ids.h"
#include "shared/limits.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace drawbridge::events {
namespace {

namespace json = boost::json;

json::object stamped(const Stamp& stamp) {
    json::object object;
    object["boot_id"] = stamp.boot_id;
    object["server_time"] = stamp.now;
    return object;
}

std::string code_text(std::uint64_t number) {
    return std::string(print_ban_code(number).view());
}

std::string_view mode_name(auth::PropagationMode mode) {
    switch (mode) {
        case auth::PropagationMode::local: return "local";
        case auth::PropagationMode::review: return "review";
        case auth::PropagationMode::automatic: return "auto";
    }
    return "review";
}

std::string_view decision_name(Decision decision) {
    switch (decision) {
        case Decision::allow: return "allow";
        case Decision::watch: return "watch";
        case Decision::ban: return "ban";
        case Decision::none: return "none";
    }
    return "none";
}

void put_match(const Verdict& verdict, json::object& into) {
    const auto& ban = *verdict.ban;
    into["code"] = code_text(ban.number);
    into["category"] = bans::category_name(ban.category);
    into["reason"] = ban.reason;
    into["expires_at"] = ban.expires_at ? json::value(*ban.expires_at) : json::value(nullptr);
    into["scope"] = verdict.on_network ? "network" : "owner";
    json::array matched;
    for (const auto type : verdict.matched) {
        matched.emplace_back(drawbridge::type_name(type));
    }
    into["matched"] = std::move(matched);
}

void put_evidence(const std::vector<identity::Contribution>& because, json::object& into) {
    json::array evidence;
    for (const auto& [kind, type, weight] : because) {
        json::object entry;
        entry["kind"] = identity::kind_name(kind);
        if (type) entry["type"] = drawbridge::type_name(*type);
        entry["weight"] = weight;
        evidence.push_back(std::move(entry));
    }
    into["evidence"] = std::move(evidence);
}

/// `{"verdict":{…}}` without its outer braces.
std::string members_of(std::string_view name, json::object&& value) {
    return fmt::format("\"{}\":{}", name, json::serialize(value));
}

json::object cursors(const ListCursors& lists) {
    return {{"network", lists.network}, {"owner", lists.owner}};
}

void append_result(const EventResult& result, std::string& out) {
    const auto info = base::describe(result.outcome);
    out += "{\"id\":";
    out += result.id ? json::serialize(json::value(*result.id)) : "null";
    out += fmt::format(",\"status\":\"{}\"", info.status);
    if (!info.code.empty()) {
        out += fmt::format(
            ",\"code\":\"{}\",\"field\":{},\"detail\":{}",
            info.code,
            json::serialize(json::value(result.error.field)),
            json::serialize(json::value(result.error.detail))
        );
    } else if (!result.members.empty()) {
        out += ',';
        out += result.members;
    }
    out += '}';
}

}  // namespace

std::string encode_verdict(const Verdict& verdict) {
    json::object object;
    object["decision"] = decision_name(verdict.decision);
    if (verdict.ban) put_match(verdict, object);
    if (!verdict.evidence.empty()) put_evidence(verdict.evidence, object);
    return members_of("verdict", std::move(object));
}

std::string encode_ban_result(std::uint64_t number, bans::BanState state) {
    return members_of("ban", {{"code", code_text(number)}, {"state", bans::state_name(state)}});
}

std::string encode_events_answer(
    const Stamp& stamp,
    const std::vector<EventResult>& results,
    const ListCursors& lists
) {
    std::string out =
        fmt::format(R"({{"boot_id":"{}","server_time":{},"results":[)", stamp.boot_id, stamp.now);
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (i > 0) out += ',';
        append_result(results[i], out);
    }
    out += "],\"lists\":";
    out += json::serialize(cursors(lists));
    out += '}';
    return out;
}

std::string encode_hello_answer(const Stamp& stamp, const HelloAnswer& answer) {
    auto object = stamped(stamp);
    object["server"] = {
        {"id", answer.server->id},
        {"name", answer.server->name},
        {"owner_id", answer.server->owner_id},
        {"mode", mode_name(answer.server->mode)},
    };
    object["tag_scheme"] = kTagScheme;
    object["tag_key"] = {{"version", answer.tag_version}, {"sealed", answer.sealed_tag_key}};
    object["lists"] = cursors(answer.lists);
    object["limits"] = {
        {"events_per_request", kMaxEventsPerRequest},
        {"body_bytes", kMaxEventsBodyBytes},
        {"poll_seconds", kMaxPollSeconds},
    };
    return json::serialize(object);
}

std::string encode_explain_answer(const Stamp& stamp, const std::vector<Verdict>& matches) {
    auto object = stamped(stamp);
    json::array array;
    for (const auto& match : matches) {
        json::object entry;
        put_match(match, entry);
        array.push_back(std::move(entry));
    }
    object["matches"] = std::move(array);
    return json::serialize(object);
}

std::string encode_key_answer(const Stamp& stamp, const KeyAnswer& answer) {
    auto object = stamped(stamp);
    if (!answer.server_id.empty()) object["server_id"] = answer.server_id;
    object["key_id"] = answer.key_id;
    object["sealed"] = answer.sealed;
    if (answer.expires_at) object["expires_at"] = *answer.expires_at;
    return json::serialize(object);
}

std::string encode_problem(const Problem& problem, const Stamp* stamp) {
    const auto info = base::describe(problem.outcome);
    json::object object = stamp == nullptr ? json::object() : stamped(*stamp);
    object["type"] = fmt::format("urn:drawbridge:problem:{}", info.code);
    object["title"] = info.title;
    object["status"] = info.status;
    object["code"] = info.code;
    object["detail"] =
        problem.error.detail.empty() ? std::string(info.title) : problem.error.detail;
    if (!problem.error.field.empty()) object["field"] = problem.error.field;
    if (problem.highest_epoch) object["highest_epoch"] = *problem.highest_epoch;
    if (problem.retry_after_ms) object["retry_after_ms"] = *problem.retry_after_ms;
    return json::serialize(object);
}

}  // namespace drawbridge::events
