#include "daemon/init.h"

#include "auth/admin_tokens.h"
#include "daemon/check.h"
#include "instance.h"
#include "store/meta.h"
#include "store/migrations.h"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>

namespace daemon_ns = drawbridge::daemon;
namespace store = drawbridge::store;
using drawbridge::test::contains;
using drawbridge::test::Instance;
using drawbridge::test::kNow;
using drawbridge::test::TempFolder;

namespace {

unsigned mode_of(const std::filesystem::path& file) {
    struct stat status {};

    REQUIRE(stat(file.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("everything in a new instance is private") {
    const Instance instance;
    CHECK(mode_of(instance.folder.path()) == 0700U);
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(instance.folder.path())) {
        CHECK_MESSAGE(mode_of(entry.path()) == 0600U, entry.path().string());
        names.insert(entry.path().filename().string());
    }
    CHECK(
        names ==
        std::set<std::string>{
            "admin.token",
            "ca.key",
            "ca.pem",
            "drawbridge.db",
            "drawbridge.journal",
            "drawbridge.lock",
            "drawbridge.toml",
            "master.key",
            "server.key",
            "server.pem"}
    );
}

TEST_CASE("a new instance passes the check") {
    const Instance instance("ban.example.org");
    const auto report = daemon_ns::check(instance.folder, kNow);
    CHECK(report.problems.empty());
    CHECK(report.warnings.empty());
}

TEST_CASE("the database knows the token's hash and nothing of the token") {
    const Instance instance;
    const auto text = drawbridge::test::read_text(instance.folder.admin_token());
    CHECK(text.back() == '\n');
    const auto token = drawbridge::auth::parse_admin_token(text.substr(0, text.size() - 1));
    REQUIRE(token.has_value());
    store::Database database(instance.folder.database(), store::Database::Mode::read_only);
    const store::Sealer sealer(database, instance.folder.load_master_key());
    CHECK(
        drawbridge::auth::AdminTokens(database, sealer).authenticate(*token).value().name == "admin"
    );
    const auto raw = drawbridge::test::read_text(instance.folder.database());
    const auto& secret = token->bytes();
    CHECK_FALSE(contains(raw, {secret.begin(), secret.end()}));
    CHECK_FALSE(contains(raw, text.substr(0, 20)));
}

TEST_CASE("the network has an id, a tag key and a list of its own") {
    const Instance one;
    const Instance two;
    std::set<store::Bytes> values;
    for (const auto* instance : {&one, &two}) {
        store::Database database(instance->folder.database(), store::Database::Mode::read_only);
        for (const auto key : {store::meta::kDatabaseId, store::meta::kTagKey}) {
            const auto value = store::read_meta(database, key);
            REQUIRE(value.has_value());
            values.insert(*value);
        }
        auto list = database.query("SELECT lineage, version FROM lists WHERE list = 0");
        REQUIRE(list.step());
        CHECK(list.integer(0) > 0);
        const auto lineage = std::to_string(list.integer(0));
        values.insert(store::Bytes(lineage.begin(), lineage.end()));
    }
    CHECK(values.size() == 6);
}

TEST_CASE("a folder that holds an instance, or part of one, is left as it is") {
    const Instance instance;
    const auto key = drawbridge::test::read_text(instance.folder.master_key());
    const auto again = [&] { daemon_ns::init(instance.folder, {"other", "localhost"}, kNow); };
    CHECK_THROWS_WITH_AS(again(), doctest::Contains("already holds"), std::runtime_error);
    std::filesystem::remove(instance.folder.config());
    CHECK_THROWS_WITH_AS(again(), doctest::Contains("master.key"), std::runtime_error);
    CHECK(drawbridge::test::read_text(instance.folder.master_key()) == key);
}

TEST_CASE("an init that runs out of space leaves no part of an instance") {
    const TempFolder temp;
    const daemon_ns::DataFolder folder(temp / "data");
    // Enough for keys and certificates, too little for the database.
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{16384, before.rlim_max};
    std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    CHECK_THROWS_AS(
        daemon_ns::init(folder, {"made up", "localhost"}, kNow),
        drawbridge::store::StoreError
    );
    REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(folder.present_parts().empty());
    // And nothing is in the way of the next try.
    daemon_ns::init(folder, {"made up", "localhost"}, kNow);
    CHECK(folder.instance_problem().empty());
}

TEST_CASE("a folder with other things is left alone") {
    const TempFolder temp;
    drawbridge::test::write_text(temp / "letter", "x");
    REQUIRE(chmod(temp.path().c_str(), 0755) == 0);
    CHECK_THROWS_WITH_AS(
        daemon_ns::init(daemon_ns::DataFolder(temp.path()), {"made up", "localhost"}, kNow),
        doctest::Contains("not empty"),
        std::runtime_error
    );
    CHECK(mode_of(temp.path()) == 0755U);
}

TEST_CASE("names and hosts that are none are refused before anything is made") {
    const TempFolder temp;
    const daemon_ns::DataFolder folder(temp / "data");
    for (const char* host : {"", "https://a", "a:8443", "a b"}) {
        CHECK_THROWS_WITH_AS(
            daemon_ns::init(folder, {"made up", host}, kNow),
            doctest::Contains("--host"),
            std::runtime_error
        );
    }
    CHECK_THROWS_WITH_AS(
        daemon_ns::init(folder, {"line\nbreak", "localhost"}, kNow),
        doctest::Contains("--name"),
        std::runtime_error
    );
    CHECK_FALSE(std::filesystem::exists(folder.path()));
}

TEST_CASE("an existing empty folder is taken and made private") {
    const TempFolder temp;
    const daemon_ns::DataFolder folder(temp / "data");
    std::filesystem::create_directory(folder.path());
    REQUIRE(chmod(folder.path().c_str(), 0755) == 0);
    daemon_ns::init(folder, {"made up", "localhost"}, kNow);
    CHECK(mode_of(folder.path()) == 0700U);
}

TEST_CASE("what to do next names the folder and the host") {
    const daemon_ns::DataFolder folder("some/folder");
    const auto text = daemon_ns::next_steps(folder, {"made up", "2001:db8::5"});
    CHECK(contains(text, "drawbridged serve --data some/folder"));
    CHECK(contains(text, "https://[2001:db8::5]:8443"));
    CHECK(contains(daemon_ns::next_steps(folder, {"made up", "localhost"}), "--renew"));
}
