// What staff say of two players, over the real gate, evidence and lists.
#include "identity/links.h"
#include "ingest/clinic.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;
using Agreement = bans::Bans::Agreement;

TEST_CASE("who is told apart from a banned player is let in everywhere, and not linked again") {
    Evasion clinic;
    const auto done = Clinic::done(clinic.unlink(1, 2));
    REQUIRE(done.lifted.size() == 1);
    CHECK(done.lifted.front().follows == clinic.parent);
    CHECK(done.placed.empty());
    CHECK(done.let_in == std::vector{clinic.profile(2)});
    CHECK(done.person == std::vector{clinic.profile(1)});
    CHECK(done.other_person == std::vector{clinic.profile(2)});
    for (int again = 0; again < 2; ++again) {
        CHECK(clinic.join(clinic.alpha, Clinic::someone(2, 1)) == "allow");
        CHECK(clinic.join(clinic.beta, Clinic::someone(2)) == "allow");
        CHECK(clinic.join(clinic.alpha, Clinic::someone(1, 1)) == "ban");
    }
    clinic.fixture.restart();
    for (auto* server : {&clinic.alpha, &clinic.beta}) {
        server->epoch = static_cast<std::uint64_t>(clinic.fixture.now);
    }
    CHECK(clinic.join(clinic.alpha, Clinic::someone(2, 1)) == "allow");
    CHECK(clinic.join(clinic.beta, Clinic::someone(1)) == "ban");
}

TEST_CASE("undone, the evidence decides again: the lifted ban stays lifted, the next join counts") {
    Evasion clinic;
    const auto ruled = Clinic::done(clinic.unlink(1, 2));
    const auto undone = Clinic::done(clinic.undo(ruled.ruling.id));
    CHECK(undone.ruling.undone_at);
    CHECK(undone.placed.empty());  // one owner's evidence: nothing for the network
    CHECK(clinic.state(ruled.lifted.front().number) == BanState::lifted);
    CHECK(clinic.join(clinic.beta, Clinic::someone(2)) == "allow");
    CHECK(clinic.join(clinic.alpha, Clinic::someone(2, 1)) == "ban");
    CHECK(clinic.join(clinic.beta, Clinic::someone(2)) == "ban");
}

TEST_CASE("told apart before there is a ban, nothing follows") {
    Clinic clinic;
    (void)clinic.join(clinic.alpha, Clinic::someone(1));
    (void)clinic.join(clinic.alpha, Clinic::someone(2));
    const auto done = Clinic::done(clinic.unlink(2, 1));
    CHECK(done.lifted.empty());
    (void)clinic.join(clinic.alpha, Clinic::someone(1, 1));
    (void)clinic.fixture.ban(clinic.alpha, Clinic::someone(1, 1));
    CHECK(clinic.join(clinic.alpha, Clinic::someone(2, 1)) == "allow");
}

TEST_CASE("nobody stands between two who were told apart: a third may be linked with both") {
    Evasion clinic;
    CHECK(clinic.join(clinic.alpha, Clinic::someone(3, 1)) == "ban");
    (void)Clinic::done(clinic.link(2, 3));
    const auto done = Clinic::done(clinic.unlink(1, 2));
    CHECK(done.lifted.size() == 1);
    CHECK(clinic.join(clinic.alpha, Clinic::someone(2, 1)) == "allow");
    CHECK(clinic.join(clinic.alpha, Clinic::someone(3, 1)) == "ban");
    CHECK(clinic.join(clinic.alpha, Clinic::someone(2, 1)) == "allow");
}

TEST_CASE("two strangers who are one person: a ban on the network follows at once") {
    Clinic clinic;
    (void)clinic.join(clinic.alpha, Clinic::someone(1));
    (void)clinic.join(clinic.beta, Clinic::someone(2));
    const auto parent = *parse_ban_code(clinic.fixture.ban(clinic.alpha, Clinic::someone(1)));
    CHECK(clinic.join(clinic.beta, Clinic::someone(2)) == "allow");
    const auto done = Clinic::done(clinic.link(2, 1));
    REQUIRE(done.placed.size() == 1);
    CHECK(done.placed.front().state == BanState::active);
    CHECK(done.placed.front().category == bans::Category::evasion);
    CHECK(done.placed.front().follows == parent);
    CHECK(done.placed.front().profile == clinic.profile(2));
    CHECK(done.person.size() == 2);
    GateFixture::Lists lists;
    clinic.fixture.sync(clinic.beta, lists);
    CHECK(lists.network.size() == 2);
    CHECK(clinic.join(clinic.beta, Clinic::someone(2)) == "ban");

    SUBCASE("undone, it is lifted") {
        const auto undone = Clinic::done(clinic.undo(done.ruling.id));
        CHECK(undone.lifted.size() == 1);
        CHECK(undone.let_in == std::vector{clinic.profile(2)});
        CHECK(clinic.join(clinic.beta, Clinic::someone(2)) == "allow");
        CHECK(clinic.join(clinic.beta, Clinic::someone(1)) == "ban");
    }
    SUBCASE("it ends with the one it followed from, whoever lifts that") {
        const auto code = std::string(print_ban_code(parent).view());
        (void)clinic.fixture.event(clinic.alpha, "unban", R"("code":")" + code + '"');
        CHECK(clinic.state(done.placed.front().number) == BanState::lifted);
        CHECK(clinic.join(clinic.beta, Clinic::someone(2)) == "allow");
    }
    SUBCASE("a further account that evidence finds is of the same person") {
        (void)clinic.join(clinic.beta, Clinic::someone(2, 5));
        CHECK(clinic.join(clinic.beta, Clinic::someone(6, 5)) == "ban");
    }
}

TEST_CASE("a ban of an owner's servers follows at the next join there, whoever's word the link is"
) {
    Clinic clinic;
    (void)clinic.join(clinic.beta, Clinic::someone(1));
    (void)clinic.join(clinic.beta, Clinic::someone(2));
    const auto local = *parse_ban_code(clinic.fixture.ban(clinic.beta, Clinic::someone(1)));
    const auto done = Clinic::done(clinic.link(1, 2));
    CHECK(done.placed.empty());
    REQUIRE(done.to_follow.size() == 1);
    CHECK(done.to_follow.front().number == local);
    CHECK(clinic.join(clinic.alpha, Clinic::someone(2)) == "allow");
    const auto refused = clinic.verdict(clinic.beta, Clinic::someone(2));
    CHECK(refused.at("decision") == "ban");
    // As much as any evidence that refuses: no operator can tell that staff have said so.
    CHECK(boost::json::serialize(refused.at("evidence")) == R"([{"kind":"linked","weight":120}])");
    const auto undone = Clinic::done(clinic.undo(done.ruling.id));
    CHECK(undone.lifted.size() == 1);
    CHECK(clinic.join(clinic.beta, Clinic::someone(2)) == "allow");
}

TEST_CASE("a link that evidence shares is kept by the evidence when staff take it back") {
    Evasion clinic;
    const auto linked = Clinic::done(clinic.link(1, 2));
    CHECK(linked.placed.empty());
    const auto undone = Clinic::done(clinic.undo(linked.ruling.id));
    CHECK(undone.lifted.empty());
    CHECK(clinic.join(clinic.alpha, Clinic::someone(2, 1)) == "ban");
}

TEST_CASE("where two have to agree, a ban that follows waits for the second one") {
    Clinic clinic;
    clinic.agreement = Agreement::two_persons;
    (void)clinic.join(clinic.alpha, Clinic::someone(1));
    (void)clinic.join(clinic.alpha, Clinic::someone(2));
    (void)clinic.fixture.ban(clinic.alpha, Clinic::someone(1));
    const auto done = Clinic::done(clinic.link(1, 2));
    REQUIRE(done.placed.size() == 1);
    CHECK(done.placed.front().state == BanState::awaiting);
    clinic.fixture.unit([&](ingest::UnitOfWork& work) {
        const auto number = done.placed.front().number;
        const auto by = [&](const char* staff) {
            return bans::Bans::Decision{staff, "seen", clinic.fixture.now};
        };
        const auto same = work.bans.decide(number, bans::BanAction::confirm, by("ann"));
        CHECK(std::get<bans::BanError>(same) == bans::BanError::same_person);
        const auto other = work.bans.decide(number, bans::BanAction::confirm, by("bob"));
        CHECK(std::get<bans::Bans::Decided>(other).ban.state == BanState::active);
    });
}

TEST_CASE("what cannot be ruled is refused") {
    Clinic clinic;
    (void)clinic.join(clinic.alpha, Clinic::someone(1));
    (void)clinic.join(clinic.alpha, Clinic::someone(2));
    const auto refused = [](const Surgery::Result& result) {
        REQUIRE(std::holds_alternative<SurgeryError>(result));
        return std::get<SurgeryError>(result);
    };
    CHECK(refused(clinic.link(1, 1)) == SurgeryError::same_player);
    CHECK(refused(clinic.operate([](auto& surgery, auto& by) {
              return surgery.unlink(1, 99, by);
          })) == SurgeryError::unknown_player);
    const auto ruling = Clinic::done(clinic.link(1, 2)).ruling.id;
    CHECK(refused(clinic.link(2, 1)) == SurgeryError::already_ruled);
    CHECK(refused(clinic.unlink(2, 1)) == SurgeryError::contradiction);
    (void)Clinic::done(clinic.undo(ruling));
    CHECK(refused(clinic.undo(ruling)) == SurgeryError::already_undone);
    CHECK(refused(clinic.undo(99)) == SurgeryError::unknown_ruling);
    CHECK(Clinic::done(clinic.unlink(1, 2)).ruling.id > ruling);
}

TEST_CASE("an account that is taken off a banned player binds nobody else, and is not learnt again"
) {
    Clinic clinic;
    const auto banned = player({{"license", 1}, {"discord", 9}});
    const auto friends = player({{"license", 2}, {"discord", 9}});
    (void)clinic.join(clinic.alpha, banned);
    (void)clinic.join(clinic.alpha, friends);
    (void)clinic.fixture.ban(clinic.alpha, player({{"license", 1}}));
    CHECK(clinic.join(clinic.alpha, friends) == "ban");
    const auto done = Clinic::done(clinic.detach(1, tag_of("discord", 9)));
    CHECK(done.ruling.identifiers == "discord");
    CHECK(done.lifted.size() == 1);
    CHECK(done.let_in == std::vector{clinic.profile(2)});
    for (int again = 0; again < 2; ++again) {
        CHECK(clinic.join(clinic.alpha, friends) == "allow");
        CHECK(clinic.join(clinic.beta, friends) == "allow");
        CHECK(clinic.join(clinic.alpha, banned) == "ban");
    }
    (void)Clinic::done(clinic.undo(done.ruling.id));
    CHECK(clinic.join(clinic.alpha, friends) == "ban");
}

TEST_CASE("an account that was only seen with a player is taken off the same way") {
    Clinic clinic;
    const auto owner = player({{"license", 1}, {"discord", 9}});
    const auto guest = player({{"license", 2}, {"discord", 9}});
    (void)clinic.join(clinic.alpha, owner);
    (void)clinic.join(clinic.alpha, guest);
    const auto done = Clinic::done(clinic.detach(2, tag_of("discord", 9)));
    CHECK(done.ruling.other == clinic.profile(1));
    (void)clinic.fixture.ban(clinic.alpha, player({{"license", 1}}));
    CHECK(clinic.join(clinic.alpha, guest) == "allow");
    CHECK(clinic.join(clinic.alpha, owner) == "ban");
}

TEST_CASE("a ban that names the account itself goes on to bind it, and is shown") {
    Clinic clinic;
    (void)clinic.join(clinic.alpha, player({{"license", 1}, {"steam", 9}}));
    const auto code = clinic.fixture.ban(clinic.alpha, player({{"license", 1}, {"steam", 9}}));
    const auto done = Clinic::done(clinic.detach(1, tag_of("steam", 9)));
    REQUIRE(done.naming.size() == 1);
    CHECK(done.naming.front().number == parse_ban_code(code));
    CHECK(clinic.join(clinic.alpha, player({{"license", 2}, {"steam", 9}})) == "ban");
    CHECK(clinic.join(clinic.beta, player({{"license", 2}, {"steam", 9}})) == "allow");
}

TEST_CASE("accounts that are split off are another person's") {
    Clinic clinic;
    const auto all = player({{"license", 1}, {"steam", 3}, {"discord", 4}});
    (void)clinic.join(clinic.alpha, all);
    const std::vector wanted{tag_of("steam", 3), tag_of("discord", 4), tag_of("steam", 3)};
    const auto done = Clinic::done(clinic.split(1, wanted));
    CHECK(done.ruling.identifiers == "steam, discord");
    CHECK(done.person == std::vector{clinic.profile(1)});
    CHECK(done.other_person == std::vector{done.ruling.other});
    (void)clinic.fixture.ban(clinic.alpha, player({{"license", 1}}));
    CHECK(clinic.join(clinic.alpha, all) == "ban");
    CHECK(clinic.join(clinic.alpha, player({{"steam", 3}, {"discord", 4}})) == "allow");
    clinic.fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(work.profiles.find(tag_of("steam", 3)) == done.ruling.other);
        CHECK(work.profiles.find(tag_of("discord", 4)) == done.ruling.other);
    });
    const auto undone = Clinic::done(clinic.undo(done.ruling.id));
    CHECK(undone.ruling.undone_at);
    clinic.fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(work.profiles.find(tag_of("steam", 3)) == work.profiles.find(tag_of("license", 1)));
    });
    // The same profile again, and banned by its surest account.
    CHECK(clinic.join(clinic.alpha, player({{"steam", 3}, {"discord", 4}})) == "allow");
    CHECK(clinic.join(clinic.alpha, all) == "ban");
}

TEST_CASE("a ban goes with the surest account that it names") {
    Clinic clinic;
    (void)clinic.join(clinic.alpha, player({{"license", 1}, {"steam", 3}}));
    std::uint64_t number = 0;
    clinic.fixture.unit([&](ingest::UnitOfWork& work) {
        bans::NewBan wanted;
        wanted.target.tags.push_back({IdentifierType::steam, tag_of("steam", 3)});
        wanted.reason = "seen";
        number = work.bans.place_by_staff(wanted, "ann", clinic.fixture.now).number;
        CHECK(work.bans.load(number)->profile == work.profiles.find(tag_of("license", 1)));
    });
    CHECK(clinic.join(clinic.beta, player({{"license", 1}, {"steam", 3}})) == "ban");
    const auto done = Clinic::done(clinic.split(1, {tag_of("steam", 3)}));
    clinic.fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(work.bans.load(number)->profile == done.ruling.other);
    });
    CHECK(clinic.join(clinic.beta, player({{"steam", 3}})) == "ban");
    CHECK(clinic.join(clinic.beta, player({{"license", 1}})) == "allow");
}

TEST_CASE("what cannot be taken off is refused") {
    Clinic clinic;
    (void)clinic.join(clinic.alpha, player({{"license", 1}, {"discord", 9}}));
    (void)clinic.join(clinic.alpha, player({{"license", 2}, {"discord", 9}}));
    const auto refused = [](const Surgery::Result& result) {
        REQUIRE(std::holds_alternative<SurgeryError>(result));
        return std::get<SurgeryError>(result);
    };
    CHECK(refused(clinic.detach(1, tag_of("license", 1))) == SurgeryError::surest_account);
    CHECK(refused(clinic.detach(1, tag_of("license", 2))) == SurgeryError::unknown_account);
    CHECK(refused(clinic.detach(1, tag_of("discord", 8))) == SurgeryError::unknown_account);
    CHECK(refused(clinic.split(2, {tag_of("discord", 9)})) == SurgeryError::others_account);
    (void)Clinic::done(clinic.detach(1, tag_of("discord", 9)));
    CHECK(refused(clinic.detach(1, tag_of("discord", 9))) == SurgeryError::unknown_account);
}
