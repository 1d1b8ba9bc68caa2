#include "config/config.h"

#include "temp_folder.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

namespace base = drawbridge::base;
namespace config = drawbridge::config;
namespace privacy = drawbridge::privacy;
using drawbridge::test::TempFolder;

namespace {

config::Loaded load_text(const TempFolder& folder, const std::string& text) {
    const auto file = folder / "drawbridge.toml";
    std::ofstream(file) << text;
    return config::load(file);
}

const std::string kLeast = "name = \"made up\"\nhost = \"localhost\"\n";

/// The one problem of a text that is else right.
std::string only_problem(const std::string& added) {
    const TempFolder folder;
    const auto loaded = load_text(folder, kLeast + added);
    REQUIRE(loaded.problems.size() == 1);
    return loaded.problems.front();
}

}  // namespace

TEST_CASE("the file that init writes is right and says the defaults") {
    const TempFolder folder;
    const auto loaded = load_text(folder, config::initial_text("Quote \" and \\ net", "a.example"));
    CHECK(loaded.problems.empty());
    CHECK(loaded.config.name == "Quote \" and \\ net");
    CHECK(loaded.config.host == "a.example");

    const auto least = load_text(folder, kLeast).config;
    CHECK(loaded.config.listen.data == least.listen.data);
    CHECK(loaded.config.listen.admin == least.listen.admin);
    CHECK(loaded.config.listen.threads == least.listen.threads);
    CHECK(loaded.config.tls.certificate == least.tls.certificate);
    CHECK(loaded.config.tls.key == least.tls.key);
    CHECK(loaded.config.tls.ca == least.tls.ca);
    CHECK(loaded.config.ban_grace_ms == least.ban_grace_ms);
    CHECK_FALSE(loaded.config.second_person);
    CHECK(loaded.config.appeal_days == 14);
    CHECK(loaded.config.limits.max_connections == least.limits.max_connections);
    CHECK(loaded.config.limits.connections_per_address == least.limits.connections_per_address);
    CHECK(loaded.config.limits.failures_per_address == least.limits.failures_per_address);
    CHECK(loaded.config.limits.requests_per_second == least.limits.requests_per_second);
    CHECK(loaded.config.limits.queue == least.limits.queue);
    CHECK(loaded.config.backup == least.backup);
    CHECK(loaded.config.backup.folder == folder.path() / "backups");
    CHECK(loaded.config.retention == least.retention);
    CHECK(loaded.config.log_level == least.log_level);
    CHECK_FALSE(loaded.config.core_dumps);
    CHECK_FALSE(least.core_dumps);
}

TEST_CASE("every key is read") {
    const TempFolder folder;
    const auto loaded = load_text(folder, R"(
name = "n"
host = "203.0.113.9"
public_url = "https://Ban.Example.org:443"
authorities = ["X.example:1", "[::1]:2"]
[listen]
data = "127.0.0.1:1"
admin = "[::1]:2"
threads = 3
[tls]
certificate = "/etc/x.pem"
key = "y.key"
ca = ""
[bans]
grace = "2h"
second_person = true
[breaker]
burst = 9
quiet_burst = 8
times_mean = 7
day = 6
owner_day = 5
[appeals]
days = 30
[evidence]
ban = 15
watch = 6
[owners]
trust_after_days = 3
persons_a_day = 4
[limits]
max_connections = 4
connections_per_address = 5
failures_per_address = 8
requests_per_second = 6
queue = 7
[backup]
folder = "/srv/copies"
interval = "6h"
hourly = 1
daily = 2
weekly = 3
[retention]
events = "never"
telemetry = "2d"
errors = 86400
[log]
level = "debug"
[debug]
core_dumps = true
)");
    const auto& read = loaded.config;
    CHECK(loaded.problems.empty());
    CHECK(read.public_url == "https://ban.example.org");
    CHECK(read.authorities == std::vector<std::string>{"x.example:1", "[::1]:2"});
    CHECK(read.listen.data == config::Endpoint{"127.0.0.1", 1});
    CHECK(read.listen.admin == config::Endpoint{"::1", 2});
    CHECK(read.listen.threads == 3);
    CHECK(read.tls.certificate == "/etc/x.pem");
    CHECK(read.tls.key == folder.path() / "y.key");
    CHECK(read.tls.ca.empty());
    CHECK(read.ban_grace_ms == 2 * base::kHourMs);
    CHECK(read.second_person);
    CHECK(read.breaker.burst == 9);
    CHECK(read.breaker.quiet_burst == 8);
    CHECK(read.breaker.times_mean == 7);
    CHECK(read.breaker.day == 6);
    CHECK(read.breaker.owner_day == 5);
    CHECK(read.appeal_days == 30);
    CHECK(read.evidence.ban == 15);
    CHECK(read.evidence.watch == 6);
    CHECK(read.trust_after_days == 3);
    CHECK(read.persons_a_day == 4);
    CHECK(read.limits.max_connections == 4);
    CHECK(read.limits.connections_per_address == 5);
    CHECK(read.limits.failures_per_address == 8);
    CHECK(read.limits.requests_per_second == 6);
    CHECK(read.limits.queue == 7);
    CHECK(read.backup.folder == "/srv/copies");
    CHECK(read.backup.interval_ms == 6 * base::kHourMs);
    CHECK(read.backup.keep.hourly == 1);
    CHECK(read.backup.keep.daily == 2);
    CHECK(read.backup.keep.weekly == 3);
    CHECK(!read.retention.of(privacy::Category::events));
    CHECK(read.retention.of(privacy::Category::telemetry) == 2 * base::kDayMs);
    CHECK(read.retention.of(privacy::Category::errors) == base::kDayMs);
    CHECK(read.retention.of(privacy::Category::lifted_bans) == 730 * base::kDayMs);
    CHECK(read.log_level == base::LogLevel::debug);
    CHECK(read.core_dumps);
}

TEST_CASE("evidence: no laxer than is safe, and told of no later than refused") {
    const TempFolder folder;
    const auto problems = [&](const std::string& section) {
        return load_text(folder, kLeast + "[evidence]\n" + section).problems.size();
    };
    CHECK(problems("ban = 8\nwatch = 8\n") == 0);
    CHECK(problems("ban = 7\n") == 1);
    CHECK(problems("ban = 10\nwatch = 11\n") == 1);
    CHECK(problems("watch = 0\n") == 1);
}

TEST_CASE("a grace window is a text with unit or whole seconds") {
    const TempFolder folder;
    const auto grace = [&](const std::string& value) {
        const auto loaded = load_text(folder, kLeast + "[bans]\ngrace = " + value + "\n");
        CHECK_MESSAGE(loaded.problems.empty(), value);
        return loaded.config.ban_grace_ms;
    };
    CHECK(grace("\"0s\"") == 0);
    CHECK(grace("0") == 0);
    CHECK(grace("90") == 90'000);
    CHECK(grace("\"90s\"") == 90'000);
    CHECK(grace("\"10m\"") == 600'000);
    CHECK(grace("\"30d\"") == 30 * base::kDayMs);
}

TEST_CASE("a mistake is named with file, line, key and what was expected") {
    CHECK(
        only_problem("[limits]\nqueue = \"many\"\n") ==
        "drawbridge.toml:4: limits.queue: expected an integer from 1 to 1000000, found a text"
    );
    CHECK(
        only_problem("\n[limits]\nqueue = 0\n") ==
        "drawbridge.toml:5: limits.queue: expected an integer from 1 to 1000000"
    );
    CHECK(
        only_problem("[limits]\nquue = 5\n") ==
        "drawbridge.toml:4: limits.quue: no such key; known here: max_connections, "
        "connections_per_address, failures_per_address, requests_per_second, queue"
    );
    CHECK(
        only_problem("listen = 5\n") ==
        "drawbridge.toml:3: listen: expected a table, written [listen], found an integer"
    );
    CHECK(
        only_problem("[retention]\nevents = \"12h\"\n") ==
        "drawbridge.toml:4: retention.events: expected a duration like \"90d\", from 1 to 3650 "
        "days, "
        "or \"never\""
    );
}

TEST_CASE("wrong contents are found") {
    for (const char* wrong :
         {"colour = 1\n",
          "[colour]\n",
          "authorities = \"a\"\n",
          "authorities = [1]\n",
          "authorities = [\"https://a\"]\n",
          "public_url = \"http://a\"\n",
          "public_url = \"https://a/path\"\n",
          "public_url = 5\n",
          "[listen]\ndata = \"localhost:1\"\n",
          "[listen]\ndata = 8443\n",
          "[listen]\nthreads = -1\n",
          "[listen]\nthreads = 2.0\n",
          "[bans]\ngrace = \"10\"\n",
          "[bans]\ngrace = \"10 m\"\n",
          "[bans]\ngrace = -1\n",
          "[bans]\ngrace = \"31d\"\n",
          "[bans]\ngrace = \"99999999999999999d\"\n",
          "[bans]\ngrace = true\n",
          "[backup]\nfolder = \"\"\n",
          "[backup]\ninterval = \"59s\"\n",
          "[backup]\ninterval = \"31d\"\n",
          "[backup]\nhourly = -1\n",
          "[backup]\ndaily = \"7\"\n",
          "[backup]\nmonthly = 1\n",
          "[retention]\nevents = \"90\"\n",
          "[retention]\nevents = \"23h\"\n",
          "[retention]\nevents = \"3651d\"\n",
          "[retention]\nevents = \"Never\"\n",
          "[retention]\nevents = true\n",
          "[retention]\nerrors = \"never\"\n",
          "[retention]\naudit = \"90d\"\n",
          "[log]\nlevel = \"loud\"\n",
          "[log]\nlevel = 5\n",
          "[debug]\ncore_dumps = 0\n",
          "[tls]\ncertificate = \"\"\n"}) {
        INFO(wrong);
        CHECK(only_problem(wrong).starts_with("drawbridge.toml:"));
    }
}

TEST_CASE("an empty text is no value") {
    const TempFolder folder;
    const auto loaded =
        load_text(folder, "name = \"\"\nhost = \"\"\npublic_url = \"\"\n[listen]\ndata = \"\"\n");
    CHECK(loaded.problems.size() == 4);
}

TEST_CASE("all mistakes are named at once") {
    const TempFolder folder;
    const auto loaded =
        load_text(folder, "hosst = \"a\"\n[log]\nlevel = 1\n[limits]\nqueue = []\n");
    REQUIRE(loaded.problems.size() == 5);  // name and host are missing, too
}

TEST_CASE("what is no TOML names the line") {
    const TempFolder folder;
    const auto loaded = load_text(folder, "name = \"a\"\nhost = \n");
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems.front().starts_with("drawbridge.toml:2: "));
}

TEST_CASE("a missing file is named") {
    const TempFolder folder;
    const auto loaded = config::load(folder / "drawbridge.toml");
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems.front().find("No such file") != std::string::npos);
}
