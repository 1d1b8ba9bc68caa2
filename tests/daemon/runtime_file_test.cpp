#include "daemon/runtime_file.h"

#include "instance.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <unistd.h>

using drawbridge::daemon::RuntimeFile;
using drawbridge::test::TempFolder;

TEST_CASE("the file says where the daemon is, as long as it runs") {
    const TempFolder temp;
    const auto file = temp / "runtime.json";
    drawbridge::test::write_text(file, "left behind by a crash");
    {
        const RuntimeFile runtime(file, "0.0.0.0:8443", "[::1]:8444");
        CHECK(
            drawbridge::test::read_text(file) ==
            "{\"admin\":\"[::1]:8444\",\"data\":\"0.0.0.0:8443\",\"pid\":" +
                std::to_string(getpid()) + "}\n"
        );
    }
    CHECK_FALSE(std::filesystem::exists(file));
}
