#include "store/log_check.h"

#include "store/database.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

using drawbridge::store::Database;
using drawbridge::store::log_damage;
using drawbridge::test::TempFolder;

namespace {

constexpr std::size_t kHeader = 32;
constexpr std::size_t kFrame = 24 + 4096;

/// The log of a database after transactions of different sizes, as a crash leaves it.
class CrashedLog {
public:
    CrashedLog() : database_(folder_ / "a.db", Database::Mode::read_write) {
        database_.execute("CREATE TABLE t (x TEXT NOT NULL) STRICT;");
        for (int i = 0; i < 6; ++i) {
            database_.execute("BEGIN; INSERT INTO t VALUES (hex(randomblob(100)));");
            if (i % 2 == 0) database_.execute("INSERT INTO t VALUES (hex(randomblob(9000)));");
            database_.execute("COMMIT;");
        }
    }

    [[nodiscard]] Database& database() { return database_; }

    [[nodiscard]] std::string bytes() const {
        std::ifstream stream(folder_ / "a.db-wal", std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    /// What is said of a log of these bytes.
    [[nodiscard]] std::optional<std::string> damage(const std::string& bytes) const {
        const auto file = folder_ / "other-wal";
        std::ofstream(file, std::ios::binary) << bytes;
        return log_damage(file);
    }

private:
    TempFolder folder_;
    Database database_;
};

bool is_commit(const std::string& log, std::size_t frame) {
    const auto at = kHeader + frame * kFrame + 4;
    return std::any_of(
        log.begin() + static_cast<std::ptrdiff_t>(at),
        log.begin() + static_cast<std::ptrdiff_t>(at) + 4,
        [](char byte) { return byte != 0; }
    );
}

/// Of frames from 0: whether two whole transactions stand behind this one.
bool has_two_behind(const std::string& log, std::size_t frame) {
    int commits = 0;
    for (auto at = frame + 1; kHeader + (at + 1) * kFrame <= log.size(); ++at) {
        commits += is_commit(log, at) ? 1 : 0;
    }
    return commits >= 2;
}

std::string flipped(std::string log, std::size_t at) {
    log[at] = static_cast<char>(log[at] ^ 0x10);
    return log;
}

}  // namespace

TEST_CASE("a log that is as it was written, torn anywhere, or not there is no damage") {
    const CrashedLog log;
    const auto whole = log.bytes();
    REQUIRE(whole.size() > kHeader + 10 * kFrame);
    CHECK_FALSE(log.damage(whole));
    CHECK_FALSE(log_damage("/nonexistent/a.db-wal"));
    for (std::size_t size = 0; size < whole.size(); size += 1013) {
        CHECK_FALSE(log.damage(whole.substr(0, size)));
    }
}

TEST_CASE("a changed byte with two transactions behind it is damage, and the frame is named") {
    const CrashedLog log;
    const auto whole = log.bytes();
    const auto frames = (whole.size() - kHeader) / kFrame;
    int found = 0;
    for (std::size_t frame = 0; frame < frames; ++frame) {
        // Page number, salt, and the page.
        for (const std::size_t at : {std::size_t{1}, std::size_t{9}, std::size_t{24}, kFrame - 1}) {
            const auto damage = log.damage(flipped(whole, kHeader + frame * kFrame + at));
            CHECK(damage.has_value() == has_two_behind(whole, frame));
            if (!damage) continue;
            ++found;
            CHECK(damage->find("frame " + std::to_string(frame + 1) + " ") != std::string::npos);
        }
    }
    CHECK(found > 20);
}

TEST_CASE("a changed header is damage") {
    const CrashedLog log;
    const auto whole = log.bytes();
    for (std::size_t at = 0; at < kHeader; ++at) {
        const auto damage = log.damage(flipped(whole, at));
        REQUIRE(damage);
        CHECK(damage->find("its header") != std::string::npos);
    }
}

TEST_CASE("what an older run through the log left behind its end is no damage") {
    CrashedLog log;
    log.database().checkpoint();
    log.database().execute("INSERT INTO t VALUES ('in the second run'); DELETE FROM t;");
    const auto whole = log.bytes();
    CHECK_FALSE(log.damage(whole));
    // The new run alone counts: two transactions, so damage to its first frame is a crash's.
    CHECK_FALSE(log.damage(flipped(whole, kHeader + 30)));
}

TEST_CASE("a transaction that was rolled back after it had spilled is no damage") {
    CrashedLog log;
    auto& database = log.database();
    database.execute("PRAGMA cache_size=5;");
    database.execute("BEGIN; INSERT INTO t VALUES (hex(randomblob(200000))); ROLLBACK;");
    database.execute("INSERT INTO t VALUES ('short');");
    CHECK_FALSE(log.damage(log.bytes()));
}
