// Who is one person with whom when staff have said so: further accounts, one owner's links, and
// players who are told apart.
#include "ingest/clinic.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace drawbridge;
using namespace drawbridge::test;

// Staff have banned an account before anybody was seen with it.
TEST_CASE("what followed from a ban of somebody not known yet ends like any other") {
    Clinic clinic;
    clinic.fixture.unit([&](ingest::UnitOfWork& work) {
        bans::NewBan wanted;
        wanted.target.tags.push_back({IdentifierType::license, tag_of("license", 1)});
        (void)work.bans.place_by_staff(wanted, "ann", clinic.fixture.now);
    });
    CHECK(clinic.join(clinic.alpha, Clinic::someone(1, 1)) == "ban");
    CHECK(clinic.join(clinic.alpha, Clinic::someone(2, 1)) == "ban");
    (void)clinic.join(clinic.beta, Clinic::someone(3));

    SUBCASE("the player is told apart from the banned one") {
        const auto done = Clinic::done(clinic.unlink(1, 2));
        CHECK(done.lifted.size() == 1);
        CHECK(done.let_in == std::vector{clinic.profile(2)});
        CHECK(clinic.join(clinic.alpha, Clinic::someone(2, 1)) == "allow");
    }
    SUBCASE("a third profile stands between them") {
        (void)Clinic::done(clinic.unlink(1, 3));
        const auto done = Clinic::done(clinic.link(2, 3));
        CHECK(done.placed.empty());
        CHECK(clinic.join(clinic.alpha, Clinic::someone(3)) == "allow");
    }
}

TEST_CASE("what one owner alone has linked goes with what staff take back") {
    Clinic clinic;
    const auto one = player({{"license", 5}, {"discord", 9}});
    const auto same = player({{"license", 6}, {"discord", 9}});
    (void)clinic.join(clinic.beta, one);
    CHECK(clinic.join(clinic.beta, same) == "allow");  // one person with 5 for beta
    (void)clinic.join(clinic.alpha, Clinic::someone(1));
    (void)clinic.fixture.ban(clinic.alpha, Clinic::someone(1));
    const auto linked = Clinic::done(clinic.link(1, 5));
    CHECK(linked.placed.size() == 1);
    CHECK(clinic.join(clinic.beta, same) == "ban");
    const auto undone = Clinic::done(clinic.undo(linked.ruling.id));
    CHECK(undone.lifted.size() == 2);
    CHECK(clinic.join(clinic.beta, same) == "allow");
    CHECK(clinic.join(clinic.beta, Clinic::someone(1)) == "ban");
}

TEST_CASE("what is followed at once is in force when staff speak, whoever has the lower number") {
    Clinic clinic;
    for (const int license : {1, 2, 3, 4}) {
        (void)clinic.join(clinic.alpha, Clinic::someone(license));
    }
    (void)Clinic::done(clinic.link(1, 2));
    (void)Clinic::done(clinic.link(1, 3));
    (void)Clinic::done(clinic.unlink(2, 3));
    const auto parent = *parse_ban_code(clinic.fixture.ban(clinic.beta, Clinic::someone(4)));
    clinic.fixture.unit([&](ingest::UnitOfWork& work) {
        const bans::Bans::Decision decision{"ann", "seen", clinic.fixture.now};
        (void)work.bans.decide(parent, bans::BanAction::approve, decision);
    });
    // 2 is one with 4 by way of 3 alone.
    const auto done = Clinic::done(clinic.link(3, 4));
    REQUIRE(done.placed.size() == 2);
    CHECK(done.placed[0].profile == clinic.profile(1));
    CHECK(done.placed[1].profile == clinic.profile(3));
    CHECK(done.placed[0].follows == parent);
    CHECK(done.placed[1].follows == parent);
}

TEST_CASE("who was told apart from a player leads to nobody either") {
    Clinic clinic;
    for (const int license : {1, 2, 3, 4}) {
        (void)clinic.join(clinic.alpha, Clinic::someone(license));
    }
    (void)Clinic::done(clinic.link(1, 3));
    (void)Clinic::done(clinic.link(2, 3));
    (void)Clinic::done(clinic.link(1, 4));
    (void)Clinic::done(clinic.unlink(1, 2));
    (void)clinic.fixture.ban(clinic.beta, Clinic::someone(4));
    // 3 is linked with both, but 4 with 1 alone.
    CHECK(clinic.join(clinic.beta, Clinic::someone(2)) == "allow");
    CHECK(clinic.join(clinic.beta, Clinic::someone(1)) == "ban");
}

TEST_CASE("all who are linked with a player count, though two of them are told apart") {
    Clinic clinic;
    for (const int license : {1, 2, 3, 4}) {
        (void)clinic.join(clinic.beta, Clinic::someone(license));
    }
    (void)Clinic::done(clinic.link(1, 2));
    (void)Clinic::done(clinic.link(1, 3));
    (void)Clinic::done(clinic.link(3, 4));
    (void)Clinic::done(clinic.unlink(2, 4));
    (void)clinic.fixture.ban(clinic.beta, Clinic::someone(4));
    CHECK(clinic.join(clinic.beta, Clinic::someone(1)) == "ban");
}
