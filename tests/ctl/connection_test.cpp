#include "ctl/connection.h"

#include "ctl/exit_code.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace drawbridge::ctl;
using drawbridge::test::TempFolder;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, const std::string& text) {
    std::ofstream(file) << text;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

ExitCode failure_code(const Place& place, std::string& text) {
    try {
        (void)resolve(place);
    } catch (const Failure& failure) {
        text = failure.what();
        return failure.code;
    }
    return ExitCode::done;
}

}  // namespace

TEST_CASE("an address is host and port, IPv6 in brackets") {
    CHECK(parse_host_port("localhost", 8444).port == 8444);
    CHECK(parse_host_port("ban.example.org:99", 8444).host == "ban.example.org");
    CHECK(parse_host_port("ban.example.org:99", 8444).port == 99);
    CHECK(parse_host_port("[::1]:99", 8444).host == "::1");
    CHECK(parse_host_port("[::1]:99", 8444).port == 99);
    CHECK(parse_host_port("[::1]", 8444).port == 8444);
    for (const auto* text :
         {"", ":99", "host:", "host:x", "host:70000", "host:99/path", "[::1", "[]:1", "[::1]99"}) {
        CAPTURE(text);
        CHECK_THROWS_AS((void)parse_host_port(text, 8444), Failure);
    }
}

TEST_CASE("a data folder leads to its running daemon") {
    const TempFolder folder;
    write(folder / "admin.token", "dba1_made-up\n");
    write(folder / "ca.pem", "made up");
    std::string text;
    CHECK(failure_code({folder.path().string(), "", "", ""}, text) == ExitCode::failed);
    CHECK(text.find("drawbridged serve --data " + folder.path().string()) != std::string::npos);

    write(folder / "runtime.json", R"({"admin":"0.0.0.0:8555","pid":1})");
    const auto connection = resolve({folder.path().string(), "", "", ""});
    CHECK(connection.host == "127.0.0.1");
    CHECK(connection.port == 8555);
    CHECK(connection.token == "dba1_made-up");
    CHECK(connection.ca_file == (folder / "ca.pem").string());

    write(folder / "runtime.json", "{");
    CHECK(failure_code({folder.path().string(), "", "", ""}, text) == ExitCode::failed);
}

TEST_CASE("one daemon must be named, and only over TLS") {
    std::string text;
    CHECK(failure_code({}, text) == ExitCode::usage);
    CHECK(failure_code({"dir", "https://a", "", ""}, text) == ExitCode::usage);
    CHECK(failure_code({"", "http://a", "file", ""}, text) == ExitCode::usage);
    CHECK(failure_code({"", "https://a", "", ""}, text) == ExitCode::usage);
    CHECK(failure_code({"/nonexistent/folder", "", "", ""}, text) == ExitCode::failed);
    CHECK(text.find("drawbridged init") != std::string::npos);
}

TEST_CASE("a token that others may read is not used") {
    const TempFolder folder;
    const auto file = folder / "token";
    write(file, "dba1_made-up\n");
    CHECK(read_token(file) == "dba1_made-up");
    fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
    CHECK_THROWS_AS((void)read_token(file), Failure);
    CHECK_THROWS_AS((void)read_token(folder / "missing"), Failure);
}
