#include "population/engine.h"
#include "population/print.h"
#include "population/run.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

using namespace drawbridge;
using namespace drawbridge::population;

namespace {

Settings small() {
    Settings settings;
    settings.persons = 2000;
    settings.servers = 20;
    settings.owners = 12;
    settings.days = 30;
    settings.joins_per_person = 5;
    return settings;
}

Happening join_of(const Accounts& accounts, std::uint32_t server, Time at) {
    Happening join;
    join.at = at;
    join.server = server;
    join.shown.accounts = accounts;
    join.shown.address = 1;
    return join;
}

}  // namespace

TEST_CASE("the engine refuses a banned licence at its owner's, and lets in who was lifted") {
    const auto landscape = make_landscape(small());
    Engine engine(landscape);
    Random random(1, "test");
    const auto cheater = open_accounts(random);
    auto ban = join_of(cheater, 0, kStart + base::kMinuteMs);
    ban.what = What::ban;
    ban.ban = 7;
    CHECK_FALSE(engine.apply({{join_of(cheater, 0, kStart)}}).front().refused);
    (void)engine.apply({{ban}});
    const auto refused = engine.apply({{join_of(cheater, 0, ban.at + 1)}}).front();
    CHECK(refused.refused);
    CHECK(refused.ban == 7);
    CHECK(refused.matched.find("license") != std::string::npos);
    CHECK_FALSE(engine.apply({{join_of(open_accounts(random), 0, ban.at + 2)}}).front().refused);
    auto lift = ban;
    lift.what = What::lift;
    lift.at = ban.at + base::kHourMs;
    (void)engine.apply({{lift}});
    CHECK_FALSE(engine.apply({{join_of(cheater, 0, lift.at + 1)}}).front().refused);
}

TEST_CASE("a small report adds up, and is the same each time") {
    const auto report = run(small(), nullptr);
    std::uint32_t persons = 0;
    std::uint32_t wrong = 0;
    for (const auto& row : report.innocents) {
        persons += row.persons;
        wrong += row.refused;
        CHECK(row.refused + row.named <= row.persons);
        CHECK(row.near <= row.persons);
    }
    CHECK(persons > 1500);
    CHECK(wrong <= report.wrong);
    CHECK(report.wrong == report.wrongly_refused.size());
    CHECK(report.right > 20);
    CHECK(report.reusing > 10);
    CHECK(report.found <= report.found_once);
    CHECK(report.found_once <= report.reusing);
    CHECK(report.foreign_lifts == 0);
    double last = 1;
    for (const auto& row : report.thresholds) {
        CHECK(row.recall <= last);
        last = row.recall;
        if (!row.is_default) continue;
        CHECK(row.precision == report.precision());
        CHECK(row.recall == report.recall());
        CHECK(row.recall_once == report.recall_once());
    }
    CHECK(report.thresholds.size() == 8);
    CHECK(print_json(small(), report) == print_json(small(), run(small(), nullptr)));
    std::istringstream table(print_table(small(), report));
    for (std::string line; std::getline(table, line);) {
        CHECK(line.size() <= 100);
    }
}

TEST_CASE("progress goes from nothing to all") {
    double last = 0;
    (void)run(small(), [&](double done) {
        CHECK(done >= last);
        CHECK(done <= 1);
        last = done;
    });
    CHECK(last > 0.9);
}
