// What somebody with the database file but without the master key may try.
#include "store/audit_fixture.h"

#include <utility>
#include <vector>

using namespace drawbridge::store;
using drawbridge::test::Audited;

namespace {

void require_broken(const AuditCheck& check, std::int64_t seq, AuditFault fault) {
    REQUIRE(check.broken.has_value());
    CHECK(check.broken->seq == seq);
    CHECK(fault_name(check.broken->fault) == fault_name(fault));
    CHECK(check.complete);
    CHECK(describe_fault(*check.broken).starts_with("entry " + std::to_string(seq) + " "));
}

}  // namespace

TEST_CASE("an untouched trail is whole, at once and in stretches") {
    Audited audit;
    const auto head = audit.fill();
    const auto check = audit.verify(head);
    CHECK_FALSE(check.broken.has_value());
    CHECK(check.complete);
    CHECK(check.verified == head);
    AuditHead at;
    int stretches = 0;
    for (bool complete = false; !complete; ++stretches) {
        const auto part = verify_audit(audit.database, *audit.sealer, at, head, 3);
        REQUIRE_FALSE(part.broken.has_value());
        complete = part.complete;
        at = part.verified;
    }
    CHECK(at == head);
    CHECK(stretches == 4);
}

TEST_CASE("an empty trail is whole, and too short for any head") {
    Audited audit;
    CHECK_FALSE(audit.verify().broken.has_value());
    require_broken(audit.verify(AuditHead{1, {}}), 1, AuditFault::tail);
}

TEST_CASE("every altered column of every entry is named") {
    const std::vector<std::pair<const char*, AuditFault>> columns{
        {"UPDATE audit SET at = at + 1 WHERE seq = ", AuditFault::hash},
        {"UPDATE audit SET actor_kind = actor_kind % 3 + 1 WHERE seq = ", AuditFault::hash},
        {"UPDATE audit SET action = action || 'x' WHERE seq = ", AuditFault::hash},
        {"UPDATE audit SET action = 'ban.approve' WHERE seq = ", AuditFault::hash},
        {"UPDATE audit SET commitment = zeroblob(32) WHERE seq = ", AuditFault::hash},
        {"UPDATE audit SET commitment = x'' WHERE seq = ", AuditFault::hash},
        {"UPDATE audit SET key_id = key_id + 1000 WHERE seq = ", AuditFault::key},
        {"UPDATE audit SET key_id = key_id + 4294967296 WHERE seq = ", AuditFault::key},
        {"UPDATE audit SET texts = zeroblob(length(texts)) WHERE seq = ", AuditFault::texts},
        {"UPDATE audit SET texts = x'' WHERE seq = ", AuditFault::texts},
        {"UPDATE audit SET texts = (SELECT texts FROM audit WHERE seq = 2) WHERE seq = ",
         AuditFault::texts},
        {"UPDATE audit SET hash = zeroblob(32) WHERE seq = ", AuditFault::hash},
        {"UPDATE audit SET hash = x'00' WHERE seq = ", AuditFault::hash},
        {"UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 2) WHERE seq = ",
         AuditFault::hash},
        {"UPDATE audit SET seq = 100 + seq WHERE seq = ", AuditFault::gap},
        {"UPDATE audit SET seq = -seq WHERE seq = ", AuditFault::stray},
    };
    for (const auto& [sql, fault] : columns) {
        for (const int seq : {1, 5, 9}) {
            CAPTURE(sql);
            CAPTURE(seq);
            Audited audit;
            audit.fill();
            audit.tamper((sql + std::to_string(seq)).c_str());
            require_broken(audit.verify(), fault == AuditFault::stray ? -seq : seq, fault);
        }
    }
}

TEST_CASE("an entry that was taken out is named, and everything before it is sound") {
    Audited audit;
    audit.fill();
    audit.tamper("DELETE FROM audit WHERE seq IN (4, 5)");
    const auto check = audit.verify();
    require_broken(check, 4, AuditFault::gap);
    CHECK(check.verified.seq == 3);
}

TEST_CASE("closing the gap again does not help") {
    Audited audit;
    audit.fill();
    audit.tamper("DELETE FROM audit WHERE seq = 4; UPDATE audit SET seq = seq - 1 WHERE seq > 4;");
    require_broken(audit.verify(), 4, AuditFault::hash);
}

TEST_CASE("a missing tail is seen against a head noted before") {
    Audited audit;
    const auto head = audit.fill();
    audit.tamper("DELETE FROM audit WHERE seq > 7");
    CHECK_FALSE(audit.verify().broken.has_value());  // the chain alone cannot know
    require_broken(audit.verify(head), 8, AuditFault::tail);
    for (int i = 0; i < 3; ++i) {
        audit.write(by_admin("ann"), {"ban.lift", "other", {}, {}});
    }
    CHECK_FALSE(audit.verify().broken.has_value());
    require_broken(audit.verify(head), 10, AuditFault::noted);
}

TEST_CASE("a noted head is found wherever a stretch of verification ends") {
    Audited audit;
    audit.fill();
    const AuditHead foreign{6, {}};
    for (const int limit : {1, 2, 5, 6, 7, 100}) {
        CAPTURE(limit);
        AuditCheck check;
        while (!check.complete) {
            check = verify_audit(audit.database, *audit.sealer, check.verified, foreign, limit);
        }
        require_broken(check, 6, AuditFault::noted);
    }
}

TEST_CASE("entries that changed places are named") {
    Audited audit;
    audit.fill();
    SUBCASE("with all their columns") {
        audit.tamper(
            "UPDATE audit SET seq = 1000 WHERE seq = 3;"
            "UPDATE audit SET seq = 3 WHERE seq = 6;"
            "UPDATE audit SET seq = 6 WHERE seq = 1000;"
        );
        require_broken(audit.verify(), 3, AuditFault::hash);
    }
    SUBCASE("with their texts alone, of the same action") {
        audit.tamper(
            "CREATE TEMP TABLE t AS SELECT seq, texts FROM audit WHERE seq IN (1, 4);"
            "UPDATE audit SET texts = (SELECT texts FROM t WHERE t.seq = 5 - audit.seq) "
            "WHERE seq IN (1, 4);"
        );
        require_broken(audit.verify(), 1, AuditFault::texts);
    }
}

TEST_CASE("an entry that was put in is named") {
    Audited audit;
    audit.fill();
    const std::string copy = "at, actor_kind, action, commitment, key_id, texts, hash FROM audit ";
    SUBCASE("at the end") {
        audit.tamper(("INSERT INTO audit SELECT 11, " + copy + "WHERE seq = 3").c_str());
        require_broken(audit.verify(), 11, AuditFault::hash);
    }
    SUBCASE("in the middle") {
        audit.tamper(("UPDATE audit SET seq = -seq - 1 WHERE seq > 3;"
                      "UPDATE audit SET seq = -seq WHERE seq < 0;"
                      "INSERT INTO audit SELECT 4, " +
                      copy + "WHERE seq = 3")
                         .c_str());
        require_broken(audit.verify(), 4, AuditFault::hash);
    }
    SUBCASE("before the first") {
        audit.tamper(("INSERT INTO audit SELECT 0, " + copy + "WHERE seq = 1").c_str());
        require_broken(audit.verify(), 0, AuditFault::stray);
    }
}

TEST_CASE("a commitment that is chained to other texts is seen") {
    // Only whoever has the keys can make this one: texts sealed anew for an entry.
    Audited audit;
    audit.fill();
    Audited other;
    other.write(by_admin("mallory"), {"ban.lift", "AAAA-BBBB", "quite another reason", "x"});
    const auto plain = [&] {
        auto query = other.database.query("SELECT texts FROM audit WHERE seq = 1");
        REQUIRE(query.step());
        const std::array<std::uint8_t, 8> row{1};
        return other.sealer->open(Column::audit_texts, row, query.blob_view(0)).value();
    }();
    const std::array<std::uint8_t, 8> row{1};
    const auto sealed = audit.sealer->seal(Column::audit_texts, row, plain);
    audit.database.query("UPDATE audit SET texts = ? WHERE seq = 1").bind(ByteView(sealed)).run();
    require_broken(audit.verify(), 1, AuditFault::commitment);
}

TEST_CASE("another database's trail, whole in itself, is not ours") {
    Audited ours;
    Audited theirs;
    theirs.fill();
    const auto check = verify_audit(theirs.database, *ours.sealer, {}, std::nullopt, 1'000'000);
    require_broken(check, 1, AuditFault::hash);
}
