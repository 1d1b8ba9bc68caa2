#include "ingest/revocation.h"

#include "review/withdrawals.h"

#include <fmt/format.h>

#include <algorithm>

namespace drawbridge::ingest {
namespace {

std::string print_counts(const ServerActions& actions) {
    const auto& ended = actions.bans.ended;
    const auto own = std::ranges::count_if(ended, &bans::CausedBan::is_own);
    const auto closed = std::ranges::count_if(actions.cases, &review::Withdrawal::is_all);
    std::int64_t statements = 0;
    for (const auto& withdrawal : actions.cases) {
        statements += withdrawal.statements;
    }
    return fmt::format(
        "bans {}, following {}, kept {}, cases closed {} of {}, statements {}, links {}",
        own,
        static_cast<std::ptrdiff_t>(ended.size()) - own,
        actions.bans.kept.size(),
        closed,
        actions.cases.size(),
        statements,
        actions.links.size()
    );
}

}  // namespace

ServerActions
find_actions(store::Database& database, const bans::ServerSpan& span, bans::Adopted adopted) {
    return {
        bans::caused_bans(database, span, adopted),
        review::find_withdrawals(database, span),
        identity::links_of_server(database, span.server, span.since, span.until)};
}

std::vector<ServerActions> in_steps(const ServerActions& actions) {
    std::vector<ServerActions> steps(1);
    steps.front().bans.kept = actions.bans.kept;
    steps.front().cases = actions.cases;
    steps.front().links = actions.links;
    for (const auto& ban : actions.bans.ended) {
        if (steps.back().bans.ended.size() == kRevokedAtOnce) steps.emplace_back();
        steps.back().bans.ended.push_back(ban);
    }
    return steps;
}

void revoke_actions(UnitOfWork& unit, const ServerActions& step, const RevocationOrder& order) {
    if (step.empty()) return;
    unit.bans.revoke(step.bans.ended, {order.staff, order.reason, order.now});
    unit.cases.withdraw(step.cases, {order.staff, order.reason, std::nullopt, order.now});
    identity::remove_links(unit.database, step.links);
    const auto counts = print_counts(step);
    unit.audit(
        store::by_admin(order.staff),
        {"server.revoke_actions", order.server, order.reason, counts},
        order.now
    );
}

}  // namespace drawbridge::ingest
