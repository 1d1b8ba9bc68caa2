// Every route that may change something, taken from the router itself: each writes one entry of the
// audit, and does nothing when that entry cannot be written.
#include "admin/fixture.h"
#include "identity/joins.h"
#include "review/case_queries.h"
#include "shared/digest.h"
#include "shared/tag.h"
#include "store/audit_query.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

using drawbridge::test::AdminFixture;
namespace admin = drawbridge::admin;
namespace json = boost::json;
namespace store = drawbridge::store;

namespace {

/// Makes what a route works on; what stands for `{}` in its pattern.
using Prepare = std::string (*)(AdminFixture&);

/// How to call a route so that it does its work.
struct Recipe {
    Prepare prepare;
    json::object body;
    std::string action;
    std::string reason = "why";
    std::size_t entries = 1;  // the first one has this action
};

std::string nothing(AdminFixture&) {
    return {};
}

std::string server(AdminFixture& fixture) {
    REQUIRE(fixture.send("POST", "servers", {{"name", "one"}}).status == 201);
    return "one";
}

std::string administrator(AdminFixture& fixture) {
    REQUIRE(fixture.send("POST", "admins", {{"name", "bob"}}).status == 201);
    REQUIRE(fixture.send("POST", "admins", {{"name", "carl"}}).status == 201);
    return "bob";
}

/// As a game server proposes it.
std::string proposed_ban(AdminFixture& fixture) {
    const auto name = server(fixture);
    std::string code;
    fixture.context().write([&](drawbridge::ingest::UnitOfWork& unit) {
        drawbridge::auth::Server origin;
        origin.row = unit.servers.find(name).value();
        origin.owner_row = 1;
        origin.mode = drawbridge::auth::PropagationMode::review;
        const auto placed = unit.bans.place({}, origin, 0, AdminFixture::kNow);
        code = drawbridge::print_ban_code(placed.ban.number).view();
        unit.audit(store::by_server("srv_one"), {"ban.place", code, {}, {}}, AdminFixture::kNow);
    });
    return code;
}

std::string banning_server(AdminFixture& fixture) {
    (void)proposed_ban(fixture);
    return "one";
}

/// Of a server, on the network without the word of staff.
std::string active_ban(AdminFixture& fixture) {
    const auto code = proposed_ban(fixture);
    const auto number = drawbridge::parse_ban_code(code).value();
    fixture.open()
        ->query("UPDATE bans SET state = 4 WHERE number = ?")
        .bind(static_cast<std::int64_t>(number))
        .run();
    return code;
}

/// Another member of staff wants it on the network.
std::string awaiting_ban(AdminFixture& fixture) {
    const auto code = proposed_ban(fixture);
    fixture.context().write([&](drawbridge::ingest::UnitOfWork& unit) {
        const auto number = drawbridge::parse_ban_code(code).value();
        const drawbridge::bans::Bans::Decision by{"bob", "seen", AdminFixture::kNow};
        (void)unit.bans.decide(number, drawbridge::bans::BanAction::submit, by);
        unit.audit(store::by_admin("bob"), {"ban.submit", code, {}, {}}, AdminFixture::kNow);
    });
    return code;
}

/// About somebody with an account.
std::string waiting_case(AdminFixture& fixture) {
    const auto name = server(fixture);
    std::int64_t id = 0;
    fixture.context().write([&](drawbridge::ingest::UnitOfWork& unit) {
        const drawbridge::identity::TaggedIdentifier account{
            drawbridge::IdentifierType::license,
            drawbridge::sha256(drawbridge::as_bytes("x"))};
        drawbridge::review::Statement statement;
        statement.event = 1;
        statement.server = unit.servers.find(name).value();
        statement.target = unit.profiles.observe(account, 1, AdminFixture::kNow);
        statement.at = AdminFixture::kNow;
        REQUIRE(unit.cases.take(statement));
        id = drawbridge::review::find_cases(unit.database, {}).front();
        unit.audit(store::by_server("srv_one"), {"test.case", {}, {}, {}}, AdminFixture::kNow);
    });
    return std::to_string(id);
}

std::string appealed_ban(AdminFixture& fixture) {
    auto code = proposed_ban(fixture);
    REQUIRE(fixture.send("POST", "bans/" + code + "/appeal", {{"text", "not me"}}).status == 201);
    return code;
}

/// Numbers 1 and 2; the first one is named.
std::string two_players(AdminFixture& fixture) {
    const auto name = server(fixture);
    fixture.context().write([&](drawbridge::ingest::UnitOfWork& unit) {
        for (const char* who : {"x", "y"}) {
            const drawbridge::identity::TaggedIdentifier account{
                drawbridge::IdentifierType::license,
                drawbridge::sha256(drawbridge::as_bytes(who))};
            (void)unit.profiles.observe(account, 1, AdminFixture::kNow);
        }
        unit.audit(store::by_server("srv_one"), {"test.join", {}, {}, {}}, AdminFixture::kNow);
    });
    return "1";
}

/// Number 1, with a licence x and a Discord account y.
std::string two_accounts(AdminFixture& fixture) {
    const auto name = server(fixture);
    fixture.context().write([&](drawbridge::ingest::UnitOfWork& unit) {
        using drawbridge::as_bytes;
        using drawbridge::IdentifierType;
        drawbridge::identity::Player player;
        player.tags.push_back({IdentifierType::license, drawbridge::sha256(as_bytes("x"))});
        player.tags.push_back({IdentifierType::discord, drawbridge::sha256(as_bytes("y"))});
        drawbridge::identity::Joins joins(unit.database, fixture.sealer());
        (void)joins.record(player, 1, AdminFixture::kNow);
        unit.audit(store::by_server("srv_one"), {"test.join", {}, {}, {}}, AdminFixture::kNow);
    });
    return "1";
}

json::object an_account() {
    const auto tag = drawbridge::print_tag(drawbridge::sha256(drawbridge::as_bytes("y")));
    return {
        {"tags", json::array{json::object{{"type", "discord"}, {"tag", tag.view()}}}},
        {"reason", "why"}};
}

/// Its number.
std::string ruling(AdminFixture& fixture) {
    const auto player = two_players(fixture);
    const json::object body{{"other", 2}, {"reason", "why"}};
    REQUIRE(fixture.send("POST", "players/" + player + "/unlink", body).status == 200);
    return "1";
}

json::object new_ban() {
    const auto tag = drawbridge::print_tag(drawbridge::sha256(drawbridge::as_bytes("x")));
    return {
        {"tags", json::array{json::object{{"type", "license"}, {"tag", tag.view()}}}},
        {"category", "scam"},
        {"reason", "sold a car twice"},
        {"duration", 0}};
}

/// The code of a ban by staff. Another of the same account stands beside it, as kOther, on no list.
constexpr const char* kOther = "ABCD-EFGH";

std::string replaced_ban(AdminFixture& fixture) {
    const auto reply = fixture.send("POST", "bans", new_ban());
    REQUIRE(reply.status == 201);
    const auto code = std::string(json::parse(reply.body).as_object().at("code").as_string());
    const auto number = static_cast<std::int64_t>(drawbridge::parse_ban_code(code).value());
    const auto other = static_cast<std::int64_t>(drawbridge::parse_ban_code(kOther).value());
    const auto seal = [&](store::Column column) {
        return fixture.sealer().seal(column, store::row_id(other), store::as_bytes("x"));
    };
    const auto reason = seal(store::Column::ban_reason);
    const auto issuer = seal(store::Column::ban_issuer);
    const auto database = fixture.open();
    database
        ->query(
            "INSERT INTO bans(number, state, category, reason, issuer, created_at) "
            "VALUES(?, 4, 1, ?, ?, 1)"
        )
        .bind(other)
        .bind(store::ByteView(reason))
        .bind(store::ByteView(issuer))
        .run();
    database
        ->query(
            "INSERT INTO ban_tags(ban_number, tag_id) SELECT ?, tag_id FROM ban_tags "
            "WHERE ban_number = ?"
        )
        .bind(other)
        .bind(number)
        .run();
    return code;
}

/// By "METHOD pattern". A new route needs its own line here.
const std::map<std::string, Recipe>& recipes() {
    const json::object why{{"reason", "why"}};
    static const std::map<std::string, Recipe> all{
        {"POST servers", {nothing, {{"name", "n"}, {"reason", "why"}}, "server.add"}},
        {"PUT servers/{}/mode", {server, {{"mode", "auto"}, {"reason", "why"}}, "server.set_mode"}},
        {"PUT servers/{}/evidence",
         {server, {{"ban", 14}, {"reason", "why"}}, "server.set_evidence"}},
        {"PUT owners/{}/trust", {server, {{"trust", "own"}, {"reason", "why"}}, "owner.set_trust"}},
        {"PUT servers/{}/contact",
         {server, {{"contact", "x@example.org"}, {"reason", "why"}}, "server.set_contact"}},
        {"POST servers/{}/rotate", {server, why, "server.rotate"}},
        {"POST servers/{}/suspend", {server, why, "server.suspend"}},
        {"POST servers/{}/resume", {server, why, "server.resume"}},
        {"POST servers/{}/remove", {server, why, "server.remove"}},
        {"POST servers/{}/revoke-actions",
         {banning_server, {{"since", 0}, {"reason", "why"}}, "server.revoke_actions"}},
        {"POST bans", {nothing, new_ban(), "ban.add", "sold a car twice"}},
        {"POST bans/{}/approve", {proposed_ban, {{"note", "why"}}, "ban.approve"}},
        {"POST bans/{}/confirm", {awaiting_ban, {{"note", "why"}}, "ban.confirm"}},
        {"POST bans/{}/reject", {proposed_ban, {{"note", "why"}}, "ban.reject"}},
        {"POST bans/{}/escalate", {proposed_ban, {{"note", "why"}}, "ban.escalate"}},
        {"POST bans/{}/lift", {proposed_ban, why, "ban.lift"}},
        {"POST bans/{}/keep", {active_ban, why, "ban.keep"}},
        {"POST bans/{}/supersede",
         {replaced_ban, {{"by", kOther}, {"reason", "why"}}, "ban.supersede", "why", 2}},
        {"POST review/{}/approve",
         {waiting_case, {{"reason", "why"}, {"duration", 0}}, "ban.add", "why", 2}},
        {"POST review/{}/reject", {waiting_case, why, "case.reject"}},
        {"POST review/{}/escalate", {waiting_case, why, "case.escalate"}},
        {"POST bans/{}/evidence",
         {proposed_ban,
          {{"links", json::array{"https://clips.example.org/17"}}, {"reason", "why"}},
          "ban.evidence"}},
        {"POST bans/{}/appeal", {proposed_ban, {{"text", "not me"}}, "appeal.open", ""}},
        {"POST appeals/{}/reply",
         {appealed_ban, {{"text", "who then?"}, {"from", "staff"}}, "appeal.reply", ""}},
        {"POST appeals/{}/uphold", {appealed_ban, why, "appeal.uphold"}},
        {"POST appeals/{}/lift", {appealed_ban, why, "appeal.lift", "why", 2}},
        {"POST players/{}/link", {two_players, {{"other", 2}, {"reason", "why"}}, "player.link"}},
        {"POST players/{}/unlink",
         {two_players, {{"other", 2}, {"reason", "why"}}, "player.unlink"}},
        {"POST players/{}/split", {two_accounts, an_account(), "player.split"}},
        {"POST players/{}/detach", {two_accounts, an_account(), "player.detach"}},
        {"POST rulings/{}/undo", {ruling, why, "player.undo"}},
        {"POST tag-key", {nothing, {}, "tag_key.read", ""}},
        {"POST admins", {nothing, {{"name", "dora"}, {"reason", "why"}}, "admin.add"}},
        {"POST admins/{}/revoke", {administrator, why, "admin.revoke"}},
        {"POST breach", {nothing, why, "breach.begin", "why", 3}},
        {"POST backups", {nothing, why, "backup.create"}},
        {"POST keys/rotate", {nothing, why, "key.rotate"}},
        {"POST keys/reencrypt", {nothing, why, "key.reencrypt"}},
    };
    return all;
}

struct Call {
    std::string name;
    std::string method;
    std::string pattern;

    [[nodiscard]] std::string path(const std::string& value) const {
        const auto place = pattern.find("{}");
        return place == std::string::npos ? pattern : std::string(pattern).replace(place, 2, value);
    }
};

/// The routes that are no GET.
std::vector<Call> changing_routes(const admin::Router& router) {
    std::vector<Call> calls;
    for (const auto& route : router.routes()) {
        if (route.method == "GET") continue;
        const auto pattern = fmt::format("{}", fmt::join(route.pattern, "/"));
        calls.push_back({route.method + " " + pattern, route.method, pattern});
    }
    return calls;
}

/// All rows of all tables, as one text; but for the count of transactions, which also moves with
/// those that come to nothing.
std::string contents(store::Database& database) {
    std::vector<std::string> tables;
    {
        auto query = database.query(
            "SELECT 'SELECT group_concat(quote(' || (SELECT group_concat(name, ') || quote(') "
            "FROM pragma_table_info(m.name)) || ')) FROM ' || name || "
            "iif(name = 'meta', ' WHERE key <> ''commits''', '') FROM sqlite_schema m "
            "WHERE type = 'table' ORDER BY name"
        );
        while (query.step()) {
            tables.push_back(query.text(0));
        }
    }
    std::string all;
    for (const auto& sql : tables) {
        auto query = database.query(sql.c_str());
        REQUIRE(query.step());
        all += sql + "\n" + query.text(0) + "\n";
    }
    return all;
}

}  // namespace

TEST_CASE("every route that may change something writes its entry") {
    const AdminFixture any;
    for (const auto& call : changing_routes(any.router())) {
        CAPTURE(call.name);
        REQUIRE_MESSAGE(recipes().contains(call.name), "this test does not know " << call.name);
        const auto& recipe = recipes().at(call.name);
        AdminFixture fixture;
        const auto path = call.path(recipe.prepare(fixture));
        const auto before = store::audit_head(fixture.context().reader()).seq;
        const auto reply = fixture.send(call.method, path, recipe.body);
        REQUIRE_MESSAGE(reply.status < 300, reply.body);
        store::AuditFilter filter;
        filter.after = before;
        const auto page = store::find_audit(fixture.context().reader(), fixture.sealer(), filter);
        REQUIRE(page.records.size() == recipe.entries);
        CHECK(page.records.front().action == recipe.action);
        for (const auto& entry : page.records) {
            CHECK(entry.actor_kind == store::ActorKind::admin);
            REQUIRE(entry.texts.has_value());
            CHECK(entry.texts->actor == "ann");
            CHECK_FALSE(entry.texts->target.empty());
            CHECK(entry.texts->reason == recipe.reason);
        }
    }
}

TEST_CASE("what cannot be audited does not happen, on every route") {
    const AdminFixture any;
    for (const auto& call : changing_routes(any.router())) {
        CAPTURE(call.name);
        const auto& recipe = recipes().at(call.name);
        AdminFixture fixture;
        const auto path = call.path(recipe.prepare(fixture));
        fixture.open()->execute(
            "CREATE TRIGGER in_the_way BEFORE INSERT ON audit BEGIN "
            "SELECT RAISE(ABORT, 'made up'); END;"
        );
        const auto before = contents(*fixture.open());
        CHECK_THROWS_AS((void)fixture.send(call.method, path, recipe.body), store::AuditError);
        CHECK((contents(*fixture.open()) == before));
        fixture.open()->execute("DROP TRIGGER in_the_way;");
        CHECK(fixture.send(call.method, path, recipe.body).status < 300);
        CHECK((contents(*fixture.open()) != before));
    }
}

TEST_CASE("a rehearsal tells what would be done, and does nothing") {
    AdminFixture fixture;
    const auto player = two_players(fixture);
    const auto before = contents(*fixture.open());
    const json::object body{{"other", 2}, {"reason", "why"}, {"dry_run", true}};
    const auto reply = fixture.send("POST", "players/" + player + "/link", body);
    REQUIRE(reply.status == 200);
    const auto told = json::parse(reply.body).as_object();
    CHECK(told.at("dry_run").as_bool());
    CHECK(told.at("ruling").is_null());
    CHECK(told.at("person") == json::array{1, 2});
    CHECK((contents(*fixture.open()) == before));
}

TEST_CASE("a change that nobody audits is undone") {
    AdminFixture fixture;
    const auto before = contents(*fixture.open());
    CHECK_THROWS_AS(
        fixture.context().write([](drawbridge::ingest::UnitOfWork& unit) {
            unit.database.execute(
                "INSERT INTO owners(id, public_id, name, name_idx, created_at) "
                "VALUES(50, 'own_x', x'01', x'02', 0)"
            );
        }),
        std::logic_error
    );
    CHECK((contents(*fixture.open()) == before));
}
