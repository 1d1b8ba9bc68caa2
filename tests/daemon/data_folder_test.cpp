#include "daemon/data_folder.h"

#include "instance.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using drawbridge::daemon::DataFolder;
using drawbridge::daemon::FolderLock;
using drawbridge::test::contains;
using drawbridge::test::Instance;
using drawbridge::test::TempFolder;

TEST_CASE("what is no instance is told with the next step") {
    const TempFolder temp;
    CHECK(contains(DataFolder(temp / "none").instance_problem(), "drawbridged init --data"));
    CHECK(contains(DataFolder(temp.path()).instance_problem(), "holds no Drawbridge instance"));
    drawbridge::test::write_text(temp / "file", "x");
    CHECK(contains(DataFolder(temp / "file").instance_problem(), "is not a folder"));
    // What an interrupted init leaves behind.
    drawbridge::test::write_text(temp / "master.key", "x");
    const auto problem = DataFolder(temp.path()).instance_problem();
    CHECK(contains(problem, "has no drawbridge.toml but master.key"));
    CHECK(Instance().folder.instance_problem().empty());
}

TEST_CASE("the second daemon on a folder is told who is the first") {
    const Instance instance;
    {
        const FolderLock lock(instance.folder);
        const auto pid = "(pid " + std::to_string(getpid()) + ")";
        CHECK_THROWS_WITH_AS(
            FolderLock(instance.folder),
            doctest::Contains(pid.c_str()),
            std::runtime_error
        );
    }
    CHECK_NOTHROW(FolderLock(instance.folder));
}

TEST_CASE("a daemon that was killed leaves no lock behind") {
    const Instance instance;
    const auto child = fork();
    if (child == 0) {
        const FolderLock lock(instance.folder);
        _exit(0);  // no destructor runs
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(std::filesystem::exists(instance.folder.lock()));
    CHECK_NOTHROW(FolderLock(instance.folder));
}

TEST_CASE("a credential of the service manager stands before the file") {
    const Instance instance;
    const auto in_file = instance.folder.load_master_key().bytes();
    const TempFolder credentials;
    const auto file = credentials / "master-key";
    drawbridge::test::write_text(file, std::string(32, 'k'));
    REQUIRE(chmod(file.c_str(), 0440) == 0);  // as systemd hands it to a service user
    REQUIRE(setenv("CREDENTIALS_DIRECTORY", credentials.path().c_str(), 1) == 0);
    const auto as_credential = instance.folder.load_master_key().bytes();
    REQUIRE(unsetenv("CREDENTIALS_DIRECTORY") == 0);
    CHECK(as_credential.front() == 'k');
    CHECK(as_credential != in_file);
    CHECK(instance.folder.load_master_key().bytes() == in_file);
}
