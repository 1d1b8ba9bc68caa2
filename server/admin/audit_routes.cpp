// Routes of the audit: look through it, verify it.
#include "admin/json.h"
#include "admin/query.h"
#include "admin/router.h"
#include "shared/encoding.h"
#include "store/audit_query.h"
#include "store/audit_verify.h"

#include <string>
#include <utility>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

constexpr int kPage = 100;
constexpr int kMaxPage = 500;
// About a tenth of a second.
constexpr std::int64_t kVerifiedAtOnce = 20'000;

/// A text of an entry; null when it was erased or cannot be opened.
json::value text_or_null(const store::AuditRecord& record, std::string store::AuditTexts::*text) {
    if (!record.texts) return nullptr;
    return json::value((*record.texts).*text);
}

json::object describe_entry(const store::AuditRecord& record) {
    json::object object;
    object["seq"] = record.seq;
    object["at"] = record.at;
    object["actor_kind"] = store::actor_kind_name(record.actor_kind);
    object["actor"] = text_or_null(record, &store::AuditTexts::actor);
    object["action"] = record.action;
    object["target"] = text_or_null(record, &store::AuditTexts::target);
    object["detail"] = text_or_null(record, &store::AuditTexts::detail);
    object["reason"] = text_or_null(record, &store::AuditTexts::reason);
    object["erased_by"] = or_null(record.erased_by);
    object["hash"] = print_hex(record.hash).view();
    return object;
}

store::AuditFilter read_filter(Parameters& parameters) {
    store::AuditFilter filter;
    filter.actor = parameters.text("actor");
    filter.action = parameters.text("action");
    filter.target = parameters.text("target");
    filter.since = parameters.integer("since");
    filter.until = parameters.integer("until");
    filter.after = parameters.integer("after");
    filter.earlier = parameters.integer("earlier");
    filter.limit = parameters.limit(kPage, kMaxPage);
    if (filter.after && filter.earlier) parameters.fail("earlier", "goes not with after");
    return filter;
}

Reply list_audit(const Context& context, const Request& request, const PathValues&) {
    Parameters parameters(request);
    const auto filter = read_filter(parameters);
    if (auto problem = parameters.problem()) return *problem;
    const auto found = store::find_audit(context.reader(), *context.network.sealer, filter);
    json::array entries;
    for (const auto& record : found.records) {
        entries.push_back(describe_entry(record));
    }
    json::object page;
    page["audit"] = std::move(entries);
    // To go on from: also of a finished page, since more will be done.
    page["next"] = or_null(found.last ? found.last : filter.after);
    page["earlier"] = found.more && !filter.after ? or_null(found.first) : nullptr;
    page["more"] = found.more;
    return answer(page);
}

std::optional<store::AuditHead> read_head(Parameters& parameters, const char* name) {
    return parameters.word(name, store::parse_audit_head, "expected SEQ:HEX as status shows it");
}

json::value describe_broken(const std::optional<store::BrokenEntry>& broken) {
    if (!broken) return nullptr;
    json::object object;
    object["seq"] = broken->seq;
    object["fault"] = store::fault_name(broken->fault);
    object["detail"] = store::describe_fault(*broken);
    return object;
}

/// One stretch of the trail: whoever asks goes on from `verified` until it is complete.
Reply verify_audit(const Context& context, const Request& request, const PathValues&) {
    Parameters parameters(request);
    const auto from = read_head(parameters, "after").value_or(store::AuditHead());
    const auto noted = read_head(parameters, "head");
    if (auto problem = parameters.problem()) return *problem;
    const auto check = store::verify_audit(
        context.reader(),
        *context.network.sealer,
        from,
        noted,
        kVerifiedAtOnce
    );
    json::object object;
    object["verified"] = store::print_audit_head(check.verified);
    object["erased"] = check.erased;
    object["entries"] = store::audit_head(context.reader()).seq;
    object["complete"] = check.complete;
    object["broken"] = describe_broken(check.broken);
    return answer(object);
}

}  // namespace

void add_audit_routes(Router& router) {
    router.add("GET", "audit", list_audit);
    router.add("GET", "audit/verify", verify_audit);
}

}  // namespace drawbridge::admin
