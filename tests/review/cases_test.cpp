#include "review/cases.h"

#include "review/case_queries.h"
#include "review/withdrawals.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <variant>

using namespace drawbridge;
using review::CaseError;
using review::Cases;
using review::CaseState;
using review::Statement;
using review::StatementKind;

namespace {

constexpr base::UnixMs kNow = 1'763'690'000'000;

struct Desk {
    test::TempFolder folder;
    store::Database database{folder / "a.db", store::Database::Mode::read_write};
    store::MasterKey master = store::MasterKey::create(folder / "master.key");
    std::unique_ptr<store::Sealer> sealer;
    std::int64_t events = 0;

    Desk() {
        store::migrate(database, master);
        sealer = std::make_unique<store::Sealer>(database, master);
        database.execute(
            "INSERT INTO owners(id, public_id, name, name_idx, created_at) "
            "VALUES(1, 'own_a', x'', x'01', 1), (2, 'own_b', x'', x'02', 1);"
        );
        for (int server = 1; server <= 3; ++server) {
            database
                .query(
                    "INSERT INTO servers(id, public_id, name, name_idx, owner_id, mode, "
                    "created_at) VALUES(?1, 'srv_' || ?1, x'', CAST(?1 AS BLOB), (?1 + 1) / 2, 2, "
                    "1)"
                )
                .bind(std::int64_t{server})
                .run();
        }
        for (int profile = 1; profile <= 40; ++profile) {
            database.execute("INSERT INTO profiles(first_seen, last_seen) VALUES(1, 1);");
        }
    }

    review::FullServers full;

    [[nodiscard]] Cases cases() { return {database, *sealer, full}; }

    [[nodiscard]] std::optional<review::Case> load(std::int64_t id) {
        return review::find_case(database, *sealer, id);
    }

    Statement report(std::int64_t target, std::int64_t reporter, base::UnixMs at = kNow) {
        Statement statement;
        statement.event = ++events;
        statement.server = 1;
        statement.category = bans::Category::harassment;
        statement.target = target;
        statement.reporter = reporter;
        statement.at = at;
        return statement;
    }

    Statement detection(std::int64_t target, std::int64_t server = 1) {
        Statement statement;
        statement.event = ++events;
        statement.server = server;
        statement.kind = StatementKind::detection;
        statement.category = bans::Category::cheating;
        statement.confidence = 80;
        statement.target = target;
        statement.at = kNow;
        return statement;
    }
};

constexpr Cases::Decision by_ann(std::optional<std::uint64_t> ban = std::nullopt) {
    return {"ann", "saw the clip", ban, kNow + 5};
}

}  // namespace

TEST_CASE("statements about one person gather in one case") {
    Desk desk;
    auto cases = desk.cases();
    REQUIRE(cases.take(desk.report(1, 2)));
    auto later = desk.detection(1, 2);
    later.at = kNow + 7;
    REQUIRE(cases.take(later));
    REQUIRE(cases.take(desk.detection(1, 3)));
    REQUIRE(cases.take(desk.report(9, 2)));

    const auto ids = review::find_cases(desk.database, {});
    REQUIRE(ids.size() == 2);
    const auto found = desk.load(ids[0]).value();
    CHECK(found.state == CaseState::open);
    CHECK(found.profile == 1);
    CHECK(found.category == bans::Category::harassment);
    CHECK(found.opened_at == kNow);
    const auto support = review::support_of(desk.database, ids[0]);
    CHECK(support.reports == 1);
    CHECK(support.detections == 2);
    CHECK(support.reporters == 1);
    CHECK(support.servers == 3);
    CHECK(support.owners == 2);  // servers 1 and 2 are of one owner
    const auto statements = review::statements_of(desk.database, ids[0]);
    REQUIRE(statements.size() == 3);
    CHECK(statements[0].reporter == 2);
    CHECK(statements[1].confidence == 80);
    CHECK(statements[1].kind == StatementKind::detection);
}

TEST_CASE("every state and what a decision makes of it") {
    struct Row {
        CaseState from;
        CaseState to;
        bool permitted;
    };

    using enum CaseState;
    constexpr std::array kRows{
        Row{open, escalated, true},
        Row{open, approved, true},
        Row{open, rejected, true},
        Row{escalated, escalated, true},
        Row{escalated, approved, true},
        Row{escalated, rejected, true},
        Row{approved, escalated, false},
        Row{approved, approved, false},
        Row{approved, rejected, false},
        Row{rejected, escalated, false},
        Row{rejected, approved, false},
        Row{rejected, rejected, false},
    };
    for (const auto& [from, to, permitted] : kRows) {
        Desk desk;
        auto cases = desk.cases();
        REQUIRE(cases.take(desk.report(1, 2)));
        if (from != open) {
            REQUIRE(std::holds_alternative<review::Case>(cases.decide(1, from, by_ann())));
        }
        const auto decided = cases.decide(1, to, by_ann(77));
        CAPTURE(review::state_name(from));
        CAPTURE(review::state_name(to));
        const auto* made = std::get_if<review::Case>(&decided);
        CHECK((made != nullptr) == permitted);
        if (made == nullptr) {
            CHECK(std::get<CaseError>(decided) == CaseError::decided);
            CHECK(desk.load(1)->state == from);
            continue;
        }
        CHECK(made->state == to);
        CHECK(made->decided_by == "ann");
        CHECK(made->note == "saw the clip");
        CHECK(made->ban == 77);
        CHECK(made->decided_at == kNow + 5);
    }
}

TEST_CASE("a case that is not there cannot be decided") {
    Desk desk;
    const auto decided = desk.cases().decide(5, CaseState::rejected, by_ann());
    CHECK(std::get<CaseError>(decided) == CaseError::unknown_case);
}

TEST_CASE("what is said after the decision opens a new case") {
    Desk desk;
    auto cases = desk.cases();
    REQUIRE(cases.take(desk.report(1, 2)));
    REQUIRE(std::holds_alternative<review::Case>(cases.decide(1, CaseState::rejected, by_ann())));
    REQUIRE(cases.take(desk.report(1, 2)));
    CHECK(review::find_cases(desk.database, {}) == std::vector<std::int64_t>{2});
    review::CaseFilter rejected;
    rejected.state = CaseState::rejected;
    CHECK(review::find_cases(desk.database, rejected) == std::vector<std::int64_t>{1});
}

TEST_CASE("a reporter's record counts decided cases, each once") {
    Desk desk;
    auto cases = desk.cases();
    for (const auto target : {3, 4, 5}) {
        REQUIRE(cases.take(desk.report(target, 2)));
    }
    REQUIRE(cases.take(desk.report(3, 2)));
    REQUIRE(std::holds_alternative<review::Case>(cases.decide(1, CaseState::approved, by_ann(7))));
    REQUIRE(std::holds_alternative<review::Case>(cases.decide(2, CaseState::rejected, by_ann())));
    const auto record = review::record_of(desk.database, 2);
    CHECK(record.upheld == 1);
    CHECK(record.rejected == 1);
}

TEST_CASE("nobody reports themselves") {
    Desk desk;
    CHECK_FALSE(desk.cases().take(desk.report(1, 1)));
    CHECK(review::find_cases(desk.database, {}).empty());
}

TEST_CASE("one reporter cannot bury the queue, and may go on after an hour") {
    Desk desk;
    auto cases = desk.cases();
    for (int i = 0; i < review::kMostOfReporterAnHour; ++i) {
        REQUIRE(cases.take(desk.report(10 + i, 2)));
    }
    CHECK_FALSE(cases.take(desk.report(30, 2)));
    CHECK(cases.take(desk.report(30, 3)));
    CHECK(cases.take(desk.report(31, 2, kNow + base::kHourMs)));
}

TEST_CASE("one server cannot bury the queue") {
    Desk desk;
    auto cases = desk.cases();
    for (int i = 0; i < review::kMostOfServerAnHour; ++i) {
        REQUIRE(cases.take(desk.detection(1 + i % 40)));
    }
    CHECK_FALSE(cases.take(desk.detection(1)));
    CHECK(cases.take(desk.detection(1, 2)));

    const auto found = cases.found_full();
    REQUIRE(found);
    CHECK(found->server == 1);
    CHECK(found->until == kNow + base::kHourMs);
    SUBCASE("what the next unit of work knows from memory") {
        desk.full.add(*found);
        desk.database.execute("DELETE FROM case_statements;");
        auto next = desk.cases();
        CHECK_FALSE(next.take(desk.detection(1)));
        auto later = desk.detection(1);
        later.at = found->until;
        CHECK(next.take(later));
    }
    SUBCASE("it ends with the hour of the first statement") {
        auto later = desk.detection(1);
        later.at = found->until - 1;
        CHECK_FALSE(cases.take(later));
        later.at = found->until;
        CHECK(cases.take(later));
    }
}

TEST_CASE("a case holds so much and no more") {
    Desk desk;
    auto cases = desk.cases();
    for (int i = 0; i < review::kMostOfCase; ++i) {
        REQUIRE(cases.take(desk.detection(1, 1 + i % 3)));
    }
    CHECK_FALSE(cases.take(desk.detection(1, 3)));
}

TEST_CASE("what one server has said is taken out, and closes a case that rests on it alone") {
    Desk desk;
    auto cases = desk.cases();
    REQUIRE(cases.take(desk.detection(1, 1)));  // case 1: server 1 alone
    REQUIRE(cases.take(desk.detection(2, 1)));  // case 2: and server 3
    auto later = desk.detection(2, 3);
    later.at = kNow + 7;
    REQUIRE(cases.take(later));
    REQUIRE(cases.take(desk.detection(3, 1)));  // case 3: decided
    REQUIRE(std::holds_alternative<review::Case>(cases.decide(3, CaseState::rejected, by_ann())));
    REQUIRE(cases.take(desk.detection(4, 3)));  // case 4: another server's

    const bans::ServerSpan span{1, kNow, std::nullopt};
    CHECK(review::find_withdrawals(desk.database, {1, kNow + 1, std::nullopt}).empty());
    CHECK(review::find_withdrawals(desk.database, {1, 0, kNow}).empty());
    const auto found = review::find_withdrawals(desk.database, span);
    REQUIRE(found.size() == 2);
    CHECK((found[0].id == 1 && found[0].statements == 1 && found[0].is_all));
    CHECK((found[1].id == 2 && found[1].statements == 1 && !found[1].is_all));

    cases.withdraw(found, by_ann());
    CHECK(desk.load(1).value().state == CaseState::withdrawn);
    CHECK(desk.load(1).value().decided_by == "ann");
    CHECK(review::statements_of(desk.database, 1).size() == 1);
    const auto stands = review::statements_of(desk.database, 2);
    REQUIRE(stands.size() == 1);
    CHECK(stands[0].server == 3);
    CHECK(desk.load(2).value().last_at == kNow + 7);
    CHECK(desk.load(3).value().state == CaseState::rejected);
    CHECK((review::find_cases(desk.database, {}) == std::vector<std::int64_t>{2, 4}));
    CHECK(review::find_withdrawals(desk.database, span).empty());
    const auto again = cases.decide(1, CaseState::approved, by_ann());
    CHECK(std::get<CaseError>(again) == CaseError::decided);
}
