#include "bans/ban_evidence.h"

#include "store/master_key.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>

using namespace drawbridge;
using bans::Evidence;
using bans::evidence_fault;
using bans::link_fault;
using store::ActorKind;

namespace {

struct File {
    test::TempFolder folder;
    store::Database database{folder / "a.db", store::Database::Mode::read_write};
    store::MasterKey master = store::MasterKey::create(folder / "master.key");

    File() {
        store::migrate(database, master);
        database.execute(
            "INSERT INTO bans(number, state, category, reason, issuer, created_at) "
            "VALUES(7, 4, 1, x'', x'', 1), (8, 4, 1, x'', x'', 1);"
        );
    }
};

}  // namespace

TEST_CASE("a link is https, names a host and nobody, and is printable ASCII") {
    for (const auto* link :
         {"https://clips.example.org",
          "https://clips.example.org/watch?v=17#t=3",
          "https://clips.example.org:8443/17",
          "https://[2001:db8::1]/17",
          "https://example.org?at=@home"}) {
        INFO(link);
        CHECK_FALSE(link_fault(link));
        CHECK_FALSE(evidence_fault(link));
    }
    for (const auto* link :
         {"http://clips.example.org",
          "HTTPS://clips.example.org",
          "ftp://clips.example.org",
          "steam://run/17",
          "https://",
          "https:///17",
          "https://ann@clips.example.org",
          "https://ann:secret@clips.example.org/17",
          "https://clips.example.org/a b",
          "https://clips.example.org/\n",
          "https://clips.example.org/\x1b[2J",
          "https://clips.example.org/\xc3\xbc",
          "https://cli_ps.example.org"}) {
        INFO(link);
        CHECK(link_fault(link));
        CHECK(evidence_fault(link));
    }
    const std::string start = "https://example.org/";
    CHECK_FALSE(link_fault(start + std::string(300 - start.size(), 'a')));
    CHECK(link_fault(start + std::string(301 - start.size(), 'a')));
}

TEST_CASE("a note is no link") {
    for (const auto* note :
         {"clip 17", "see https://example.org/ a b", "://", "zwei Zeugen: ä://b"}) {
        INFO(note);
        CHECK_FALSE(evidence_fault(note));
        CHECK(link_fault(note));
    }
}

TEST_CASE("evidence is kept sealed in its order, up to a limit, and a server's goes with it") {
    File file;
    const store::Sealer sealer(file.database, file.master);
    const std::array given{std::string("https://example.org/1"), std::string("two witnesses")};
    REQUIRE(bans::add_evidence(file.database, sealer, 7, given, {5, ActorKind::server, {}}));
    const std::array more{std::string("https://example.org/2")};
    REQUIRE(bans::add_evidence(file.database, sealer, 7, more, {6, ActorKind::admin, {}}));
    auto found = bans::evidence_of(file.database, sealer, 7);
    REQUIRE(found.size() == 3);
    CHECK(found[0].text == given[0]);
    CHECK(found[1].text == given[1]);
    CHECK(found[1].at == 5);
    CHECK(found[2].actor == ActorKind::admin);
    CHECK(bans::evidence_of(file.database, sealer, 8).empty());

    const std::vector<std::string> rest(bans::kMostEvidence - 3, "a note");
    REQUIRE(bans::add_evidence(file.database, sealer, 7, rest, {6, ActorKind::server, {}}));
    CHECK_FALSE(bans::add_evidence(file.database, sealer, 7, more, {7, ActorKind::admin, {}}));
    CHECK(bans::evidence_of(file.database, sealer, 7).size() == bans::kMostEvidence);

    bans::forget_evidence_of_server(file.database, 7);
    found = bans::evidence_of(file.database, sealer, 7);
    REQUIRE(found.size() == 1);
    CHECK(found[0].text == more[0]);

    REQUIRE(bans::add_evidence(file.database, sealer, 8, given, {5, ActorKind::server, {}}));
    file.database.execute(
        "UPDATE ban_evidence SET text = (SELECT max(text) FROM ban_evidence) WHERE ban_number = 8"
    );
    CHECK_THROWS_AS((void)bans::evidence_of(file.database, sealer, 8), std::runtime_error);
}
