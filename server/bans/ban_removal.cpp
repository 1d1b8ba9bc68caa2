// Bans of a server that is being removed: forgotten, or left in force without it.
#include "bans/ban_evidence.h"
#include "bans/bans.h"

namespace drawbridge::bans {
namespace {

std::int64_t row_of(const Ban& ban) {
    return static_cast<std::int64_t>(ban.number);
}

}  // namespace

void Bans::forget(const Ban& ban, const Decision& by) {
    const Author author{store::by_admin(by.staff), by.note, by.now};
    end_followers(ban, BanAction::lift, author, Spare::nothing);
    withdraw(ban);
    database_.query("DELETE FROM bans WHERE number = ?").bind(row_of(ban)).run();
}

// The network's entries stay as they are: made anew without an owner they would be those of a ban
// by staff, who vouch for every account they name.
void Bans::detach(const Ban& ban, bool and_owner) {
    const auto nobody = seal_text(store::Column::ban_issuer, ban.number, {});
    database_
        .query(
            "UPDATE bans SET server_id = NULL, issuer = ?, event_id = NULL, mode = NULL "
            "WHERE number = ?"
        )
        .bind(store::ByteView(nobody))
        .bind(row_of(ban))
        .run();
    forget_servers(database_, ban.number);
    forget_evidence_of_server(database_, ban.number);
    if (!and_owner) return;
    if (ban.owner) write_list(*ban.owner, ban, {});
    drop_tags_off_network(ban);
    database_.query("UPDATE bans SET owner_id = NULL WHERE number = ?").bind(row_of(ban)).run();
}

// Hardware tokens, and accounts that only this owner has seen: they bound the owner's servers.
void Bans::drop_tags_off_network(const Ban& ban) {
    for (const auto& banned : tags_of(ban.number)) {
        const auto prefix = tag_prefix(banned.tag);
        {
            auto query = database_.query(
                "SELECT 1 FROM list_entries WHERE list = 0 AND prefix = ? AND ban_number = ?"
            );
            if (query.bind(store::ByteView(prefix)).bind(row_of(ban)).step()) continue;
        }
        database_.query("DELETE FROM ban_tags WHERE ban_number = ? AND tag_id = ?")
            .bind(row_of(ban))
            .bind(banned.id)
            .run();
        tags_.drop_unused(banned.id);
    }
}

}  // namespace drawbridge::bans
