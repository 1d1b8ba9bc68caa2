#include "admin/metrics.h"

#include "base/version.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <string_view>
#include <utility>
#include <vector>

namespace drawbridge::admin {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// Collects families in the order they are written.
class Writer {
public:
    void begin(MetricType type, std::string name, std::string help) {
        MetricFamily family;
        family.name = "drawbridge_" + std::move(name);
        family.help = std::move(help);
        family.type = type;
        families_.push_back(std::move(family));
    }

    void value(double value, std::string_view label = {}, std::string_view text = {}) {
        ClientMetric metric;
        if (!label.empty()) metric.label.push_back({std::string(label), std::string(text)});
        metric.gauge.value = value;
        metric.counter.value = value;  // the family's type says which one is printed
        families_.back().metric.push_back(std::move(metric));
    }

    void gauge(std::string name, std::string help, double amount) {
        begin(MetricType::Gauge, std::move(name), std::move(help));
        value(amount);
    }

    void counter(std::string name, std::string help, double amount) {
        begin(MetricType::Counter, std::move(name), std::move(help));
        value(amount);
    }

    [[nodiscard]] std::string print() const {
        return prometheus::TextSerializer().Serialize(families_);
    }

private:
    std::vector<MetricFamily> families_;
};

double number(auto value) {
    return static_cast<double>(value);
}

double seconds(base::UnixMs moment) {
    return number(moment) / number(base::kSecondMs);
}

void write_process(Writer& out, const Figures& figures) {
    out.begin(MetricType::Gauge, "build_info", "Always 1; the version is the label.");
    out.value(1, "version", base::version());
    out.gauge("start_time_seconds", "Unix time of the start.", seconds(figures.started_at));
    out.gauge(
        "certificate_end_time_seconds",
        "Unix time at which the certificate of the data plane ends.",
        seconds(figures.certificate_ends_at)
    );
    out.gauge("store_queue", "Jobs waiting for the store thread.", number(figures.queue));
    out.begin(MetricType::Gauge, "store_state", "1 for what the store is in, 0 for the others.");
    for (const auto state : store::kStoreStates) {
        out.value(state == figures.store ? 1 : 0, "state", store::state_name(state));
    }
    out.counter(
        "store_recoveries_total",
        "Times the database was reopened and checked after an I/O error.",
        number(figures.store_recoveries)
    );
    out.gauge("database_bytes", "Size of the database file.", number(figures.database_bytes));
    out.gauge("database_log_bytes", "Size of its write-ahead log.", number(figures.log_bytes));
    out.gauge("audit_entries", "Entries of the audit.", number(figures.audit.seq));
}

void write_backups(Writer& out, const store::BackupFigures& backups) {
    const auto& last = backups.last_good;
    out.gauge(
        "backup_time_seconds",
        "Unix time of the newest verified backup, 0 when there is none.",
        last ? seconds(last->facts.created_at) : 0
    );
    out.gauge("backup_bytes", "Its size.", last ? number(last->size) : 0);
    out.gauge("backup_failing", "1 when the last try failed.", backups.last_failure ? 1 : 0);
}

void write_network(Writer& out, const Figures& figures) {
    const auto& servers = figures.servers;
    out.gauge("servers", "Registered game servers.", number(servers.total));
    out.gauge("servers_online", "Seen in the last three minutes.", number(servers.online));
    out.gauge("servers_suspended", "Suspended by staff.", number(servers.suspended));
    out.gauge(
        "servers_breaker",
        "In mode review by the breaker, and not set again by staff.",
        number(servers.breaker)
    );
    out.gauge(
        "servers_persons_limited",
        "Met more players than a server may make known in a day, in the last 24 hours.",
        number(servers.persons_limited)
    );
    out.gauge("owners", "Owners of game servers.", number(figures.owners.total));
    out.gauge("owners_new", "Not yet a witness for others.", number(figures.owners.unproven));
    out.gauge(
        "owners_limited",
        "Banned as much as an owner may, in the last 24 hours.",
        number(figures.owners.limited)
    );
    out.gauge(
        "owners_persons_limited",
        "Met more players than an owner may make known in a day, in the last 24 hours.",
        number(figures.owners.persons_limited)
    );
    out.gauge("servers_removing", "Being removed.", number(figures.removals.size()));
    out.gauge("servers_behind", "Online without the current lists.", number(servers.behind));
    out.gauge("players", "Players on servers that are online.", number(servers.players));
    out.begin(MetricType::Gauge, "bans", "Bans by state.");
    for (const auto& [state, count] : figures.bans) {
        out.value(number(count), "state", bans::state_name(state));
    }
    out.gauge("appeals_open", "Appeals that wait for a decision.", number(figures.appeals.open));
    out.gauge("appeals_overdue", "Past their deadline.", number(figures.appeals.overdue));
    out.gauge(
        "bans_orphaned",
        "On the network, of servers that are gone, and not yet kept by staff.",
        number(figures.orphaned_bans)
    );
    out.begin(
        MetricType::Gauge,
        "list_entries",
        "Entries of a ban list; owner is empty for the network's."
    );
    for (const auto& list : figures.lists) {
        out.value(number(list.entries), "owner", list.owner_id);
    }
    out.begin(MetricType::Gauge, "list_version", "Version of a ban list.");
    for (const auto& list : figures.lists) {
        out.value(number(list.version), "owner", list.owner_id);
    }
    out.counter("events_stored_total", "Events ever stored.", number(figures.events.stored));
}

void write_retention(Writer& out, const std::vector<privacy::SweepRecord>& records) {
    const auto name = [](const auto& record) { return privacy::rule_of(record.category).name; };
    out.begin(MetricType::Counter, "retention_deleted_total", "Rows deleted by their age.");
    for (const auto& record : records) {
        out.value(number(record.deleted), "category", name(record));
    }
    out.begin(
        MetricType::Gauge,
        "retention_oldest_time_seconds",
        "Unix time before which the last sweep left nothing."
    );
    for (const auto& record : records) {
        if (record.oldest_at) out.value(seconds(*record.oldest_at), "category", name(record));
    }
    out.begin(
        MetricType::Gauge,
        "retention_swept_time_seconds",
        "Unix time of the last finished sweep."
    );
    for (const auto& record : records) {
        if (record.swept_at) out.value(seconds(*record.swept_at), "category", name(record));
    }
}

void write_data_plane(Writer& out, const net::Stats& stats) {
    out.gauge("connections", "Open connections of the data plane.", number(stats.connections));
    out.gauge("parked_polls", "Polls waiting for news.", number(stats.parked));
    out.counter("connections_accepted_total", "Connections taken.", number(stats.accepted));
    out.begin(MetricType::Counter, "connections_refused_total", "Connections refused at once.");
    out.value(number(stats.refused_full), "reason", "full");
    out.value(number(stats.refused_address), "reason", "address");
    out.counter(
        "handshakes_failed_total",
        "TLS handshakes that failed.",
        number(stats.failed_handshakes)
    );
    out.counter("timeouts_total", "Connections ended by a time limit.", number(stats.timeouts));
    out.counter("faults_total", "Connections ended by a fault of ours.", number(stats.faults));
    out.begin(MetricType::Counter, "answers_total", "Answers by HTTP status.");
    for (const auto& [status, count] : stats.answers) {
        out.value(number(count), "status", std::to_string(status));
    }
}

void write_outcomes(Writer& out, const ingest::Counters& counters) {
    out.begin(MetricType::Counter, "requests_total", "Requests by how they ended.");
    for (std::size_t i = 0; i < base::kOutcomeCount; ++i) {
        const auto outcome = static_cast<base::Outcome>(i);
        out.value(number(counters.of(outcome)), "outcome", base::describe(outcome).code);
    }
    out.begin(MetricType::Counter, "events_total", "Events by how they ended.");
    for (std::size_t i = 0; i < base::kEventOutcomeCount; ++i) {
        const auto outcome = static_cast<base::EventOutcome>(i);
        const auto info = base::describe(outcome);
        out.value(
            number(counters.of(outcome)),
            "outcome",
            info.code.empty() ? info.status : info.code
        );
    }
}

}  // namespace

std::string print_metrics(const Figures& figures, const ingest::Counters* counters) {
    Writer out;
    write_process(out, figures);
    if (figures.backups) write_backups(out, *figures.backups);
    write_network(out, figures);
    write_retention(out, figures.retention);
    if (figures.data_plane) write_data_plane(out, *figures.data_plane);
    if (counters != nullptr) write_outcomes(out, *counters);
    return out.print();
}

}  // namespace drawbridge::admin
