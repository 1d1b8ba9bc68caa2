#include "store/audit_fixture.h"

#include <algorithm>
#include <vector>

using namespace drawbridge::store;
using drawbridge::test::Audited;
using drawbridge::test::kWhen;

namespace {

std::vector<std::int64_t> numbers(const AuditPage& page) {
    std::vector<std::int64_t> found;
    for (const auto& record : page.records) {
        found.push_back(record.seq);
    }
    return found;
}

AuditPage find(Audited& audit, const AuditFilter& filter) {
    return find_audit(audit.database, *audit.sealer, filter);
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("entries are found by who, what, to what and when") {
    Audited audit;
    audit.fill();
    AuditFilter filter;
    SUBCASE("actor") {
        filter.actor = "ann";
        CHECK(numbers(find(audit, filter)) == Numbers{1, 4, 7});
    }
    SUBCASE("the system") {
        filter.actor = "system";
        CHECK(numbers(find(audit, filter)) == Numbers{3, 6, 9});
    }
    SUBCASE("action") {
        filter.action = "server.enrol";
        CHECK(numbers(find(audit, filter)) == Numbers{2, 5, 8});
    }
    SUBCASE("target") {
        filter.target = "carl";
        CHECK(numbers(find(audit, filter)) == Numbers{10});
    }
    SUBCASE("time") {
        filter.since = kWhen + 4;
        filter.until = kWhen + 6;
        CHECK(numbers(find(audit, filter)) == Numbers{4, 5});
    }
    SUBCASE("together") {
        filter.actor = "ann";
        filter.since = kWhen + 2;
        filter.target = "AAAA-BBBB";
        filter.limit = 1;
        CHECK(numbers(find(audit, filter)) == Numbers{7});
    }
    SUBCASE("nobody") {
        filter.actor = "nobody";
        const auto page = find(audit, filter);
        CHECK(page.records.empty());
        CHECK_FALSE(page.more);
        CHECK(page.first == 1);
        CHECK(page.last == 10);
    }
}

TEST_CASE("pages lead on, forwards and backwards, and miss nothing") {
    Audited audit;
    audit.fill();
    AuditFilter filter;
    filter.limit = 4;
    Numbers back;
    for (bool more = true; more;) {
        const auto page = find(audit, filter);
        const auto part = numbers(page);
        back.insert(back.begin(), part.begin(), part.end());
        more = page.more;
        filter.earlier = page.first;
    }
    CHECK(back == Numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    filter = {};
    filter.limit = 4;
    filter.after = 0;
    Numbers on;
    for (bool more = true; more;) {
        const auto page = find(audit, filter);
        const auto part = numbers(page);
        on.insert(on.end(), part.begin(), part.end());
        more = page.more;
        filter.after = page.last;
    }
    CHECK(on == back);
}

TEST_CASE("a search opens a bounded number of entries and leads on behind them") {
    Audited audit;
    constexpr int kEntries = 20'010;
    audit.write(by_admin("needle"), {"admin.add", "x", {}, {}});
    audit.database.execute("BEGIN;");
    for (int i = 1; i < kEntries; ++i) {
        audit.write(by_admin("hay"), {"admin.add", "x", {}, {}});
    }
    audit.database.execute("COMMIT;");
    AuditFilter filter;
    filter.actor = "needle";
    auto page = find(audit, filter);
    CHECK(page.records.empty());
    CHECK(page.more);
    CHECK(page.first == 11);
    filter.earlier = page.first;
    page = find(audit, filter);
    CHECK(numbers(page) == Numbers{1});
    CHECK_FALSE(page.more);
}

TEST_CASE("an entry whose texts were altered is listed, without them") {
    Audited audit;
    audit.fill();
    audit.tamper("UPDATE audit SET texts = zeroblob(80) WHERE seq = 5");
    const auto page = find(audit, {});
    REQUIRE(page.records.size() == 10);
    CHECK_FALSE(page.records[4].texts.has_value());
    CHECK_FALSE(page.records[4].erased_by.has_value());
}
