// Every state against every action: the document, the table, and what a database then holds.
#include "auth/owners.h"
#include "auth/random.h"
#include "auth/servers.h"
#include "bans/bans.h"
#include "store/journal_record.h"
#include "store/master_key.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <sstream>

using namespace drawbridge;
using bans::BanAction;
using bans::BanState;

namespace {

constexpr base::UnixMs kNow = 1'800'000'000'000;

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream in(line.substr(1));
    for (std::string cell; std::getline(in, cell, '|');) {
        const auto first = cell.find_first_not_of(" `");
        const auto last = cell.find_last_not_of(" `");
        cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
    }
    return cells;
}

/// The cells of the table below the document's heading "Transitions", by state and action.
std::map<std::string, std::map<std::string, std::string>> documented_transitions() {
    std::ifstream file(DRAWBRIDGE_TEST_DATA "/../docs/bans.md");
    std::map<std::string, std::map<std::string, std::string>> table;
    std::vector<std::string> actions;
    bool is_there = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## ")) is_there = line == "## Transitions";
        if (!is_there || !line.starts_with("|") || line.starts_with("|--")) continue;
        const auto cells = cells_of(line);
        if (actions.empty()) {
            actions = cells;
            continue;
        }
        REQUIRE(cells.size() == actions.size());
        for (std::size_t i = 1; i < cells.size(); ++i) {
            table[cells[0]][actions[i]] = cells[i];
        }
    }
    return table;
}

/// One server with bans, on the real schema.
class Court {
public:
    Court() : database(folder_ / "a.db", store::Database::Mode::read_write) {
        const auto master = store::MasterKey::create(folder_ / "master.key");
        store::migrate(database, master);
        sealer.emplace(database, master);
        profiles_.emplace(database, *sealer);
        bans.emplace(database, *sealer, *profiles_);
        auth::Servers servers(database, *sealer);
        const auto added = servers.add({"one", {}, auth::PropagationMode::automatic, {}}, kNow);
        const auto issued = std::get<auth::IssuedKey>(added);
        server.row = servers.find(issued.server_id).value();
        server.id = issued.server_id;
        server.mode = auth::PropagationMode::automatic;
        server.owner_row = auth::Owners(database, *sealer).find("one").value();
        bans::ListMaster::create(database, server.owner_row);
        bans::ListMaster::create(database, bans::kNetworkList);
    }

    /// A standing or ended ban as the daemon would have left it, that ends in an hour.
    std::uint64_t ban_in(BanState state) {
        bans::NewBan wanted;
        Tag tag{};
        auth::fill_random(tag);
        wanted.target.tags.push_back({IdentifierType::license, tag});
        wanted.reason = "aimbot";
        wanted.expires_at = kNow + base::kHourMs;
        const auto number = bans->place(wanted, server, base::kMinuteMs, kNow).ban.number;
        database
            .query(
                "UPDATE bans SET state = ?1, decided_by = NULL, grace_until = CASE ?1 WHEN 3 THEN "
                "grace_until END WHERE number = ?2"
            )
            .bind(static_cast<std::int64_t>(state))
            .bind(static_cast<std::int64_t>(number))
            .run();
        return number;
    }

    /// An open one, whose texts no ban looks at.
    void appeal(std::uint64_t number) {
        database
            .query("INSERT INTO appeals(ban_number, state, opened_at, due_at) VALUES(?, 1, 1, 2)")
            .bind(static_cast<std::int64_t>(number))
            .run();
    }

    /// True: done.
    bool take(std::uint64_t number, BanAction action) {
        switch (action) {
            case BanAction::approve:
            case BanAction::submit:
            case BanAction::confirm:
            case BanAction::reject:
            case BanAction::escalate:
            case BanAction::lift:
            case BanAction::overturn:
            case BanAction::keep:
            case BanAction::supersede: {
                const auto done = bans->decide(number, action, {"ben", "because", kNow});
                if (const auto* error = std::get_if<bans::BanError>(&done)) {
                    const auto refusal = action == BanAction::confirm ? bans::BanError::not_waiting
                                                                      : bans::BanError::wrong_state;
                    CHECK(*error == refusal);
                    return false;
                }
                return true;
            }
            case BanAction::unban:
                return std::holds_alternative<bans::Bans::Decided>(
                    bans->unban(number, server, "because", kNow)
                );
            case BanAction::hold: return bans->hold(server.row, "because", kNow).size() == 1;
            case BanAction::end_grace: return bans->tick(kNow + base::kMinuteMs, 9).size() == 1;
            case BanAction::expire: return bans->tick(kNow + base::kHourMs, 9).size() >= 1;
        }
        return false;
    }

    std::int64_t count(const char* sql, std::uint64_t number) {
        auto query = database.query(sql);
        query.bind(static_cast<std::int64_t>(number));
        return query.step() ? query.integer(0) : -1;
    }

private:
    test::TempFolder folder_;

public:
    store::Database database;
    std::optional<store::Sealer> sealer;
    auth::Server server;
    std::optional<bans::Bans> bans;

private:
    std::optional<identity::Profiles> profiles_;
};

store::BanEnded ended(std::uint64_t number, BanState state) {
    return {number, static_cast<std::uint8_t>(state)};
}

constexpr const char* kNetworkEntries =
    "SELECT count(*) FROM list_entries WHERE list = 0 AND ban_number = ?";
constexpr const char* kEntries = "SELECT count(*) FROM list_entries WHERE ban_number = ?";
constexpr const char* kMoot =
    "SELECT count(*) FROM appeals WHERE ban_number = ? AND state = 4 AND decided_at > 0";
constexpr const char* kTags = "SELECT count(*) FROM ban_tags WHERE ban_number = ?";

/// What a change leaves behind, by the state it led to.
void check_rows(Court& court, std::uint64_t number, BanState from, BanAction action) {
    const auto to = bans::next_state(from, action).value();
    CHECK(court.count(kNetworkEntries, number) == (to == BanState::active ? 1 : 0));
    CHECK(court.count(kEntries, number) == (bans::is_standing(to) ? 1 : 0));
    CHECK(court.count(kTags, number) == (bans::is_standing(to) ? 1 : 0));
    const auto history = bans::changes_of(court.database, *court.sealer, number);
    REQUIRE(history.size() == 2);
    CHECK_FALSE(history[0].from);
    CHECK_FALSE(history[0].action);
    CHECK(history[0].who == court.server.id);
    CHECK(history[1].action == action);
    CHECK(history[1].from == from);
    CHECK(history[1].to == to);
}

}  // namespace

TEST_CASE("the table of states is the document's") {
    const auto documented = documented_transitions();
    CHECK(documented.size() == bans::kBanStates.size());
    for (const auto from : bans::kBanStates) {
        const std::string state(bans::state_name(from));
        REQUIRE_MESSAGE(documented.contains(state), state);
        const auto& row = documented.at(state);
        CHECK(row.size() == bans::kBanActions.size());
        for (const auto action : bans::kBanActions) {
            const std::string name(bans::action_name(action));
            INFO(state << " " << name);
            REQUIRE(row.contains(name));
            const auto to = bans::next_state(from, action);
            CHECK(row.at(name) == (to ? std::string(bans::state_name(*to)) : "–"));
        }
    }
}

TEST_CASE("every action from every state does to the database what the table says") {
    for (const auto from : bans::kBanStates) {
        for (const auto action : bans::kBanActions) {
            INFO(bans::state_name(from) << " " << bans::action_name(action));
            Court court;
            const auto number = court.ban_in(from);
            court.appeal(number);
            const auto to = bans::next_state(from, action);
            CHECK(court.take(number, action) == to.has_value());
            const auto after = court.bans->load(number).value();
            CHECK(after.state == to.value_or(from));
            if (to) {
                check_rows(court, number, from, action);
                CHECK(court.count(kMoot, number) == (bans::is_standing(*to) ? 0 : 1));
                CHECK_FALSE(after.grace_until);
                CHECK(
                    (after.decided_by == "ben") ==
                    (is_decision(action) && action != BanAction::unban)
                );
            } else {
                CHECK(bans::changes_of(court.database, *court.sealer, number).size() == 1);
                CHECK(court.bans->take_changes().size() == 1);  // that of its placement
                CHECK(court.count(kMoot, number) == 0);
            }
        }
    }
}

TEST_CASE("names of states are read back, and no others") {
    for (const auto state : bans::kBanStates) {
        CHECK(bans::parse_state(bans::state_name(state)) == state);
    }
    CHECK_FALSE(bans::parse_state("odd"));
    CHECK_FALSE(bans::parse_state(""));
}

TEST_CASE("who agreed first is not the second person; a ban by staff cannot be rejected") {
    Court court;
    const auto number = court.ban_in(BanState::proposed);
    REQUIRE(court.take(number, BanAction::submit));
    const auto again = court.bans->decide(number, BanAction::confirm, {"ben", "", kNow});
    CHECK(std::get<bans::BanError>(again) == bans::BanError::same_person);
    CHECK(court.bans->load(number)->state == BanState::awaiting);
    const auto second = court.bans->decide(number, BanAction::confirm, {"ann", "", kNow});
    CHECK(std::get<bans::Bans::Decided>(second).ban.adopted);

    bans::NewBan wanted;
    wanted.target.tags.push_back({IdentifierType::license, Tag{1}});
    const auto by_staff = court.bans->place_by_staff(wanted, "ann", kNow).number;
    const auto rejected = court.bans->decide(by_staff, BanAction::reject, {"ben", "", kNow});
    CHECK(std::get<bans::BanError>(rejected) == bans::BanError::no_owner);
}

TEST_CASE("what stopped a grace window does so again in a copy from before, and is no news") {
    for (const auto to :
         {BanState::proposed,
          BanState::escalated,
          BanState::awaiting,
          BanState::rejected,
          BanState::lifted,
          BanState::superseded}) {
        INFO(bans::state_name(to));
        Court court;
        const auto number = court.ban_in(BanState::grace);
        court.bans->end_again(ended(number, to), kNow);
        CHECK(court.bans->load(number)->state == to);
        CHECK(store::pending_facts(court.database).empty());
        (void)court.bans->tick(kNow + base::kMinuteMs, 9);
        CHECK(court.bans->load(number)->state == to);
    }
    Court court;
    const auto number = court.ban_in(BanState::active);
    for (const auto to :
         {BanState::rejected, BanState::proposed, BanState::expired, BanState{99}}) {
        court.bans->end_again(ended(number, to), kNow);
        CHECK(court.bans->load(number)->state == BanState::active);
    }
    court.bans->end_again(ended(number + 1, BanState::lifted), kNow);
    CHECK(court.take(number, BanAction::lift));
    CHECK(store::pending_facts(court.database).size() == 1);
}

TEST_CASE("a copy from before it learns from the journal that a ban was overturned, not pardoned") {
    for (const auto action : {BanAction::overturn, BanAction::lift}) {
        Court court;
        const auto number = court.ban_in(BanState::active);
        REQUIRE(court.take(number, action));
        const auto facts = store::pending_facts(court.database);
        REQUIRE(facts.size() == 1);

        Court copy;
        auto fact = std::get<store::BanEnded>(facts.front());
        CHECK(fact.overturned == (action == BanAction::overturn));
        fact.number = copy.ban_in(BanState::active);
        copy.bans->end_again(fact, kNow);
        const auto history = bans::changes_of(copy.database, *copy.sealer, fact.number);
        CHECK(history.back().action == action);
        CHECK(history.back().to == BanState::lifted);
    }
}

TEST_CASE("the history says who and why, and of a removed server no more than that it was one") {
    Court court;
    const auto number = court.ban_in(BanState::grace);
    REQUIRE(court.take(number, BanAction::escalate));
    REQUIRE(court.take(number, BanAction::approve));
    auto history = bans::changes_of(court.database, *court.sealer, number);
    REQUIRE(history.size() == 3);
    CHECK(history[1].who == "ben");
    CHECK(history[1].reason == "because");
    CHECK(history[1].actor == store::ActorKind::admin);
    court.bans->detach(court.bans->load(number).value(), false);
    history = bans::changes_of(court.database, *court.sealer, number);
    CHECK(history[0].who.empty());
    CHECK(history[0].actor == store::ActorKind::server);
    CHECK(history[1].who == "ben");
    court.bans->forget(court.bans->load(number).value(), {"ben", "", kNow});
    CHECK(court.count("SELECT count(*) FROM ban_changes WHERE ?1 > 0", 1) == 0);
}
