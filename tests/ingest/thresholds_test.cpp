// A server that asks for more evidence than the network: the same join through the real gate.
#include "ingest/fixture.h"

#include <doctest/doctest.h>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;

namespace {

/// Two servers of one owner; somebody is banned on its machine.
class Town {
public:
    Town() {
        (void)fixture.join(plain, on_machine(1));
        (void)fixture.ban(plain, on_machine(1));
        fixture.now += base::kHourMs;
    }

    static std::string on_machine(int license) {
        return player({{"license", license}}, {1, 2, 3, 4, 5});
    }

    void ask_for(const std::string& server, const auth::OwnThresholds& evidence) {
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto row = work.servers.find(server).value();
            work.servers.set_evidence(row, evidence);
            work.server_changed(row);
        });
    }

    std::string join(Sender& server, int license) {
        const auto verdict = fixture.join(server, on_machine(license));
        return std::string(verdict.at("decision").as_string());
    }

    GateFixture fixture;
    Sender plain = fixture.add_server("plain", PropagationMode::automatic, "owner");
    Sender strict = fixture.add_server("strict", PropagationMode::automatic, "owner");
};

}  // namespace

// On the machine an hour later: tokens 11.0, returned 7.9.
TEST_CASE("the same join is refused at one server and watched at a stricter one") {
    Town town;
    town.ask_for("strict", {19, std::nullopt});
    CHECK(town.join(town.strict, 2) == "watch");
    CHECK(town.join(town.plain, 2) == "ban");
    // A ban that followed elsewhere binds there as any other does.
    CHECK(town.join(town.strict, 2) == "ban");
}

TEST_CASE("the operator of a stricter server is told later, too") {
    Town town;
    town.ask_for("strict", {19, 19});
    CHECK(town.join(town.strict, 2) == "allow");
}

TEST_CASE("a server's own thresholds hold after a restart, and until they are taken back") {
    Town town;
    town.ask_for("strict", {19, std::nullopt});
    town.fixture.restart();
    CHECK(town.join(town.strict, 2) == "watch");
    town.ask_for("strict", {});
    CHECK(town.join(town.strict, 2) == "ban");
}

TEST_CASE("of the network's threshold and a server's own the higher one holds") {
    Town town;
    town.ask_for("strict", {14, std::nullopt});
    town.fixture.network().settings.evidence.ban = 19;
    CHECK(town.join(town.strict, 2) == "watch");
    town.fixture.network().settings.evidence.ban = 8;
    CHECK(town.join(town.strict, 2) == "ban");
}

TEST_CASE("what another server has linked counts for what it was found to be worth") {
    Town town;
    auto& fixture = town.fixture;
    for (const int license : {11, 12}) {
        (void)fixture.join(town.plain, player({{"license", license}, {"discord", 11}}));
    }
    (void)fixture.ban(town.plain, player({{"license", 11}}));
    town.ask_for("strict", {14, std::nullopt});
    const auto alone = player({{"license", 12}});
    CHECK(fixture.join(town.strict, alone).at("decision") == "watch");
    CHECK(fixture.join(town.plain, alone).at("decision") == "ban");
}
