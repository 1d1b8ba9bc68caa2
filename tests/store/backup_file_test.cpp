#include "store/backup_file.h"

#include "store/backup_fixture.h"

using drawbridge::store::BackupError;
using drawbridge::store::BackupFacts;
using drawbridge::store::BackupKind;
using drawbridge::store::kBackupHeaderBytes;
using drawbridge::store::MasterKey;
using drawbridge::store::pack_backup;
using drawbridge::store::read_backup_facts;
using drawbridge::store::unpack_backup;
using drawbridge::test::read_all;
using drawbridge::test::TempFolder;
using drawbridge::test::write_all;

namespace {

/// Pseudo-random, so that zstd cannot shrink it: several chunks.
std::string content(std::size_t size) {
    std::string text(size, '\0');
    std::uint32_t state = 1;
    for (auto& c : text) {
        state = state * 1664525U + 1013904223U;
        c = static_cast<char>(state >> 24U);
    }
    return text;
}

struct Packed {
    explicit Packed(const std::string& plain) {
        write_all(temp / "plain", plain);
        facts.schema = 1;
        facts.created_at = drawbridge::test::kBackupTime;
        facts.number = 7;
        facts.journal = 3;
        facts.plain_size = plain.size();
        facts.kind = BackupKind::start;
        pack_backup(temp / "plain", file, facts, drawbridge::store::BackupKeys(master), nullptr);
        bytes = read_all(file);
    }

    /// Empty: it was unpacked. Else what was said.
    std::string problem(const std::string& altered) {
        write_all(file, altered);
        std::filesystem::remove(temp / "unpacked");
        try {
            unpack_backup(file, temp / "unpacked", master, nullptr);
        } catch (const BackupError& error) {
            return error.what();
        }
        return {};
    }

    TempFolder temp;
    MasterKey master = MasterKey::create(temp / "master.key");
    std::filesystem::path file = temp / "a.backup";
    BackupFacts facts;
    std::string bytes;
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what was packed comes out again, whatever its size") {
    for (const std::size_t size : {0U, 1U, 4096U, 65536U, 300'000U}) {
        CAPTURE(size);
        const auto plain = content(size);
        Packed packed(plain);
        CHECK(read_backup_facts(packed.file) == packed.facts);
        CHECK(packed.problem(packed.bytes).empty());
        CHECK(read_all(packed.temp / "unpacked") == plain);
    }
}

TEST_CASE("a byte flipped anywhere is noticed and the file is named") {
    Packed packed(content(300'000));
    const auto size = packed.bytes.size();
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < kBackupHeaderBytes + 64; ++i) {
        places.push_back(i);
    }
    for (std::size_t i = kBackupHeaderBytes + 64; i < size; i += 997) {
        places.push_back(i);
    }
    for (std::size_t i = size - 40; i < size; ++i) {
        places.push_back(i);
    }
    for (const auto place : places) {
        // The second slot is empty: what stands there opens nothing and changes nothing.
        if (place >= 144 && place < 216) continue;
        CAPTURE(place);
        auto altered = packed.bytes;
        altered.at(place) = static_cast<char>(altered.at(place) ^ 0x10);
        CHECK(contains(packed.problem(altered), "a.backup"));
    }
}

TEST_CASE("a file cut anywhere is called cut") {
    Packed packed(content(200'000));
    const auto size = packed.bytes.size();
    for (std::size_t left = 8; left < size; left += 1009) {
        CAPTURE(left);
        CHECK(contains(packed.problem(packed.bytes.substr(0, left)), "cut short"));
    }
    CHECK(contains(packed.problem(packed.bytes.substr(0, size - 1)), "cut short"));
    CHECK(contains(packed.problem(""), "not a backup"));
}

TEST_CASE("a file that goes on, parts that change places, and parts of another file are noticed") {
    Packed packed(content(300'000));
    CHECK(contains(packed.problem(packed.bytes + "x"), "goes on after its end"));
    CHECK(contains(packed.problem(packed.bytes + packed.bytes), "goes on after its end"));
    const std::size_t chunk = 4 + 65536 + 17;
    const std::size_t first = kBackupHeaderBytes + 24;
    auto swapped = packed.bytes;
    for (std::size_t i = 0; i < chunk; ++i) {
        std::swap(swapped.at(first + i), swapped.at(first + chunk + i));
    }
    CHECK(contains(packed.problem(swapped), "altered"));
    auto left_out = packed.bytes;
    left_out.erase(first + chunk, chunk);
    CHECK(contains(packed.problem(left_out), "altered"));
    // The same master key wraps both keys, so only the content tells them apart.
    pack_backup(
        packed.temp / "plain",
        packed.temp / "b",
        packed.facts,
        drawbridge::store::BackupKeys(packed.master),
        nullptr
    );
    const auto other = read_all(packed.temp / "b");
    const auto mixed =
        packed.bytes.substr(0, kBackupHeaderBytes) + other.substr(kBackupHeaderBytes);
    CHECK(contains(packed.problem(mixed), "altered"));
}

TEST_CASE("another master key, format or file says so") {
    Packed packed(content(1000));
    const auto other = MasterKey::create(packed.temp / "other.key");
    CHECK_THROWS_WITH_AS(
        unpack_backup(packed.file, packed.temp / "unpacked", other, nullptr),
        doctest::Contains("another master.key"),
        BackupError
    );
    auto newer = packed.bytes;
    newer.at(8) = 2;
    CHECK(contains(packed.problem(newer), "has format 2"));
    CHECK(contains(packed.problem(content(1000)), "not a backup of Drawbridge"));
}
