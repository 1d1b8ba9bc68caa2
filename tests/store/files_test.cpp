#include "store/files.h"

#include "store/sealer.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <sys/stat.h>

using drawbridge::store::as_bytes;
using drawbridge::store::Existing;
using drawbridge::store::privacy_problem;
using drawbridge::store::read_file;
using drawbridge::store::write_file;
using drawbridge::test::TempFolder;

namespace {

std::string read_text(const std::filesystem::path& file) {
    const auto content = read_file(file, 1000);
    return {content.begin(), content.end()};
}

std::ptrdiff_t entries(const std::filesystem::path& folder) {
    const std::filesystem::directory_iterator files(folder);
    return std::distance(begin(files), end(files));
}

}  // namespace

TEST_CASE("a written file is private, whole, and leaves nothing beside it") {
    const TempFolder folder;
    const auto file = folder / "a.key";
    write_file(file, as_bytes("first"), Existing::refuse);

    struct stat status {};

    REQUIRE(stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0600U);
    CHECK(read_text(file) == "first");
    write_file(file, as_bytes("second"), Existing::replace);
    CHECK(read_text(file) == "second");
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("an existing file is kept where it must not be replaced") {
    const TempFolder folder;
    const auto file = folder / "a.key";
    write_file(file, as_bytes("first"), Existing::refuse);
    CHECK_THROWS_AS(write_file(file, as_bytes("second"), Existing::refuse), std::runtime_error);
    CHECK(read_text(file) == "first");
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a folder that is not there is an error that names the file") {
    const TempFolder folder;
    const auto file = folder / "none" / "a.key";
    CHECK_THROWS_WITH_AS(
        write_file(file, as_bytes("x"), Existing::refuse),
        doctest::Contains("a.key"),
        std::runtime_error
    );
    CHECK_THROWS_WITH_AS((void)read_file(file, 10), doctest::Contains("a.key"), std::runtime_error);
}

TEST_CASE("a file over the limit is refused, one at the limit is read") {
    const TempFolder folder;
    const auto file = folder / "a";
    write_file(file, as_bytes("12345"), Existing::refuse);
    CHECK(read_file(file, 5).size() == 5);
    CHECK_THROWS_AS((void)read_file(file, 4), std::runtime_error);
}

TEST_CASE("a secret that others can read is named with the remedy") {
    const TempFolder folder;
    const auto file = folder / "a.key";
    write_file(file, as_bytes("x"), Existing::refuse);
    CHECK(privacy_problem(file).empty());
    REQUIRE(chmod(file.c_str(), 0640) == 0);
    CHECK(privacy_problem(file).find("chmod 600") != std::string::npos);
    CHECK(privacy_problem(file).find("0640") != std::string::npos);
}
