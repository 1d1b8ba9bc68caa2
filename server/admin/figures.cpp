#include "admin/figures.h"

#include "admin/ban_json.h"
#include "admin/ban_reach.h"
#include "bans/ban_queries.h"
#include "bans/orphans.h"
#include "pki/certificate.h"
#include "shared/ids.h"
#include "store/files.h"

#include <map>
#include <system_error>

namespace drawbridge::admin {
namespace {

constexpr base::UnixMs kOnline = 3 * base::kMinuteMs;
constexpr std::size_t kMaxCertificate = std::size_t{1024} * 1024;

std::int64_t size_of(const std::filesystem::path& file) {
    std::error_code missing;  // the log is gone after a clean stop, for instance
    const auto size = std::filesystem::file_size(file, missing);
    return missing ? 0 : static_cast<std::int64_t>(size);
}

bool has_current(const Context& context, const auth::ServerRecord& record, bans::ListId list) {
    const auto view = context.network.lists.view(list);
    const auto applied = applied_by(context, record, list);
    return !view || (applied && applied->cursor == view->cursor());
}

ServerFigures count_servers(
    const Context& context,
    const std::vector<auth::ServerRecord>& servers,
    base::UnixMs now
) {
    ServerFigures figures;
    for (const auto& record : servers) {
        if (record.is_removing) continue;
        ++figures.total;
        if (record.server.suspended) ++figures.suspended;
        if (record.breaker_at) ++figures.breaker;
        if (now - record.persons_limited_at.value_or(0) < base::kDayMs) ++figures.persons_limited;
        const auto contact = last_contact(context, record);
        if (!contact || now - *contact > kOnline) continue;
        ++figures.online;
        figures.players += record.players.value_or(0);
        const bool current = has_current(context, record, bans::kNetworkList) &&
                             has_current(context, record, record.server.owner_row);
        if (!current) ++figures.behind;
    }
    return figures;
}

ListFigures describe_list(const Context& context, bans::ListId list) {
    ListFigures figures;
    figures.entries = bans::count_entries(context.reader(), list);
    if (const auto view = context.network.lists.view(list)) {
        figures.cursor = print_cursor(view->cursor()).view();
        figures.version = view->version;
    }
    return figures;
}

std::vector<ListFigures>
describe_lists(const Context& context, const std::vector<auth::ServerRecord>& servers) {
    std::map<bans::ListId, const auth::ServerRecord*> owners;
    for (const auto& record : servers) {
        if (!record.is_removing) owners.emplace(record.server.owner_row, &record);
    }
    std::vector<ListFigures> lists{describe_list(context, bans::kNetworkList)};
    for (const auto& [owner, record] : owners) {
        auto figures = describe_list(context, owner);
        figures.owner_id = record->server.owner_id;
        figures.owner = record->owner_name;
        lists.push_back(std::move(figures));
    }
    return lists;
}

base::UnixMs certificate_end(const std::filesystem::path& file) {
    const auto pem = store::read_file(file, kMaxCertificate);
    return pki::read_certificate({pem.begin(), pem.end()}).not_after;
}

}  // namespace

Figures gather(const Context& context, base::UnixMs now) {
    Figures figures;
    figures.now = now;
    figures.started_at = context.started_at;
    figures.certificate_ends_at = certificate_end(context.options.public_certificate);
    figures.queue = context.writer.queued();
    figures.store = context.writer.state();
    figures.store_recoveries = context.writer.recoveries();
    figures.database_bytes = size_of(context.options.database);
    figures.log_bytes = size_of(context.options.database.string() + "-wal");
    const auto servers = auth::list_servers(context.reader(), *context.network.sealer);
    figures.servers = count_servers(context, servers, now);
    figures.owners = auth::count_owners(context.reader(), now);
    figures.removals = privacy::removals_under_way(context.reader(), *context.network.sealer);
    figures.lists = describe_lists(context, servers);
    figures.bans = bans::count_by_state(context.reader());
    figures.appeals = review::count_appeals(context.reader(), now);
    figures.orphaned_bans = bans::count_orphans(context.reader(), silent_since(context, now));
    figures.events = events::event_totals(context.reader());
    figures.retention = privacy::sweep_records(context.reader());
    figures.audit = store::audit_head(context.reader());
    figures.keys = store::read_key_facts(context.reader());
    if (context.options.data_plane) figures.data_plane = context.options.data_plane();
    if (context.options.crashes) figures.crashes = context.options.crashes();
    if (context.options.backups != nullptr) figures.backups = context.options.backups->figures();
    return figures;
}

}  // namespace drawbridge::admin
