#include "ingest/town.h"

#include "review/surgery.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <variant>

namespace drawbridge::test {

std::string Someone::json() const {
    std::string tags;
    const auto append = [&](const char* type, const std::optional<int>& seed) {
        if (!seed) return;
        tags += fmt::format(
            R"({}{{"type":"{}","tag":"{}"}})",
            tags.empty() ? "" : ",",
            type,
            print_tag(tag_of(type, *seed)).view()
        );
    };
    append("license", license);
    append("license2", license2);
    append("discord", discord);
    append("steam", steam);
    append("xbl", xbl);
    append("ip", ip);
    std::string printed;
    for (const auto token : tokens) {
        printed += fmt::format(
            R"({}"{}")",
            printed.empty() ? "" : ",",
            print_tag(tag_of("token", token)).view()
        );
    }
    return fmt::format(R"({{"tags":[{}],"tokens":[{}]}})", tags, printed);
}

std::vector<int> machine(int number) {
    std::vector<int> tokens;
    for (int part = 0; part < 5; ++part) {
        tokens.push_back(1000 * number + part);
    }
    return tokens;
}

std::string Town::join(Sender& server, const Someone& someone) {
    const auto verdict = fixture.join(server, someone.json());
    return std::string(verdict.at("decision").as_string());
}

std::string Town::ban(Sender& server, const Someone& someone) {
    return fixture.ban(server, someone.json());
}

void Town::lift(const std::string& code) {
    fixture.unit([&](ingest::UnitOfWork& work) {
        const bans::Bans::Decision by{"ann", "was wrong", fixture.now};
        (void)work.bans.decide(*parse_ban_code(code), bans::BanAction::lift, by);
    });
}

void Town::link(int license, int other) {
    fixture.unit([&](ingest::UnitOfWork& work) {
        const auto profile = [&](int number) {
            return work.profiles.find(tag_of("license", number)).value();
        };
        review::Surgery surgery({work.database, *fixture.network().sealer, work.profiles, work.bans}
        );
        const review::Surgery::By by{"ann", "why", fixture.now, bans::Bans::Agreement::one_person};
        const auto result = surgery.link(profile(license), profile(other), by);
        REQUIRE(std::holds_alternative<review::Operation>(result));
    });
}

}  // namespace drawbridge::test
