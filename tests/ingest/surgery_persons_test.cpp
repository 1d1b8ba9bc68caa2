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
