// Routes of the database's keys: what there is, and replacing it. No answer holds a key.
#include "admin/json.h"
#include "admin/key_json.h"
#include "admin/problem.h"
#include "admin/reason.h"
#include "admin/router.h"
#include "ingest/key_rotation.h"

#include <string>
#include <variant>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

json::object describe_key(const store::KeySet& keys, const store::RingKey& key) {
    const bool is_dated = key.purpose >= store::KeyPurpose::event;
    json::object object;
    object["id"] = key.id;
    object["purpose"] = store::purpose_name(key.purpose);
    object["week_begins_at"] =
        is_dated ? json::value(key.week * store::kWeekMs) : json::value(nullptr);
    object["replaced"] = keys.newest(key.purpose, key.week) != &key;
    return object;
}

Reply list_keys(const Context& context, const Request&, const PathValues&) {
    auto object = describe_key_facts(store::read_key_facts(context.reader()));
    const auto keys = context.network.sealer->keys();
    json::array list;
    for (const auto& key : keys->all()) {
        list.push_back(describe_key(*keys, *key));
    }
    object["keys"] = std::move(list);
    return answer(object);
}

Reply answer_reencryption(const Context& context, bool begun) {
    const auto record = store::read_reencryption(context.reader());
    if (!record) return refuse(Problem::not_found, "There was no re-encryption yet.");
    auto object = describe_reencryption(*record);
    object["begun"] = begun;
    return answer(object, begun ? 202 : 200);
}

Reply reencrypt(const Context& context, const Request& request, const PathValues&) {
    const auto reason = read_reason(request);
    if (const auto* problem = std::get_if<Reply>(&reason)) return *problem;
    const auto& why = std::get<std::string>(reason);
    const auto cells = store::count_cells(context.reader());
    bool begun = false;
    context.write([&](ingest::UnitOfWork& unit) {
        const auto actor = store::by_admin(request.admin);
        begun = unit.begin_reencryption(actor, why, cells, request.now);
    });
    return answer_reencryption(context, begun);
}

constexpr std::string_view kCredential =
    "The master key is a credential of the service manager, which the daemon cannot write: put it "
    "into the data folder as master.key (0600), take LoadCredential out of the unit, restart, "
    "rotate, and make the new master.key the credential in the same way back.";

Reply rotate(const Context& context, const Request& request, const PathValues&) {
    const auto reason = read_reason(request);
    if (const auto* problem = std::get_if<Reply>(&reason)) return *problem;
    auto* backups = context.options.backups;
    if (context.options.master_key.empty() || backups == nullptr) {
        return refuse(Problem::wrong_state, kCredential);
    }
    const auto rewrapped = ingest::rotate_master_key(
        context.network,
        context.writer,
        {context.options.master_key, *backups, context.options.journal},
        store::by_admin(request.admin),
        std::get<std::string>(reason)
    );
    json::array foreign;
    for (const auto& name : rewrapped.foreign) {
        foreign.emplace_back(name);
    }
    json::object object;
    object["master_since"] = store::read_key_facts(context.reader()).master_since;
    object["backups"] = rewrapped.done;
    object["backups_not_ours"] = std::move(foreign);
    return answer(object);
}

Reply show_reencryption(const Context& context, const Request&, const PathValues&) {
    return answer_reencryption(context, false);
}

}  // namespace

void add_key_routes(Router& router) {
    router.add("GET", "keys", list_keys);
    router.add("POST", "keys/rotate", rotate);
    router.add("POST", "keys/reencrypt", reencrypt);
    router.add("GET", "keys/reencryption", show_reencryption);
}

}  // namespace drawbridge::admin
