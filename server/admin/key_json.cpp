#include "admin/key_json.h"

#include "admin/json.h"

#include <string_view>

namespace drawbridge::admin {

namespace json = boost::json;

namespace {

std::string_view state_of(const store::Reencryption& reencryption) {
    if (reencryption.finished_at) return "done";
    return reencryption.is_checking ? "checking" : "rewriting";
}

}  // namespace

json::object describe_reencryption(const store::Reencryption& reencryption) {
    json::object object;
    object["state"] = state_of(reencryption);
    object["started_at"] = reencryption.started_at;
    object["finished_at"] = or_null(reencryption.finished_at);
    object["percent"] = store::percent_of(reencryption);
    object["rewritten"] = reencryption.rewritten;
    object["cells"] = reencryption.total;
    const bool somewhere = !reencryption.finished_at && !reencryption.column.empty();
    object["column"] = somewhere ? json::value(reencryption.column) : json::value(nullptr);
    return object;
}

json::object describe_key_facts(const store::KeyFacts& facts) {
    json::object object;
    object["master_since"] = facts.master_since;
    object["data_since"] = facts.data_since;
    object["reencryption"] =
        facts.reencryption ? json::value(describe_reencryption(*facts.reencryption)) : nullptr;
    return object;
}

}  // namespace drawbridge::admin
