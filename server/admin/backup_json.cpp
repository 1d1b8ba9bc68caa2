#include "admin/backup_json.h"

#include <utility>

namespace drawbridge::admin {

namespace json = boost::json;

namespace {

/// As a parsed document would hold it, since drawbridgectl also reads these without one.
std::int64_t count(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

}  // namespace

json::object describe_backup(const store::Backup& backup) {
    const bool readable = backup.problem.empty();
    json::object object;
    object["name"] = backup.file.filename().string();
    object["bytes"] = count(backup.size);
    object["verified"] = readable;  // a file has its name only after it was read back
    object["problem"] = readable ? json::value(nullptr) : json::value(backup.problem);
    if (!readable) return object;
    object["number"] = count(backup.facts.number);
    object["created_at"] = backup.facts.created_at;
    object["kind"] = store::backup_kind_name(backup.facts.kind);
    object["database_bytes"] = count(backup.facts.plain_size);
    object["schema"] = backup.facts.schema;
    return object;
}

json::object describe_run(const store::BackupRun& run) {
    json::object object;
    object["run"] = count(run.id);
    object["kind"] = store::backup_kind_name(run.kind);
    object["state"] = store::backup_state_name(run.state);
    object["started_at"] = run.started_at;
    object["ended_at"] = run.ended_at == 0 ? json::value(nullptr) : json::value(run.ended_at);
    object["percent"] = run.total == 0 ? 0 : count(run.done * 100 / run.total);
    object["problem"] = run.problem.empty() ? json::value(nullptr) : json::value(run.problem);
    object["backup"] = run.backup ? json::value(describe_backup(*run.backup)) : nullptr;
    return object;
}

json::object describe_backup_list(const std::vector<store::Backup>& backups) {
    json::array list;
    for (const auto& backup : backups) {
        list.push_back(describe_backup(backup));
    }
    return {{"backups", std::move(list)}};
}

}  // namespace drawbridge::admin
