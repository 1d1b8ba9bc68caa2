#include "store/audit_fixture.h"

using namespace drawbridge::store;
using drawbridge::test::Audited;
using drawbridge::test::kWhen;

TEST_CASE("entries are numbered without gaps and read as they were written") {
    Audited audit;
    CHECK(audit_head(audit.database) == AuditHead());
    CHECK(audit.fill().seq == 10);
    const auto page = find_audit(audit.database, *audit.sealer, {});
    REQUIRE(page.records.size() == 10);
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK(page.records[i].seq == static_cast<std::int64_t>(i) + 1);
        CHECK(page.records[i].at == kWhen + static_cast<std::int64_t>(i) + 1);
    }
    const auto& first = page.records.front();
    CHECK(first.actor_kind == ActorKind::admin);
    CHECK(first.action == "ban.lift");
    REQUIRE(first.texts.has_value());
    CHECK(first.texts->actor == "ann");
    CHECK(first.texts->target == "AAAA-BBBB");
    CHECK(first.texts->reason == "was a mistake");
    CHECK(first.texts->detail == "x");
    CHECK(page.records[2].texts->actor == "system");
    CHECK(page.records.back().hash == audit_head(audit.database).hash);
}

TEST_CASE("who, target, reason and detail are not in the file in clear") {
    Audited audit;
    audit.write(by_admin("made-up-name"), {"ban.lift", "made-up-target", "made-up-why", "made-up"});
    audit.database.execute("PRAGMA wal_checkpoint(TRUNCATE);");
    auto query =
        audit.database.query("SELECT count(*) FROM audit WHERE instr(texts, 'made-up') > 0");
    REQUIRE(query.step());
    CHECK(query.integer(0) == 0);
}

TEST_CASE("a chain goes on over a savepoint that was rolled back") {
    Audited audit;
    const auto before = audit.fill();
    audit.database.execute("BEGIN; SAVEPOINT job;");
    CHECK(audit.write(by_admin("ann"), {"ban.lift", "X", {}, {}}).seq == 11);
    audit.database.execute("ROLLBACK TO job; RELEASE job;");
    CHECK(audit_head(audit.database) == before);
    const auto next = audit.write(by_admin("bob"), {"ban.lift", "Y", {}, {}});
    audit.database.execute("COMMIT;");
    CHECK(next.seq == 11);
    const auto check = audit.verify();
    CHECK_FALSE(check.broken.has_value());
    CHECK(check.verified == next);
}

TEST_CASE("our own programs cannot alter or delete an entry by mistake") {
    Audited audit;
    audit.fill();
    CHECK_THROWS_WITH_AS(
        audit.database.execute("DELETE FROM audit WHERE seq = 10"),
        doctest::Contains("only appended to"),
        StoreError
    );
    CHECK_THROWS_WITH_AS(
        audit.database.execute("UPDATE audit SET at = 1"),
        doctest::Contains("only appended to"),
        StoreError
    );
}

TEST_CASE("an entry that cannot be written says so, and the rest of its transaction can go") {
    Audited audit;
    audit.database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN "
        "SELECT RAISE(ABORT, 'made up'); END;"
    );
    CHECK_THROWS_WITH_AS(
        audit.write(by_admin("ann"), {"ban.lift", "X", {}, {}}),
        doctest::Contains("audit"),
        AuditError
    );
}

TEST_CASE("texts can be erased; what was done and the chain stay") {
    Audited audit;
    audit.fill();
    const auto order = audit.write(by_admin("ann"), {"audit.erase", {}, {}, "1"});
    CHECK(erase_audit_texts(audit.database, *audit.sealer, 1, order.seq));
    CHECK_FALSE(erase_audit_texts(audit.database, *audit.sealer, 99, order.seq));
    const auto check = audit.verify();
    CHECK_FALSE(check.broken.has_value());
    CHECK(check.verified == order);
    CHECK(check.erased == 1);
    const auto first = find_audit(audit.database, *audit.sealer, {}).records.front();
    CHECK(first.action == "ban.lift");
    CHECK_FALSE(first.texts.has_value());
    CHECK(first.erased_by == order.seq);
}

TEST_CASE("a head is written as SEQ:HEX and nothing else reads as one") {
    Audited audit;
    const auto head = audit.fill();
    const auto text = print_audit_head(head);
    CHECK(text.starts_with("10:"));
    CHECK(text.size() == 3 + 64);
    CHECK(parse_audit_head(text) == head);
    for (const auto* wrong : {"", ":", "10", "10:", "x:00", "-1:00", "10:0g", ":00", " 10:00"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_audit_head(wrong).has_value());
    }
    CHECK_FALSE(parse_audit_head(text + "0").has_value());
    CHECK_FALSE(parse_audit_head(text.substr(0, text.size() - 1)).has_value());
}
