#include "daemon/check.h"

#include "instance.h"
#include "pki/issue.h"
#include "store/database.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>

namespace base = drawbridge::base;
namespace daemon_ns = drawbridge::daemon;
using drawbridge::test::contains;
using drawbridge::test::Instance;
using drawbridge::test::kNow;

namespace {

/// The one thing that is wrong with an instance.
std::string only_problem(const Instance& instance, base::UnixMs now = kNow) {
    const auto report = daemon_ns::check(instance.folder, now);
    for (const auto& problem : report.problems)
        INFO(problem);
    REQUIRE(report.problems.size() == 1);
    return report.problems.front();
}

}  // namespace

TEST_CASE("permissions that are too wide are named with the remedy") {
    const Instance instance;
    for (const auto& file :
         {instance.folder.master_key(),
          instance.folder.authority_key(),
          instance.folder.certificate_key(),
          instance.folder.admin_token(),
          instance.folder.database()}) {
        REQUIRE(chmod(file.c_str(), 0640) == 0);
        const auto problem = only_problem(instance);
        CHECK(contains(problem, file.string()));
        CHECK(contains(problem, "chmod 600"));
        REQUIRE(chmod(file.c_str(), 0600) == 0);
    }
    REQUIRE(chmod(instance.folder.path().c_str(), 0750) == 0);
    CHECK(contains(only_problem(instance), "chmod 700"));
}

TEST_CASE("missing files are named") {
    SUBCASE("database") {
        const Instance instance;
        std::filesystem::remove(instance.folder.database());
        CHECK(contains(only_problem(instance), "drawbridge.db is missing"));
        CHECK_FALSE(std::filesystem::exists(instance.folder.database()));
    }
    SUBCASE("master key") {
        const Instance instance;
        std::filesystem::remove(instance.folder.master_key());
        CHECK(contains(only_problem(instance), "master.key"));
    }
    SUBCASE("certificate") {
        const Instance instance;
        std::filesystem::remove(instance.folder.certificate());
        CHECK(contains(only_problem(instance), "server.pem"));
    }
}

TEST_CASE("another instance's master key is recognised") {
    const Instance instance;
    const Instance other;
    drawbridge::test::write_text(
        instance.folder.master_key(),
        drawbridge::test::read_text(other.folder.master_key())
    );
    CHECK(contains(only_problem(instance), "not the key of this database"));
}

TEST_CASE("a damaged database is recognised") {
    const Instance instance;
    {
        std::fstream file(
            instance.folder.database(),
            std::ios::in | std::ios::out | std::ios::binary
        );
        file.seekp(4096);
        file << std::string(3 * 4096, 'x');
    }
    const auto report = daemon_ns::check(instance.folder, kNow);
    CHECK_FALSE(report.problems.empty());
}

TEST_CASE("a database of a newer program is named so") {
    const Instance instance;
    {
        using drawbridge::store::Database;
        Database database(instance.folder.database(), Database::Mode::read_write);
        database.execute("PRAGMA user_version=99;");
    }
    CHECK(contains(only_problem(instance), "newer drawbridged"));
}

TEST_CASE("mistakes in the configuration and in the database are named together") {
    const Instance instance;
    drawbridge::test::write_text(
        instance.folder.config(),
        "name = 5\nhost = \"localhost\"\nx = 1\n"
    );
    std::filesystem::remove(instance.folder.database());
    const auto report = daemon_ns::check(instance.folder, kNow);
    CHECK(report.problems.size() == 3);
}

TEST_CASE("a certificate near its end is a warning, one past it a problem") {
    const Instance instance;
    const auto soon = daemon_ns::check(instance.folder, kNow + 800 * base::kDayMs);
    CHECK(soon.problems.empty());
    REQUIRE(soon.warnings.size() == 1);
    CHECK(contains(soon.warnings.front(), "expires in 20 days"));
    CHECK(contains(only_problem(instance, kNow + 830 * base::kDayMs), "expired 10 days ago"));
}

TEST_CASE("looking changes nothing") {
    const Instance instance;
    const auto before = drawbridge::test::read_text(instance.folder.database());
    (void)daemon_ns::check(instance.folder, kNow);
    CHECK(drawbridge::test::read_text(instance.folder.database()) == before);
}

TEST_CASE("an audit that was altered is named by its first broken entry") {
    const Instance instance;
    {
        using drawbridge::store::Database;
        Database database(instance.folder.database(), Database::Mode::read_write);
        database.execute("DROP TRIGGER audit_stays; UPDATE audit SET at = at + 1 WHERE seq = 1;");
    }
    CHECK(contains(only_problem(instance), "the audit is broken: entry 1 was altered"));
}
