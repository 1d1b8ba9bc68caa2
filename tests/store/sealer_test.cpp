#include "store/sealer.h"

#include "store/key_wrap.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <sys/stat.h>

using drawbridge::store::as_bytes;
using drawbridge::store::Bytes;
using drawbridge::store::Column;
using drawbridge::store::Database;
using drawbridge::store::MasterKey;
using drawbridge::store::Sealer;
using drawbridge::test::TempFolder;

namespace {

struct Keyed {
    TempFolder folder;
    Database database{folder / "a.db", Database::Mode::read_write};
    MasterKey master = MasterKey::create(folder / "master.key");

    Keyed() { drawbridge::store::migrate(database, master); }
};

}  // namespace

TEST_CASE("a sealed cell opens in its own place only") {
    Keyed keyed;
    const Sealer sealer(keyed.database, keyed.master);
    const auto cell = sealer.seal(Column::ban_reason, as_bytes("17"), as_bytes("made up"));
    const auto opened = sealer.open(Column::ban_reason, as_bytes("17"), cell);
    REQUIRE(opened.has_value());
    CHECK(std::string(opened->begin(), opened->end()) == "made up");
    CHECK_FALSE(sealer.open(Column::ban_reason, as_bytes("18"), cell).has_value());
    CHECK_FALSE(sealer.open(Column::ban_issuer, as_bytes("17"), cell).has_value());
    CHECK_FALSE(sealer.open(Column::ban_reason, as_bytes(""), cell).has_value());
}

TEST_CASE("two cells that were swapped are refused") {
    Keyed keyed;
    const Sealer sealer(keyed.database, keyed.master);
    const auto one = sealer.seal(Column::event_payload, as_bytes("one"), as_bytes("payload 1"));
    const auto two = sealer.seal(Column::event_payload, as_bytes("two"), as_bytes("payload 2"));
    CHECK_FALSE(sealer.open(Column::event_payload, as_bytes("one"), two).has_value());
    CHECK_FALSE(sealer.open(Column::event_payload, as_bytes("two"), one).has_value());
}

TEST_CASE("every flipped bit and every missing byte is noticed") {
    Keyed keyed;
    const Sealer sealer(keyed.database, keyed.master);
    const auto cell = sealer.seal(Column::tag_value, as_bytes("r"), as_bytes("secret"));
    for (std::size_t bit = 0; bit < cell.size() * 8; ++bit) {
        auto flipped = cell;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        REQUIRE_FALSE(sealer.open(Column::tag_value, as_bytes("r"), flipped).has_value());
    }
    for (std::size_t size = 0; size < cell.size(); ++size) {
        const Bytes shorter(cell.begin(), cell.begin() + static_cast<std::ptrdiff_t>(size));
        REQUIRE_FALSE(sealer.open(Column::tag_value, as_bytes("r"), shorter).has_value());
    }
}

TEST_CASE("equal texts are sealed differently, equal tags have one index") {
    Keyed keyed;
    const Sealer sealer(keyed.database, keyed.master);
    CHECK(
        sealer.seal(Column::tag_value, as_bytes("r"), as_bytes("x")) !=
        sealer.seal(Column::tag_value, as_bytes("r"), as_bytes("x"))
    );
    const auto index = sealer.indexes(as_bytes("tag a"));
    CHECK(index.now == sealer.indexes(as_bytes("tag a")).now);
    CHECK(index.now != sealer.indexes(as_bytes("tag b")).now);
    CHECK(index.now != sealer.indexes(Column::server_name, as_bytes("tag a")).now);
    CHECK(
        sealer.indexes(Column::server_name, as_bytes("x")).now !=
        sealer.indexes(Column::owner_name, as_bytes("x")).now
    );
    CHECK_FALSE(index.before.has_value());
}

TEST_CASE("cells open after a restart with the same master key") {
    Keyed keyed;
    Bytes cell;
    drawbridge::store::TagIndex index{};
    {
        const Sealer sealer(keyed.database, keyed.master);
        cell = sealer.seal(Column::tag_key, as_bytes("1"), as_bytes("x"));
        index = sealer.indexes(as_bytes("t")).now;
    }
    const Sealer sealer(keyed.database, MasterKey::load(keyed.folder / "master.key"));
    CHECK(sealer.open(Column::tag_key, as_bytes("1"), cell).has_value());
    CHECK(sealer.indexes(as_bytes("t")).now == index);
}

TEST_CASE("another master key is refused in plain words") {
    Keyed keyed;
    const auto other = MasterKey::create(keyed.folder / "other.key");
    CHECK_THROWS_WITH_AS(
        Sealer(keyed.database, other),
        doctest::Contains("not the key of this database"),
        std::runtime_error
    );
}

TEST_CASE("a master key file must be private, of 32 bytes, and is never overwritten") {
    const TempFolder folder;
    const auto file = folder / "master.key";
    CHECK_THROWS_WITH_AS(
        MasterKey::load(file),
        doctest::Contains("master.key"),
        std::runtime_error
    );
    const auto made = MasterKey::create(file);
    CHECK(MasterKey::load(file).bytes() == made.bytes());
    CHECK_THROWS_AS(MasterKey::create(file), std::runtime_error);
    CHECK(MasterKey::load(file).bytes() == made.bytes());

    REQUIRE(chmod(file.c_str(), 0604) == 0);
    CHECK_THROWS_WITH_AS(MasterKey::load(file), doctest::Contains("chmod 600"), std::runtime_error);
    REQUIRE(chmod(file.c_str(), 0600) == 0);
    std::ofstream(file) << "too short";
    CHECK_THROWS_WITH_AS(MasterKey::load(file), doctest::Contains("32 bytes"), std::runtime_error);
}

TEST_CASE("a wrapped key opens under its master key and purpose only") {
    Keyed keyed;
    const auto other = MasterKey::create(keyed.folder / "other.key");
    const drawbridge::Secret key(keyed.master.bytes());  // any 32 bytes
    const auto wrapped = drawbridge::store::wrap_key(keyed.master, "backup", key.bytes());
    CHECK(wrapped.size() == drawbridge::store::kWrappedKeyBytes);
    const auto opened = drawbridge::store::unwrap_key(keyed.master, "backup", wrapped);
    REQUIRE(opened.has_value());
    CHECK(*opened == key);
    CHECK_FALSE(drawbridge::store::unwrap_key(keyed.master, "base", wrapped).has_value());
    CHECK_FALSE(drawbridge::store::unwrap_key(other, "backup", wrapped).has_value());
    CHECK_FALSE(drawbridge::store::unwrap_key(
                    keyed.master,
                    "backup",
                    Bytes(wrapped.begin(), wrapped.end() - 1)
    )
                    .has_value());
}

TEST_CASE("a link of the audit chain hangs on its key and its data") {
    Keyed keyed;
    Keyed stranger;
    const Sealer sealer(keyed.database, keyed.master);
    const Sealer other(stranger.database, stranger.master);
    const auto link = sealer.chain_hash(as_bytes("entry"));
    CHECK(sealer.chain_hash(sealer.audit_key_id(), as_bytes("entry")) == link);
    CHECK(sealer.chain_hash(as_bytes("entrx")) != link);
    CHECK(other.chain_hash(as_bytes("entry")) != link);
    CHECK_FALSE(sealer.chain_hash(sealer.audit_key_id() + 1000, as_bytes("entry")).has_value());
}
