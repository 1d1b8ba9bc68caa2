// What game servers do in a history.
#include "bans/history.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>

namespace drawbridge::test {
namespace {

// Of bans, in seconds; 0 for ever.
constexpr std::array<std::int64_t, 6> kDurations{0, 0, 20, 600, 3600, 172'800};

std::string member(const boost::json::object& object, const char* of, const char* name) {
    return std::string(object.at(of).at(name).as_string());
}

}  // namespace

std::optional<boost::json::object>
History::send(int server, std::string_view type, const std::string& members) {
    auto& site = sites_[static_cast<std::size_t>(server)];
    if (!lists_.servers[static_cast<std::size_t>(server)].suspended) {
        return fixture_.event(site.sender, type, members);
    }
    const auto body = fmt::format(
        R"({{"events":[{{"id":"{}","type":"{}","at":{},{}}}]}})",
        fresh_uuid(fixture_.now),
        type,
        fixture_.now,
        members
    );
    const auto refused = fixture_.post(site.sender, "/v1/events", body);
    REQUIRE(refused.status() == 403);
    count("suspended, refused");
    return std::nullopt;
}

void History::ban() {
    const int server = any_server();
    const auto owner = lists_.servers[static_cast<std::size_t>(server)].owner;
    const auto& persona = personas_.any();
    ReferenceLists::Order order{0, personas_.some_accounts(persona), std::nullopt};
    const auto accounts = order.named;
    if (random_.chance(0.7)) {
        const auto tokens = tokens_of(persona, owner);
        order.named.insert(order.named.end(), tokens.begin(), tokens.end());
    }
    const auto seconds = kDurations.at(random_.below(kDurations.size()));
    if (seconds > 0) order.expires_at = fixture_.now + seconds * base::kSecondMs;
    const auto& name = sites_[static_cast<std::size_t>(server)].name;
    say(fmt::format("{} bans {} for {} s", name, describe(order.named), seconds));
    const auto result = send(
        server,
        "ban",
        fmt::format(
            R"("target":{},"category":"cheating","reason":"aim bot","duration":{})",
            print_player(order.named),
            seconds
        )
    );
    if (!result) return;
    order.number = parse_ban_code(member(*result, "ban", "code")).value();
    const auto standing = lists_.banned_already(server, accounts, fixture_.now);
    if (!standing.empty()) {
        REQUIRE(standing.contains(lists_.find(order.number).value_or(lists_.bans().size())));
        count("banned already");
        return;
    }
    REQUIRE_FALSE(lists_.find(order.number));
    const auto mode_before = lists_.servers[static_cast<std::size_t>(server)].mode;
    const auto placed = lists_.place(server, order, fixture_.now);
    const auto mode = lists_.servers[static_cast<std::size_t>(server)].mode;
    say(fmt::format("  -> {}{}", name_of(placed), mode != mode_before ? ", the breaker trips" : "")
    );
    REQUIRE(member(*result, "ban", "state") == bans::state_name(lists_.bans()[placed].state));
    count(mode != mode_before ? "breaker" : "ban");
}

void History::join() {
    play(personas_.any());
}

void History::come_back() {
    play(personas_.anew());
}

// Players go from server to server, so that several owners see the same.
void History::play(const Persona& who) {
    do {
        joins(any_server(), who);
        fixture_.now += 1;
    } while (random_.chance(0.4));
}

void History::joins(int server, const Persona& who) {
    const auto owner = lists_.servers[static_cast<std::size_t>(server)].owner;
    auto named = who.accounts;
    const auto tokens = tokens_of(who, owner);
    named.insert(named.end(), tokens.begin(), tokens.end());
    say(fmt::format("{} joins {}", describe(named), sites_[static_cast<std::size_t>(server)].name));
    const auto session = fresh_uuid(fixture_.now);
    const auto result = send(
        server,
        "join",
        fmt::format(R"("session":"{}","player":{})", session, print_player(named))
    );
    if (!result) return;
    const bool is_refused = lists_.refuses(server, who.accounts, fixture_.now);
    lists_.join(server, who.accounts, fixture_.now);
    note_found();
    const auto profile = lists_.claims().homes().at(surest_of(who.accounts));
    const bool is_ruled_out = lists_.is_ruled_out(server, profile, fixture_.now);
    const auto followed = note_following(server, surest_of(who.accounts));
    if (followed) check_following(server, profile, *followed);
    const auto decision = member(*result, "verdict", "decision");
    count("join, " + decision);
    if (is_refused || followed || is_ruled_out) REQUIRE(decision == "ban");
    if (is_ruled_out && !is_refused) count("join, refused by staff's word");
    REQUIRE(decision != "none");
    if (decision != "ban") return;
    const auto code = parse_ban_code(member(*result, "verdict", "code")).value();
    const auto by = lists_.find(code).value();
    say(fmt::format("  -> refused by {}", name_of(by)));
    const auto& ban = lists_.bans()[by];
    REQUIRE_FALSE(ban.is_over());
    REQUIRE((ban.state == BanState::active || ban.owner == owner));
    if (followed && !is_refused) REQUIRE(by == *followed);
}

std::optional<History::Index> History::note_following(int server, const Named& surest) {
    const auto unknown = unknown_ban();
    if (!unknown) return std::nullopt;
    REQUIRE(unknown->server == sites_[static_cast<std::size_t>(server)].row);
    REQUIRE(unknown->follows);
    const auto parent = lists_.find(static_cast<std::uint64_t>(*unknown->follows)).value();
    REQUIRE(lists_.binds(lists_.bans()[parent], server, fixture_.now));
    REQUIRE(lists_.banned_already(server, {surest}, fixture_.now).empty());
    const ReferenceLists::Order order{unknown->number, {surest}, std::nullopt};
    const auto placed = lists_.follow(parent, server, order, fixture_.now);
    say(fmt::format("  -> {} follows from {}", name_of(placed), name_of(parent)));
    count("following");
    return placed;
}

// What evidence would do, without it: so chains of bans get longer than joins make them.
void History::follow() {
    const int server = any_server();
    const auto parent = any_ban();
    const auto key = fixture_.network().ring.current()->find(
        sites_[static_cast<std::size_t>(server)].sender.key_id
    );
    if (!parent || key->server->suspended) return;
    const auto surest =
        surest_of(random_.chance(0.3) ? personas_.any().accounts : personas_.anew().accounts);
    // Evidence would not, of who is told apart.
    const auto home = lists_.claims().first_known({surest});
    if (home && lists_.is_told_apart(*home, *parent)) return;
    bans::NewBan wanted;
    wanted.target.tags = {{surest.type, tag_of(type_name(surest.type), surest.seed)}};
    std::variant<bans::Bans::Placed, bans::FollowError> followed = bans::FollowError::too_many;
    const auto number = lists_.bans()[*parent].number;
    fixture_.unit([&](ingest::UnitOfWork& work) {
        followed = work.bans.place_following(number, wanted, *key->server, grace_ms_, fixture_.now);
    });
    say(fmt::format("{} has {} follow", describe({surest}), name_of(*parent)));
    const auto* placed = std::get_if<bans::Bans::Placed>(&followed);
    const bool binds = lists_.binds(lists_.bans()[*parent], server, fixture_.now);
    REQUIRE((placed != nullptr) == binds);
    count(binds ? "followed" : "followed, refused");
    if (!binds) return;
    const auto standing = lists_.banned_already(server, {surest}, fixture_.now);
    REQUIRE(placed->is_new == standing.empty());
    if (placed->is_new) REQUIRE(note_following(server, surest));
}

void History::unban() {
    const auto ban = any_ban();
    if (!ban) return;
    const auto& named = lists_.bans()[*ban];
    const int server = named.server && random_.chance(0.8) ? *named.server : any_server();
    unban(server, ban, std::string(print_ban_code(named.number).view()));
}

void History::unban_anothers() {
    const auto ban = any_ban();
    const int server = any_server();
    const auto owner = lists_.servers[static_cast<std::size_t>(server)].owner;
    if (!ban || lists_.bans()[*ban].owner == owner) {
        unban(server, std::nullopt, "ABCD-EFGH");
    } else {
        unban(server, ban, std::string(print_ban_code(lists_.bans()[*ban].number).view()));
    }
}

void History::unban(int server, std::optional<Index> ban, const std::string& code) {
    const auto what = ban ? name_of(*ban) : code;
    say(fmt::format("{} unbans {}", sites_[static_cast<std::size_t>(server)].name, what));
    const auto result = send(server, "unban", fmt::format(R"("code":"{}")", code));
    if (!result) return;
    const auto ended = lists_.unban(ban, server);
    count(ended ? "unban" : "unban, unknown");
    if (ended && !ended->empty()) count("unban with followers");
    if (ended) {
        REQUIRE(member(*result, "ban", "state") == "lifted");
    } else {
        REQUIRE(result->at("code") == "unknown_code");
    }
}

void History::poll() {
    const int server = any_server();
    auto& [name, row, sender, held] = sites_[static_cast<std::size_t>(server)];
    const auto& state = lists_.servers[static_cast<std::size_t>(server)];
    say(fmt::format("{} polls", name));
    count("poll");
    if (state.suspended) {
        REQUIRE(fixture_.get(sender, "/v1/bans?network=0&owner=0&wait=0").status() == 403);
        return;
    }
    fixture_.sync(sender, held);
    REQUIRE(entries_of(held.network) == lists_.network());
    REQUIRE(entries_of(held.owner) == lists_.of_owner(state.owner));
}

}  // namespace drawbridge::test
