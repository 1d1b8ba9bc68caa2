// What may never come back, one fact for each record of the journal (store/journal_file.h): a
// backup that is restored does not know what has happened since it was made.
//
// Plain form, 80 bytes, little-endian; texts are padded with zeros:
//   record := kind[1] zero[7] at[8] commit[8] body[56]
//   body   := server[24] generation[4]              a secret, or one-time code (0), was revoked
//           | token_hash[32]                        an administrator's token was revoked
//           | number[8] state[1] overturned[1] by[8]  a ban was put an end to, or stopped in grace
//           | server[24] generation[4] epoch[8]     an epoch was opened
//           | server[24] lifts_bans[1]              a server was removed
//           | profile[8] other[8] is_apart[1]       staff told two profiles apart, or took back
//                                                   what they had said of the two
// followed by zeros.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace drawbridge::store {

struct KeyRevoked {
    std::string server;  // srv_…
    std::uint32_t generation = 0;

    friend bool operator==(const KeyRevoked&, const KeyRevoked&) = default;
};

struct AdminRevoked {
    std::array<std::uint8_t, 32> token_hash{};

    friend bool operator==(const AdminRevoked&, const AdminRevoked&) = default;
};

struct BanEnded {
    std::uint64_t number = 0;
    std::uint8_t state = 0;   // bans::BanState
    bool overturned = false;  // lifted because it was wrong
    std::uint64_t by = 0;     // the ban that took its place; 0: none, or of an older program

    friend bool operator==(const BanEnded&, const BanEnded&) = default;
};

struct EpochOpened {
    std::string server;  // srv_…
    std::uint32_t generation = 0;
    std::uint64_t epoch = 0;

    friend bool operator==(const EpochOpened&, const EpochOpened&) = default;
};

struct ServerRemoved {
    std::string server;       // srv_…
    bool lifts_bans = false;  // those of the network that rest on it, too

    friend bool operator==(const ServerRemoved&, const ServerRemoved&) = default;
};

/// Numbers of profiles are never given again, so a backup has the same person under one or nobody.
struct PairRuled {
    std::int64_t profile = 0;
    std::int64_t other = 0;
    bool is_apart = false;  // false: what was ruled on the two was undone

    friend bool operator==(const PairRuled&, const PairRuled&) = default;
};

/// The place in it, counted from 1, is stored as the kind: never reorder, add at the end.
using JournalFact =
    std::variant<KeyRevoked, AdminRevoked, BanEnded, EpochOpened, ServerRemoved, PairRuled>;

struct JournalRecord {
    std::uint64_t number = 0;  // goes up by one
    base::UnixMs at = 0;
    std::uint64_t commit = 0;  // the transaction it was written for (store/recovery.h)
    JournalFact fact;

    friend bool operator==(const JournalRecord&, const JournalRecord&) = default;
};

inline constexpr std::size_t kPlainRecordBytes = 80;
using PlainRecord = std::array<std::uint8_t, kPlainRecordBytes>;

/// All but the number, which stands beside it.
[[nodiscard]] PlainRecord encode_record(const JournalRecord& record);
/// Throws std::runtime_error when it is of a kind that this program does not know.
[[nodiscard]] JournalRecord decode_record(std::uint64_t number, const PlainRecord& plain);

/// The one way a fact gets into the journal: inside the transaction that makes it true. It is in
/// the file before that transaction is committed, and shares the fate of the job's savepoint.
/// Thread of the connection.
void append_journal(Database& database, const JournalFact& fact);

/// Facts of the transaction under way that no file holds yet, in their order.
[[nodiscard]] std::vector<JournalFact> pending_facts(Database& database);
void clear_pending_facts(Database& database);

}  // namespace drawbridge::store
