#include "admin/appeal_json.h"

#include "admin/ban_json.h"
#include "admin/json.h"
#include "review/appeal_queries.h"
#include "shared/ids.h"

#include <algorithm>
#include <string>
#include <utility>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

std::optional<review::Appeal> load(const Context& context, std::int64_t id) {
    return review::Appeals(context.reader(), *context.network.sealer).load(id);
}

json::object describe_standing(const review::Appeal& appeal, base::UnixMs now) {
    return {
        {"appeal", appeal.id},
        {"state", review::state_name(appeal.state)},
        {"opened_at", appeal.opened_at},
        {"due_at", appeal.due_at},
        {"overdue", appeal.is_overdue(now)},
        {"decided_at", or_null(appeal.decided_at)}};
}

/// What it is about, in a few words.
void add_ban(const Context& context, std::uint64_t number, json::object& object) {
    object["ban"] = print_ban_code(number).view();
    auto ban = describe_ban(context, number);
    if (!ban) return;
    object["ban_state"] = std::move(ban->at("state"));
    for (const auto* name : {"category", "server", "follows"}) {
        object[name] = std::move(ban->at(name));
    }
}

void add_last_words(const std::vector<review::Message>& messages, json::object& object) {
    const auto& last = messages.back();
    const auto decision =
        std::ranges::find(messages, review::MessageKind::decision, &review::Message::kind);
    object["last_at"] = last.at;
    object["last_by"] = review::kind_name(last.kind);
    object["with"] = last.who;
    const bool is_decided = decision != messages.end();
    object["decided_by"] = is_decided ? json::value(decision->who) : nullptr;
    object["reason"] = is_decided ? json::value(decision->text) : nullptr;
}

}  // namespace

std::optional<json::object>
describe_appeal(const Context& context, std::int64_t id, base::UnixMs now) {
    const auto appeal = load(context, id);
    if (!appeal) return std::nullopt;
    auto object = describe_standing(*appeal, now);
    add_ban(context, appeal->ban, object);
    object["contact"] = text_or_null(appeal->contact);
    add_last_words(review::messages_of(context.reader(), *context.network.sealer, id), object);
    return object;
}

json::array describe_messages(const Context& context, std::int64_t id) {
    json::array messages;
    for (const auto& message : review::messages_of(context.reader(), *context.network.sealer, id)) {
        messages.push_back(
            {{"at", message.at},
             {"from", review::kind_name(message.kind)},
             {"who", message.who},
             {"text", message.text}}
        );
    }
    return messages;
}

json::array describe_appeals_of(const Context& context, std::uint64_t ban, base::UnixMs now) {
    json::array appeals;
    for (const auto id : review::appeals_of(context.reader(), ban)) {
        if (const auto appeal = load(context, id)) {
            appeals.push_back(describe_standing(*appeal, now));
        }
    }
    return appeals;
}

}  // namespace drawbridge::admin
