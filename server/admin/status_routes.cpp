// Routes of what the daemon says of itself: status and metrics.
#include "admin/backup_json.h"
#include "admin/figures.h"
#include "admin/json.h"
#include "admin/key_json.h"
#include "admin/metrics.h"
#include "admin/removal_json.h"
#include "admin/router.h"
#include "base/version.h"
#include "ingest/counters.h"

#include <algorithm>
#include <utility>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

json::object describe_servers(const ServerFigures& servers) {
    return {
        {"total", servers.total},
        {"online", servers.online},
        {"suspended", servers.suspended},
        {"breaker", servers.breaker},
        {"persons_limited", servers.persons_limited},
        {"behind", servers.behind},
        {"players", servers.players},
    };
}

json::array describe_lists(const Figures& figures) {
    json::array lists;
    for (const auto& list : figures.lists) {
        json::object object;
        object["list"] = list.owner_id.empty() ? "network" : "owner";
        object["owner_id"] =
            list.owner_id.empty() ? json::value(nullptr) : json::value(list.owner_id);
        object["owner"] = list.owner_id.empty() ? json::value(nullptr) : json::value(list.owner);
        object["cursor"] = list.cursor;
        object["entries"] = list.entries;
        lists.push_back(std::move(object));
    }
    return lists;
}

json::object describe_certificate(const Figures& figures) {
    json::object object;
    object["ends_at"] = figures.certificate_ends_at;
    object["days_left"] = (figures.certificate_ends_at - figures.now) / base::kDayMs;
    return object;
}

json::value describe_data_plane(const Figures& figures) {
    if (!figures.data_plane) return nullptr;
    json::object object;
    object["connections"] = figures.data_plane->connections;
    object["parked"] = figures.data_plane->parked;
    object["accepted"] = figures.data_plane->accepted;
    object["refused"] = figures.data_plane->refused_full + figures.data_plane->refused_address;
    return object;
}

json::value describe_backups(const Figures& figures) {
    if (!figures.backups) return nullptr;
    const auto& backups = *figures.backups;
    json::object object;
    object["last"] = backups.last_good ? json::value(describe_backup(*backups.last_good)) : nullptr;
    object["last_failure"] =
        backups.last_failure ? json::value(describe_run(*backups.last_failure)) : nullptr;
    object["current"] = backups.current ? json::value(describe_run(*backups.current)) : nullptr;
    return object;
}

/// Every period there is; of what goes otherwise than by sweeps, the period alone.
json::array describe_retention(const Context& context, const Figures& figures) {
    json::array categories;
    for (const auto& rule : privacy::retention_rules()) {
        if (!rule.is_configured && !rule.period) continue;
        const auto record =
            std::ranges::find(figures.retention, rule.category, &privacy::SweepRecord::category);
        const bool is_swept = record != figures.retention.end();
        const auto& period = context.network.settings.retention.of(rule.category);
        json::object object;
        object["category"] = rule.name;
        object["period_seconds"] =
            period ? json::value(*period / base::kSecondMs) : json::value(nullptr);
        object["deleted"] = is_swept ? json::value(record->deleted) : json::value(nullptr);
        object["oldest_at"] = is_swept ? or_null(record->oldest_at) : json::value(nullptr);
        object["swept_at"] = is_swept ? or_null(record->swept_at) : json::value(nullptr);
        categories.push_back(std::move(object));
    }
    return categories;
}

json::array describe_removals(const Figures& figures) {
    json::array removals;
    for (const auto& removal : figures.removals) {
        removals.push_back(describe_removal(removal));
    }
    return removals;
}

json::value describe_crashes(const Figures& figures) {
    if (!figures.crashes) return nullptr;
    return {{"kept", figures.crashes->kept}, {"last_at", or_null(figures.crashes->last_at)}};
}

/// How requests have ended since the start; endings that never happened are left out.
json::object describe_requests(const ingest::Counters& counters) {
    json::object object;
    for (std::size_t i = 0; i < base::kOutcomeCount; ++i) {
        const auto outcome = static_cast<base::Outcome>(i);
        if (const auto count = counters.of(outcome); count > 0) {
            object[base::describe(outcome).code] = count;
        }
    }
    return object;
}

Reply show_status(const Context& context, const Request& request, const PathValues&) {
    const auto figures = gather(context, request.now);
    json::object object;
    object["version"] = base::version();
    object["boot_id"] = context.network.boot_id;
    object["url"] = context.network.settings.public_url;
    object["started_at"] = figures.started_at;
    object["uptime_seconds"] = (figures.now - figures.started_at) / base::kSecondMs;
    object["certificate"] = describe_certificate(figures);
    object["database"] = {
        {"bytes", figures.database_bytes},
        {"log_bytes", figures.log_bytes},
        {"queue", figures.queue},
        {"state", store::state_name(figures.store)},
        {"recoveries", figures.store_recoveries}};
    object["backups"] = describe_backups(figures);
    object["data_plane"] = describe_data_plane(figures);
    object["crashes"] = describe_crashes(figures);
    object["servers"] = describe_servers(figures.servers);
    object["owners"] = {
        {"total", figures.owners.total},
        {"new", figures.owners.unproven},
        {"limited", figures.owners.limited},
        {"persons_limited", figures.owners.persons_limited}};
    object["removals"] = describe_removals(figures);
    json::object bans;
    for (const auto& [state, count] : figures.bans) {
        bans[bans::state_name(state)] = count;
    }
    object["bans"] = std::move(bans);
    object["orphaned_bans"] = figures.orphaned_bans;
    object["appeals"] = {{"open", figures.appeals.open}, {"overdue", figures.appeals.overdue}};
    object["lists"] = describe_lists(figures);
    object["events"] = {
        {"stored", figures.events.stored},
        {"last_received_at", or_null(figures.events.last_received_at)},
    };
    object["retention"] = describe_retention(context, figures);
    object["audit"] = {
        {"entries", figures.audit.seq},
        {"head", store::print_audit_head(figures.audit)},
    };
    object["keys"] = describe_key_facts(figures.keys);
    object["requests"] = context.options.counters == nullptr
                             ? json::value(nullptr)
                             : json::value(describe_requests(*context.options.counters));
    return answer(object);
}

Reply show_metrics(const Context& context, const Request& request, const PathValues&) {
    const auto figures = gather(context, request.now);
    return {
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        print_metrics(figures, context.options.counters)};
}

}  // namespace

void add_status_routes(Router& router) {
    router.add("GET", "status", show_status);
    router.add("GET", "metrics", show_metrics);
}

}  // namespace drawbridge::admin
