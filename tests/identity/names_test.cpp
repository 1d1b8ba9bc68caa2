#include "identity/names.h"

#include "store/key_ring.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace drawbridge;
using base::kDayMs;
using identity::Names;

namespace {

constexpr base::UnixMs kNow = 1'763'690'000'000;

struct Rows {
    test::TempFolder folder;
    store::Database database{folder / "a.db", store::Database::Mode::read_write};
    store::MasterKey master = store::MasterKey::create(folder / "master.key");
    std::unique_ptr<store::KeyRing> ring;

    Rows() {
        store::migrate(database, master);
        ring = std::make_unique<store::KeyRing>(database, master.copy());
        database.execute("INSERT INTO profiles VALUES(1, 1, 1), (2, 1, 1);");
    }

    std::int64_t join(std::int64_t profile, std::string_view name, base::UnixMs now = kNow) {
        database.execute("BEGIN IMMEDIATE;");
        ring->begun(database, now);
        const auto before = database.rows_changed();
        Names(database, *ring->sealer()).observe(profile, name, now);
        const auto written = database.rows_changed() - before;
        ring->ending(database);
        database.execute("COMMIT;");
        (void)ring->committed();
        return written;
    }

    std::vector<std::string> names(std::int64_t profile) {
        std::vector<std::string> texts;
        for (auto& seen : Names(database, *ring->sealer()).of(profile)) {
            texts.push_back(std::move(seen.name));
        }
        return texts;
    }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the last names of a profile, the last one first") {
    Rows rows;
    CHECK(rows.join(1, "Ann") == 1);
    CHECK(rows.join(1, "Ann ö", kNow + 1) == 1);
    CHECK(rows.join(2, "Bob") == 1);
    CHECK(rows.names(1) == Texts{"Ann ö", "Ann"});
    CHECK(rows.names(2) == Texts{"Bob"});
    CHECK(rows.names(3).empty());
}

TEST_CASE("a join under a name seen within a day writes nothing") {
    Rows rows;
    CHECK(rows.join(1, "Ann") == 1);
    CHECK(rows.join(1, "Ann", kNow + kDayMs - 1) == 0);
    CHECK(rows.join(1, "Ann", kNow + kDayMs) == 1);
    CHECK(rows.join(1, "Ann", kNow + kDayMs + 1) == 0);
    const auto seen = Names(rows.database, *rows.ring->sealer()).of(1);
    REQUIRE(seen.size() == 1);
    CHECK(seen.front().last_seen == kNow + kDayMs);
}

TEST_CASE("a sixth name takes the place of the oldest") {
    Rows rows;
    for (int i = 0; i < 5; ++i) {
        rows.join(1, std::to_string(i), kNow + i);
    }
    rows.join(1, "0", kNow + kDayMs);
    rows.join(1, "new", kNow + kDayMs + 1);
    CHECK(rows.names(1) == Texts{"new", "0", "4", "3", "2"});
}

TEST_CASE("a name that is seen again is sealed for that week") {
    Rows rows;
    rows.join(1, "Ann");
    rows.join(1, "Old");
    const auto later = kNow + store::kWeekMs;
    rows.join(1, "Ann", later);
    rows.database.execute("BEGIN IMMEDIATE;");
    CHECK(rows.ring->destroy_dated(rows.database, store::KeyPurpose::name, store::week_of(later)));
    rows.ring->ending(rows.database);
    rows.database.execute("COMMIT;");
    (void)rows.ring->committed();
    CHECK(rows.names(1) == Texts{"Ann"});
    CHECK(rows.join(1, "Ann", later + 1) == 0);
}
