// Pending facts stand in a temporary table of the connection, in memory: so SQLite itself drops
// those of a job whose savepoint is rolled back.
#include "store/journal_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <stdexcept>

namespace drawbridge::store {
namespace {

constexpr std::size_t kAt = 8;
constexpr std::size_t kCommit = 16;
constexpr std::size_t kBody = 24;
constexpr std::size_t kServerBytes = 24;
constexpr std::size_t kGeneration = kBody + kServerBytes;
constexpr std::size_t kEpoch = kGeneration + 4;

void put(PlainRecord& plain, std::size_t at, std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
        plain.at(at + i) = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

std::uint64_t take(const PlainRecord& plain, std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        value |= std::uint64_t{plain.at(at + i)} << (8 * i);
    }
    return value;
}

void put_server(PlainRecord& plain, std::string_view server) {
    if (server.size() > kServerBytes) throw std::runtime_error("a server's id is too long");
    std::ranges::copy(as_bytes(server), plain.begin() + kBody);
}

std::string take_server(const PlainRecord& plain) {
    const auto field = std::span(plain).subspan(kBody, kServerBytes);
    return {field.begin(), std::ranges::find(field, 0)};
}

void put_body(PlainRecord& plain, const KeyRevoked& fact) {
    put_server(plain, fact.server);
    put(plain, kGeneration, fact.generation, 4);
}

void put_body(PlainRecord& plain, const AdminRevoked& fact) {
    std::ranges::copy(fact.token_hash, plain.begin() + kBody);
}

void put_body(PlainRecord& plain, const BanEnded& fact) {
    put(plain, kBody, fact.number, 8);
    put(plain, kBody + 8, fact.state, 1);
    put(plain, kBody + 9, fact.overturned ? 1 : 0, 1);
    put(plain, kBody + 10, fact.by, 8);
}

void put_body(PlainRecord& plain, const EpochOpened& fact) {
    put_server(plain, fact.server);
    put(plain, kGeneration, fact.generation, 4);
    put(plain, kEpoch, fact.epoch, 8);
}

void put_body(PlainRecord& plain, const ServerRemoved& fact) {
    put_server(plain, fact.server);
    put(plain, kGeneration, fact.lifts_bans ? 1 : 0, 1);
}

void put_body(PlainRecord& plain, const PairRuled& fact) {
    put(plain, kBody, static_cast<std::uint64_t>(fact.profile), 8);
    put(plain, kBody + 8, static_cast<std::uint64_t>(fact.other), 8);
    put(plain, kBody + 16, fact.is_apart ? 1 : 0, 1);
}

JournalFact take_body(const PlainRecord& plain, std::uint64_t number) {
    const auto generation = static_cast<std::uint32_t>(take(plain, kGeneration, 4));
    switch (plain.front()) {
        case 1: return KeyRevoked{take_server(plain), generation};
        case 2: {
            AdminRevoked fact;
            std::copy_n(plain.begin() + kBody, fact.token_hash.size(), fact.token_hash.begin());
            return fact;
        }
        case 3:
            return BanEnded{
                take(plain, kBody, 8),
                static_cast<std::uint8_t>(take(plain, kBody + 8, 1)),
                take(plain, kBody + 9, 1) != 0,
                take(plain, kBody + 10, 8)};
        case 4: return EpochOpened{take_server(plain), generation, take(plain, kEpoch, 8)};
        case 5: return ServerRemoved{take_server(plain), take(plain, kGeneration, 1) != 0};
        case 6:
            return PairRuled{
                static_cast<std::int64_t>(take(plain, kBody, 8)),
                static_cast<std::int64_t>(take(plain, kBody + 8, 8)),
                take(plain, kBody + 16, 1) != 0};
        default:
            throw std::runtime_error(fmt::format(
                "record {} of the journal is of kind {}, which this program does not know: install "
                "the newer drawbridged that wrote it",
                number,
                plain.front()
            ));
    }
}

void require_table(Database& database) {
    database
        .query(
            "CREATE TEMP TABLE IF NOT EXISTS journal_pending"
            "(id INTEGER PRIMARY KEY, plain BLOB NOT NULL)"
        )
        .run();
}

}  // namespace

PlainRecord encode_record(const JournalRecord& record) {
    PlainRecord plain{};
    plain.front() = static_cast<std::uint8_t>(record.fact.index() + 1);
    put(plain, kAt, static_cast<std::uint64_t>(record.at), 8);
    put(plain, kCommit, record.commit, 8);
    std::visit([&](const auto& fact) { put_body(plain, fact); }, record.fact);
    return plain;
}

JournalRecord decode_record(std::uint64_t number, const PlainRecord& plain) {
    return {
        number,
        static_cast<base::UnixMs>(take(plain, kAt, 8)),
        take(plain, kCommit, 8),
        take_body(plain, number)};
}

void append_journal(Database& database, const JournalFact& fact) {
    const auto plain = encode_record({0, 0, 0, fact});
    require_table(database);
    database.query("INSERT INTO temp.journal_pending(plain) VALUES(?)").bind(ByteView(plain)).run();
}

std::vector<JournalFact> pending_facts(Database& database) {
    require_table(database);
    auto query = database.query("SELECT plain FROM temp.journal_pending ORDER BY id");
    std::vector<JournalFact> facts;
    while (query.step()) {
        PlainRecord plain{};
        std::ranges::copy(query.blob_view(0), plain.begin());
        facts.push_back(decode_record(0, plain).fact);
    }
    return facts;
}

void clear_pending_facts(Database& database) {
    database.query("DELETE FROM temp.journal_pending").run();
}

}  // namespace drawbridge::store
