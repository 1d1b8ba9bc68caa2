// What a measurement left in a database.
//
//   bench_rows compare DATABASE IDS        exit 1 unless it holds exactly the events acknowledged
//   bench_rows copy DATABASE OUT
//   bench_rows replay BEFORE AFTER OUT     writes the rows between the two again; prints JSON
#include "bench/rows/replay.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

int run(const std::vector<std::string>& arguments) {
    using namespace drawbridge::bench;
    if (arguments.size() == 3 && arguments[0] == "compare") {
        const auto difference = compare(arguments[1], arguments[2]);
        if (difference.empty()) return 0;
        fmt::print(stderr, "bench_rows: {}\n", difference);
        return 1;
    }
    if (arguments.size() == 3 && arguments[0] == "copy") {
        copy(arguments[1], arguments[2]);
        return 0;
    }
    if (arguments.size() == 4 && arguments[0] == "replay") {
        const auto done = replay(arguments[1], arguments[2], arguments[3]);
        fmt::print(
            R"({{"events":{},"rows":{},"seconds":{:.4f}}})"
            "\n",
            done.events,
            done.rows,
            done.seconds
        );
        return 0;
    }
    fmt::print(
        stderr,
        "bench_rows compare DATABASE IDS | copy DATABASE OUT | replay BEFORE AFTER OUT\n"
    );
    return 2;
}

}  // namespace

int main(int count, char** values) {
    try {
        return run({values + 1, values + count});
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_rows: {}\n", error.what());
        return 1;
    }
}
