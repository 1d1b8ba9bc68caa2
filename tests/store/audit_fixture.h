// A database with keys and a short audit in it, for tests that alter it.
#pragma once

#include "store/audit.h"
#include "store/audit_query.h"
#include "store/audit_verify.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace drawbridge::test {

inline constexpr base::UnixMs kWhen = 1'800'000'000'000;

struct Audited {
    TempFolder folder;
    store::Database database{folder / "a.db", store::Database::Mode::read_write};
    store::MasterKey master = store::MasterKey::create(folder / "master.key");
    std::optional<store::Sealer> sealer;

    Audited() {
        store::migrate(database, master);
        sealer.emplace(database, master);
    }

    store::AuditHead write(
        const store::AuditActor& actor,
        const store::AuditEntry& entry,
        base::UnixMs now = kWhen
    ) {
        return store::append_audit(database, *sealer, actor, entry, now);
    }

    /// Ten entries of different kinds.
    store::AuditHead fill() {
        for (int i = 1; i < 10; i += 3) {
            write(
                store::by_admin("ann"),
                {"ban.lift", "AAAA-BBBB", "was a mistake", "x"},
                kWhen + i
            );
            write(store::by_server("srv_one"), {"server.enrol", "srv_one", {}, "1"}, kWhen + i + 1);
            write(store::by_system(), {"ban.expire", "CCCC-DDDD", {}, {}}, kWhen + i + 2);
        }
        return write(store::by_admin("bob"), {"admin.add", "carl", "new", {}}, kWhen + 10);
    }

    /// As somebody with the file, and no key, would.
    void tamper(const char* sql) {
        database.execute(
            "DROP TRIGGER IF EXISTS audit_stays; DROP TRIGGER IF EXISTS audit_is_kept;"
            "PRAGMA ignore_check_constraints=ON;"
        );
        database.execute(sql);
    }

    [[nodiscard]] store::AuditCheck verify(
        const std::optional<store::AuditHead>& noted = std::nullopt
    ) {
        return store::verify_audit(database, *sealer, {}, noted, 1'000'000);
    }
};

}  // namespace drawbridge::test
