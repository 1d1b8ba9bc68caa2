// A network whose staff say who is who: players by their licences, over the real gate.
#pragma once

#include "ingest/fixture.h"
#include "review/surgery.h"

#include <boost/json/object.hpp>
#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace drawbridge::test {

using bans::BanState;
using review::Surgery;
using review::SurgeryError;

class Clinic {
public:
    using Agreement = bans::Bans::Agreement;

    /// On the machine of this number; 0: none.
    static std::string someone(int license, int machine = 0) {
        if (machine == 0) return player({{"license", license}});
        const int token = 10 * machine;
        return player({{"license", license}}, {token, token + 1, token + 2, token + 3});
    }

    boost::json::object verdict(Sender& server, const std::string& who) {
        fixture.now += base::kMinuteMs;
        return fixture.join(server, who);
    }

    std::string join(Sender& server, const std::string& who) {
        return std::string(verdict(server, who).at("decision").as_string());
    }

    std::int64_t profile(int license) {
        std::optional<std::int64_t> found;
        fixture.unit([&](ingest::UnitOfWork& work) {
            found = work.profiles.find(tag_of("license", license));
        });
        return found.value();
    }

    template <class Operate>
    Surgery::Result operate(Operate&& work_on) {
        Surgery::Result result = SurgeryError::unknown_player;
        fixture.unit([&](ingest::UnitOfWork& work) {
            Surgery surgery({work.database, *fixture.network().sealer, work.profiles, work.bans});
            const Surgery::By by{"ann", "why", fixture.now, agreement};
            result = work_on(surgery, by);
        });
        return result;
    }

    Surgery::Result link(int license, int other) {
        return operate([&, a = profile(license), b = profile(other)](auto& surgery, auto& by) {
            return surgery.link(a, b, by);
        });
    }

    Surgery::Result unlink(int license, int other) {
        return operate([&, a = profile(license), b = profile(other)](auto& surgery, auto& by) {
            return surgery.unlink(a, b, by);
        });
    }

    Surgery::Result split(int license, const std::vector<Tag>& accounts) {
        return operate([&, profile = profile(license)](auto& surgery, auto& by) {
            return surgery.split(profile, accounts, by);
        });
    }

    Surgery::Result detach(int license, const Tag& account) {
        return operate([&, profile = profile(license)](auto& surgery, auto& by) {
            return surgery.detach(profile, account, by);
        });
    }

    Surgery::Result undo(std::int64_t ruling) {
        return operate([&](auto& surgery, auto& by) { return surgery.undo(ruling, by); });
    }

    static review::Operation done(Surgery::Result&& result) {
        REQUIRE(std::holds_alternative<review::Operation>(result));
        return std::get<review::Operation>(std::move(result));
    }

    BanState state(std::uint64_t number) {
        std::optional<BanState> found;
        fixture.unit([&](ingest::UnitOfWork& work) { found = work.bans.load(number).value().state; }
        );
        return *found;
    }

    GateFixture fixture;
    Sender alpha = fixture.add_server("alpha", auth::PropagationMode::automatic);
    Sender beta = fixture.add_server("beta", auth::PropagationMode::review);
    Agreement agreement = Agreement::one_person;
};

/// Licence 1 is banned on alpha, licence 2 comes back on the same machine and is refused.
struct Evasion : Clinic {
    Evasion() {
        CHECK(join(alpha, someone(1, 1)) == "allow");
        parent = *parse_ban_code(fixture.ban(alpha, someone(1, 1)));
        CHECK(join(alpha, someone(2, 1)) == "ban");
        CHECK(join(beta, someone(2)) == "ban");
    }

    std::uint64_t parent = 0;
};

}  // namespace drawbridge::test
