#include "admin/ruling_json.h"

#include "admin/json.h"
#include "shared/ids.h"

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object describe_ruling(const identity::Ruling& ruling) {
    json::object object;
    object["ruling"] = ruling.id;
    object["kind"] = identity::kind_name(ruling.kind);
    object["profile"] = ruling.profile;
    object["other"] = ruling.other;
    object["made_at"] = ruling.made_at;
    object["by"] = text_or_null(ruling.staff);
    object["reason"] = text_or_null(ruling.reason);
    object["identifiers"] = text_or_null(ruling.identifiers);
    object["undone_at"] = or_null(ruling.undone_at);
    return object;
}

json::object describe(const bans::Ban& ban) {
    json::object object;
    object["code"] = print_ban_code(ban.number).view();
    object["state"] = bans::state_name(ban.state);
    object["category"] = bans::category_name(ban.category);
    object["profile"] = or_null(ban.profile);
    object["follows"] =
        ban.follows ? json::value(print_ban_code(*ban.follows).view()) : json::value(nullptr);
    return object;
}

json::array describe(const std::vector<bans::Ban>& bans) {
    json::array described;
    for (const auto& ban : bans) {
        described.push_back(describe(ban));
    }
    return described;
}

}  // namespace

json::array describe_rulings(const std::vector<identity::Ruling>& rulings) {
    json::array described;
    for (const auto& ruling : rulings) {
        described.push_back(describe_ruling(ruling));
    }
    return described;
}

json::object describe_operation(const review::Operation& operation, bool is_rehearsal) {
    auto object = describe_ruling(operation.ruling);
    object["dry_run"] = is_rehearsal;
    object["lifted"] = describe(operation.lifted);
    object["placed"] = describe(operation.placed);
    object["naming"] = describe(operation.naming);
    object["to_follow"] = describe(operation.to_follow);
    object["let_in"] = json::value_from(operation.let_in);
    object["person"] = json::value_from(operation.person);
    object["other_person"] = json::value_from(operation.other_person);
    if (!is_rehearsal) return object;
    for (auto& ban : object["placed"].as_array()) {
        ban.as_object()["code"] = nullptr;
    }
    if (!operation.ruling.undone_at) object["ruling"] = nullptr;
    return object;
}

}  // namespace drawbridge::admin
