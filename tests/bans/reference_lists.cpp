#include "bans/reference_lists.h"

#include "ingest/fixture.h"

#include <algorithm>

namespace drawbridge::test {
namespace {

// Three of one player's tokens make a match, an account alone does.
constexpr std::uint8_t kTokenWorth = 34;
constexpr std::uint8_t kAccountWorth = 100;

bool is_token(const Named& named) {
    return named.type == IdentifierType::token;
}

std::vector<Named> accounts_of(const std::vector<Named>& named) {
    std::vector<Named> accounts;
    std::ranges::remove_copy_if(named, std::back_inserter(accounts), is_token);
    return accounts;
}

void put(Entries& entries, const ReferenceBan& ban, const std::set<Named>& listed) {
    // A ban never ends before its time: a second that has begun counts in full.
    const auto expires =
        ban.expires_at ? static_cast<std::uint32_t>((*ban.expires_at + 999) / 1000) : 0;
    for (const auto& named : listed) {
        entries[{ban.number, prefix_of(named)}] = {
            is_token(named) ? kTokenWorth : kAccountWorth,
            expires};
    }
}

}  // namespace

TagPrefix prefix_of(const Named& named) {
    const auto tag = tag_of(type_name(named.type), named.seed);
    TagPrefix prefix{};
    std::copy_n(tag.begin(), prefix.size(), prefix.begin());
    return prefix;
}

std::optional<ReferenceLists::Index> ReferenceLists::find(std::uint64_t number) const {
    const auto found = by_number_.find(number);
    return found == by_number_.end() ? std::nullopt : std::optional(found->second);
}

void ReferenceLists::join(int server, const std::vector<Named>& accounts, base::UnixMs now) {
    claims_.join(accounts, servers[static_cast<std::size_t>(server)].owner, now);
}

std::set<ReferenceLists::Index> ReferenceLists::banned_already(
    int server,
    const std::vector<Named>& target,
    base::UnixMs now
) const {
    std::set<Index> standing;
    for (Index i = 0; i < bans_.size(); ++i) {
        const auto& ban = bans_[i];
        if (ban.server != server || ban.is_over() || ban.has_ended(now)) continue;
        const auto names = [&](const Named& account) {
            return std::ranges::find(ban.named, account) != ban.named.end();
        };
        if (std::ranges::any_of(accounts_of(target), names)) standing.insert(i);
    }
    return standing;
}

BanState ReferenceLists::first_state(PropagationMode mode) const {
    if (mode == PropagationMode::local) return BanState::local;
    if (mode == PropagationMode::review) return BanState::proposed;
    return grace_ms_ > 0 ? BanState::grace : BanState::active;
}

ReferenceBan ReferenceLists::drawn_up(int server, const Order& order, base::UnixMs now) {
    ReferenceBan ban;
    ban.number = order.number;
    ban.server = server;
    ban.owner = servers[static_cast<std::size_t>(server)].owner;
    ban.named = order.named;
    ban.profile = claims_.name(surest_of(accounts_of(order.named)), *ban.owner, now);
    ban.made_at = now;
    ban.expires_at = order.expires_at;
    return ban;
}

ReferenceLists::Index ReferenceLists::place(int server, const Order& order, base::UnixMs now) {
    const auto mode = mode_of_next(server, now);
    auto ban = drawn_up(server, order, now);
    ban.automatic = mode == PropagationMode::automatic;
    ban.state = first_state(mode);
    if (ban.state == BanState::grace) ban.grace_until = now + grace_ms_;
    return add(std::move(ban));
}

bool ReferenceLists::binds(const ReferenceBan& ban, int server, base::UnixMs now) const {
    if (ban.is_over() || ban.has_ended(now)) return false;
    return ban.state == BanState::active ||
           ban.owner == servers[static_cast<std::size_t>(server)].owner;
}

// It begins no wider than the one it follows from stands, and ends with it.
ReferenceLists::Index
ReferenceLists::follow(Index parent, int server, const Order& order, base::UnixMs now) {
    const auto mode = mode_of_next(server, now);
    const auto& followed = bans_[parent];
    auto ban = drawn_up(server, order, now);
    ban.automatic = mode == PropagationMode::automatic;
    ban.follows = parent;
    ban.expires_at = followed.expires_at;
    if (followed.state == BanState::active) {
        ban.state = first_state(mode);
    } else if (followed.state == BanState::local || followed.state == BanState::rejected) {
        ban.state = BanState::local;
    } else {
        ban.state = mode == PropagationMode::local ? BanState::local : BanState::proposed;
    }
    if (ban.state == BanState::grace) ban.grace_until = now + grace_ms_;
    return add(std::move(ban));
}

ReferenceLists::Ended ReferenceLists::unban(std::optional<Index> index, int server) {
    if (!index) return std::nullopt;
    const auto& ban = bans_[*index];
    const bool is_own = ban.owner == servers[static_cast<std::size_t>(server)].owner;
    if (!is_own || ban.adopted || ban.is_over()) return std::nullopt;
    auto with_it = followers(*index, true);
    change(*index, BanState::lifted);
    for (const auto follower : with_it) {
        change(follower, BanState::lifted);
    }
    return with_it;
}

ReferenceLists::Index ReferenceLists::place_by_staff(
    const Order& order,
    const std::string& staff,
    bool two,
    base::UnixMs now
) {
    ReferenceBan ban;
    ban.number = order.number;
    ban.state = two ? BanState::awaiting : BanState::active;
    ban.named = order.named;
    ban.made_at = now;
    ban.expires_at = order.expires_at;
    ban.profile = claims_.first_known(order.named);
    ban.adopted = true;
    if (two) ban.agreed = staff;
    return add(std::move(ban));
}

ReferenceLists::Ended
ReferenceLists::decide(Index index, BanAction action, const std::string& staff) {
    auto& ban = bans_[index];
    const auto to = ban.after(action);
    if (!to) return std::nullopt;
    if (action == BanAction::reject && !ban.owner) return std::nullopt;
    if (action == BanAction::confirm && ban.agreed == staff) return std::nullopt;
    if (action == BanAction::submit) ban.agreed = staff;
    if (action == BanAction::approve || action == BanAction::confirm || action == BanAction::keep) {
        ban.adopted = true;
    }
    std::set<Index> with_it;
    if (action == BanAction::lift || action == BanAction::overturn)
        with_it = followers(index, false);
    change(index, *to);
    for (const auto follower : with_it) {
        change(follower, *to);
    }
    return with_it;
}

std::set<ReferenceLists::Index>
ReferenceLists::caused(int server, base::UnixMs since, bool adopted_too) const {
    std::set<Index> found;
    for (Index i = 0; i < bans_.size(); ++i) {
        const auto& ban = bans_[i];
        if (ban.server != server || ban.made_at < since || (ban.adopted && !adopted_too)) continue;
        if (!ban.is_over()) found.insert(i);
        found.merge(followers(i, !adopted_too));
    }
    return found;
}

void ReferenceLists::overturn(const std::set<Index>& bans) {
    for (const auto ban : bans) {
        change(ban, BanState::lifted);
    }
}

bool ReferenceLists::open_appeal(Index ban) {
    if (bans_[ban].is_over() || bans_[ban].has_appeal) return false;
    bans_[ban].has_appeal = true;
    return true;
}

bool ReferenceLists::close_appeal(Index ban) {
    return std::exchange(bans_[ban].has_appeal, false);
}

void ReferenceLists::set_mode(int server, PropagationMode mode, base::UnixMs now) {
    auto& changed = servers[static_cast<std::size_t>(server)];
    changed.mode = mode;
    changed.mode_set_at = now;
    changed.behind_breaker = false;
}

void ReferenceLists::tick(base::UnixMs now) {
    for (Index i = 0; i < bans_.size(); ++i) {
        const auto& ban = bans_[i];
        if (ban.is_over()) continue;
        if (ban.has_ended(now)) {
            change(i, BanState::expired);
        } else if (ban.state == BanState::grace && *ban.grace_until <= now) {
            change(i, BanState::active);
        }
    }
}

Entries ReferenceLists::network() const {
    Entries entries;
    for (const auto& ban : bans_) {
        put(entries, ban, ban.on_network);
    }
    return entries;
}

Entries ReferenceLists::of_owner(int owner) const {
    Entries entries;
    for (const auto& ban : bans_) {
        if (ban.owner == owner) put(entries, ban, ban.on_owners);
    }
    return entries;
}

bool ReferenceLists::refuses(int server, const std::vector<Named>& accounts, base::UnixMs now)
    const {
    return std::ranges::any_of(bans_, [&](const ReferenceBan& ban) {
        // The entry ends with the second that the ban's end falls into.
        const bool in_time = !ban.expires_at || now / 1000 < (*ban.expires_at + 999) / 1000;
        const bool is_owners = ban.owner == servers[static_cast<std::size_t>(server)].owner;
        return in_time && std::ranges::any_of(accounts, [&](const Named& account) {
                   return ban.on_network.contains(account) ||
                          (is_owners && ban.on_owners.contains(account));
               });
    });
}

ReferenceLists::Index ReferenceLists::add(ReferenceBan ban) {
    relist(ban);
    by_number_[ban.number] = bans_.size();
    bans_.push_back(std::move(ban));
    return bans_.size() - 1;
}

void ReferenceLists::change(Index index, BanState to) {
    auto& ban = bans_[index];
    ban.state = to;
    ban.grace_until.reset();
    if (ban.is_over()) ban.has_appeal = false;
    relist(ban);
}

// Claims: what one owner says binds that owner; the network takes the surest account, and what two
// owners have seen with it. Lists are made when a ban changes; what is seen later waits for that.
void ReferenceLists::relist(ReferenceBan& ban) const {
    ban.on_network.clear();
    ban.on_owners.clear();
    if (ban.is_over()) return;
    if (!ban.owner) {
        if (ban.state == BanState::active) ban.on_network = {ban.named.begin(), ban.named.end()};
        return;
    }
    const auto surest = surest_of(accounts_of(ban.named));
    for (const auto& named : ban.named) {
        if (is_token(named)) {
            ban.on_owners.insert(named);
            continue;
        }
        const bool is_doubtful =
            is_of_household(named.type) ||
            claims_.was_with_another(named, *ban.owner, *ban.profile, ban.made_at);
        if (named != surest && is_doubtful) continue;
        const bool is_everybodys = named == surest || have_two_witnesses(surest, named);
        const bool is_wide = ban.state == BanState::active && is_everybodys;
        (is_wide ? ban.on_network : ban.on_owners).insert(named);
    }
}

bool ReferenceLists::have_two_witnesses(const Named& one, const Named& other) const {
    const auto owners = claims_.owners_who_saw_both(one, other);
    const auto silent = unheard();
    return std::ranges::count_if(owners, [&](int owner) { return !silent.contains(owner); }) >= 2;
}

std::set<int> ReferenceLists::unheard() const {
    std::set<int> owners;
    for (const auto& server : servers) {
        if (server.suspended || server.behind_breaker) owners.insert(server.owner);
    }
    return owners;
}

std::set<ReferenceLists::Index> ReferenceLists::followers(Index index, bool sparing) const {
    std::set<Index> found;
    for (Index i = 0; i < bans_.size(); ++i) {
        const auto& ban = bans_[i];
        if (ban.follows != index || (sparing && ban.adopted)) continue;
        if (!ban.is_over()) found.insert(i);
        found.merge(followers(i, sparing));
    }
    return found;
}

bool ReferenceLists::is_too_many(int server, base::UnixMs now) const {
    const auto counted = [&](base::UnixMs since) {
        return std::ranges::count_if(bans_, [&](const ReferenceBan& ban) {
            return ban.server == server && ban.automatic && ban.made_at > since;
        });
    };
    const auto mode_set_at = servers[static_cast<std::size_t>(server)].mode_set_at;
    const auto in_ten_minutes = counted(std::max(mode_set_at, now - 10 * base::kMinuteMs)) + 1;
    const auto in_a_day = counted(std::max(mode_set_at, now - base::kDayMs)) + 1;
    const auto ten_minutes_in_30_days = 30 * base::kDayMs / (10 * base::kMinuteMs);
    const bool above_mean = in_ten_minutes * ten_minutes_in_30_days >
                            limits_.times_mean * counted(now - 30 * base::kDayMs);
    return in_ten_minutes > limits_.burst || (in_ten_minutes > limits_.quiet_burst && above_mean) ||
           in_a_day > limits_.day;
}

PropagationMode ReferenceLists::mode_of_next(int server, base::UnixMs now) {
    auto& origin = servers[static_cast<std::size_t>(server)];
    if (origin.mode != PropagationMode::automatic || !is_too_many(server, now)) return origin.mode;
    origin.mode = PropagationMode::review;
    origin.behind_breaker = true;
    for (Index i = 0; i < bans_.size(); ++i) {
        if (bans_[i].server == server && bans_[i].state == BanState::grace) {
            change(i, BanState::proposed);
        }
    }
    return origin.mode;
}

bool ReferenceBan::is_over() const {
    return state == BanState::lifted || state == BanState::expired || state == BanState::superseded;
}

// By action, as the document's second table has them: which states one is for.
std::optional<BanState> ReferenceBan::after(BanAction action) const {
    const auto when = [&](std::set<BanState> from, BanState to) {
        return from.contains(state) ? std::optional(to) : std::nullopt;
    };
    using enum BanState;
    const auto unless_over = [&](BanState to) {
        return is_over() ? std::nullopt : std::optional(to);
    };
    switch (action) {
        case BanAction::approve: return when({proposed, grace, rejected, escalated}, active);
        case BanAction::submit: return when({proposed, grace, rejected, escalated}, awaiting);
        case BanAction::confirm: return when({awaiting}, active);
        case BanAction::reject: return when({proposed, grace, awaiting, escalated}, rejected);
        case BanAction::escalate: return when({proposed, grace, awaiting}, escalated);
        case BanAction::keep: return when({active}, active);
        case BanAction::hold: return when({grace}, proposed);
        case BanAction::end_grace: return when({grace}, active);
        case BanAction::lift:
        case BanAction::unban:
        case BanAction::overturn: return unless_over(lifted);
        case BanAction::supersede: return unless_over(superseded);
        case BanAction::expire: return unless_over(expired);
    }
    return std::nullopt;
}

}  // namespace drawbridge::test
