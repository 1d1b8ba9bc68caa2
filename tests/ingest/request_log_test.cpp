#include "ingest/request_log.h"

#include "ingest/request_rows.h"
#include "privacy/sweep.h"
#include "store/key_ring.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

using namespace drawbridge;
using base::kMinuteMs;
using ingest::LogEntry;
using ingest::LoggedRequest;
using ingest::RequestLog;

namespace {

constexpr base::UnixMs kNow = 1'763'690'040'000;

LoggedRequest of_stranger(const std::string& address, base::UnixMs at = kNow) {
    LoggedRequest request;
    request.at = at;
    request.status = 401;
    request.endpoint = "/v1/events";
    request.address = address;
    request.agent = "made-up/1";
    return request;
}

LoggedRequest of_server(std::int64_t server, base::UnixMs at = kNow) {
    auto request = of_stranger("192.0.2.1", at);
    request.server = server;
    request.status = 409;
    request.correlation = "1763690000000-7";
    return request;
}

/// The log and its table, as the store thread's tick joins them.
struct Log {
    test::TempFolder folder;
    store::Database database{folder / "a.db", store::Database::Mode::read_write};
    store::MasterKey master = store::MasterKey::create(folder / "master.key");
    std::unique_ptr<store::KeyRing> keys;
    RequestLog log;

    Log() {
        store::migrate(database, master);
        keys = std::make_unique<store::KeyRing>(database, master.copy());
    }

    /// How many rows it wrote.
    std::size_t tick(base::UnixMs now = kNow, std::int64_t most = ingest::kMostRequestRows) {
        database.execute("BEGIN IMMEDIATE;");
        keys->begun(database, now);
        auto entries = log.unwritten();
        ingest::write_requests(database, *keys->sealer(), entries, most);
        keys->ending(database);
        database.execute("COMMIT;");
        (void)keys->committed();
        log.written(entries, now);
        return entries.size();
    }

    std::vector<LogEntry> find(const ingest::RequestFilter& filter = {}) {
        return ingest::find_requests(database, *keys->sealer(), filter);
    }
};

std::int64_t total(const std::vector<LogEntry>& entries) {
    std::int64_t sum = 0;
    for (const auto& entry : entries) {
        sum += entry.count;
    }
    return sum;
}

}  // namespace

TEST_CASE("what was noted is found again, texts and all") {
    Log log;
    log.log.note(of_server(7));
    auto staff = of_stranger("127.0.0.1");
    staff.plane = ingest::LogPlane::admin;
    staff.status = 200;
    staff.endpoint = "GET servers/{}";
    staff.agent = "a\tb\xff" + std::string(100, 'x');
    staff.correlation = "00ff";
    staff.admin = "ann";
    log.log.note(staff);
    CHECK(log.tick() == 2);
    const auto found = log.find();
    REQUIRE(found.size() == 2);
    CHECK(found[0].request.server == 7);
    CHECK(found[0].request.correlation == "1763690000000-7");
    CHECK(found[0].request.address == "192.0.2.1");
    CHECK(found[0].request.agent == "made-up/1");
    CHECK(found[1].request.plane == ingest::LogPlane::admin);
    CHECK(found[1].request.endpoint == "GET servers/{}");
    CHECK(found[1].request.admin == "ann");
    CHECK(found[1].request.agent == "a?b?" + std::string(60, 'x'));
    CHECK(log.tick() == 0);
}

TEST_CASE("equal requests of one minute are one row with a count") {
    Log log;
    for (int i = 0; i < 5; ++i) {
        log.log.note(of_stranger("192.0.2.1", kNow + i));
    }
    CHECK(log.tick() == 1);
    log.log.note(of_stranger("192.0.2.1", kNow + 9));
    CHECK(log.tick() == 1);  // the same row, counted on
    log.log.note(of_stranger("192.0.2.1", kNow + kMinuteMs));
    log.log.note(of_stranger("192.0.2.2", kNow + kMinuteMs));
    CHECK(log.tick(kNow + kMinuteMs) == 2);
    const auto found = log.find();
    REQUIRE(found.size() == 3);
    CHECK(found[0].count == 6);
    CHECK(found[0].request.at == kNow);
    CHECK(total(found) == 8);
}

TEST_CASE("a flood is counted, and keeps neither memory nor those who are known out") {
    Log log;
    for (int i = 0; i < 10'000; ++i) {
        log.log.note(of_stranger("2001:db8::" + std::to_string(i)));
    }
    log.log.note(of_server(1));
    CHECK(log.tick() == RequestLog::kStrangersPerMinute + 2);
    const auto found = log.find();
    CHECK(total(found) == 10'001);
    const auto rest =
        std::ranges::find(found, 0U, [](const LogEntry& entry) { return entry.request.status; });
    REQUIRE(rest != found.end());
    CHECK(rest->count == 10'000 - std::int64_t{RequestLog::kStrangersPerMinute});
    CHECK(rest->request.endpoint == "further, of strangers");
    CHECK(rest->request.address.empty());
}

TEST_CASE("while nothing can be written, memory stays bounded and nothing goes uncounted") {
    RequestLog log;
    std::int64_t noted = 0;
    for (int minute = 0; minute < 5'000; ++minute) {
        for (const auto& request :
             {of_server(1, kNow + minute * kMinuteMs),
              of_stranger("::1", kNow + minute * kMinuteMs)}) {
            log.note(request);
            ++noted;
        }
    }
    const auto waiting = log.unwritten();
    CHECK(waiting.size() <= 2 * RequestLog::kMostWaiting);
    CHECK(total(waiting) == noted);
}

TEST_CASE("what was not committed is written with the next tick") {
    Log log;
    log.log.note(of_server(1));
    log.database.execute("BEGIN;");
    log.keys->begun(log.database, kNow);
    auto entries = log.log.unwritten();
    ingest::write_requests(log.database, *log.keys->sealer(), entries);
    log.database.execute("ROLLBACK;");
    CHECK(log.find().empty());
    CHECK(log.tick() == 1);
    CHECK(total(log.find()) == 1);
}

TEST_CASE("filters, and going back page by page") {
    Log log;
    for (int i = 0; i < 6; ++i) {
        log.log.note(of_server(1 + i % 2, kNow + i * kMinuteMs));
    }
    log.log.note(of_stranger("192.0.2.9", kNow + 6 * kMinuteMs));
    log.tick(kNow + 6 * kMinuteMs);
    ingest::RequestFilter filter;
    filter.server = 2;
    CHECK(log.find(filter).size() == 3);
    filter = {};
    filter.status = 401;
    CHECK(log.find(filter).size() == 1);
    filter = {};
    filter.since = kNow + kMinuteMs;
    filter.until = kNow + 3 * kMinuteMs;
    CHECK(log.find(filter).size() == 2);
    filter = {};
    filter.limit = 3;
    const auto page = log.find(filter);
    REQUIRE(page.size() == 3);
    filter.before = page.front().row;
    CHECK(log.find(filter).back().row == page.front().row - 1);
}

TEST_CASE("beyond the most rows the oldest go, and after 30 days all") {
    Log log;
    for (int i = 0; i < 50; ++i) {
        log.log.note(of_server(i));
    }
    log.tick(kNow, 20);
    CHECK(log.find().size() == 20);
    CHECK(log.find().front().request.server == 30);

    const auto later = kNow + 29 * base::kDayMs;
    log.log.note(of_server(99, later));
    log.tick(later);
    privacy::SweepState state;
    for (privacy::SweepStep step; !step.finished; state = step.state) {
        step = privacy::continue_sweep(
            log.database,
            privacy::Periods(),
            state,
            kNow + 30 * base::kDayMs + 1,
            std::chrono::steady_clock::now()
        );
        if (step.finished) CHECK(*step.finished == "requests 20");
    }
    const auto left = log.find();
    REQUIRE(left.size() == 1);
    CHECK(left.front().request.server == 99);
}
