// Routes of backups: ask for one, follow it, list them. Restoring is done where the data is.
#include "admin/backup_json.h"
#include "admin/json.h"
#include "admin/problem.h"
#include "admin/reason.h"
#include "admin/router.h"
#include "shared/encoding.h"

#include <string>
#include <variant>

namespace drawbridge::admin {
namespace {

Reply no_backups() {
    return refuse(Problem::not_found, "This daemon makes no backups.");
}

Reply create_backup(const Context& context, const Request& request, const PathValues&) {
    auto* backups = context.options.backups;
    if (backups == nullptr) return no_backups();
    const auto reason = read_reason(request);
    if (const auto* problem = std::get_if<Reply>(&reason)) return *problem;
    const auto& why = std::get<std::string>(reason);
    context.write([&](ingest::UnitOfWork& unit) {
        const store::AuditEntry entry{"backup.create", "database", why, {}};
        unit.audit(store::by_admin(request.admin), entry, request.now);
    });
    const auto run = backups->run(backups->request());
    if (!run) return refuse(Problem::internal, "The daemon's log says more.");
    return answer(describe_run(*run), 202);
}

Reply show_run(const Context& context, const Request&, const PathValues& values) {
    auto* backups = context.options.backups;
    const auto id = parse_decimal(values.front());
    if (backups == nullptr || !id) return no_backups();
    const auto run = backups->run(*id);
    if (!run) return refuse(Problem::not_found, "No backup of late has this number.");
    return answer(describe_run(*run));
}

Reply list_backups(const Context& context, const Request&, const PathValues&) {
    auto* backups = context.options.backups;
    if (backups == nullptr) return no_backups();
    return answer(describe_backup_list(store::BackupFolder(backups->settings().folder).list()));
}

}  // namespace

void add_backup_routes(Router& router) {
    router.add("POST", "backups", create_backup);
    router.add("GET", "backups", list_backups);
    router.add("GET", "backups/runs/{}", show_run);
}

}  // namespace drawbridge::admin
