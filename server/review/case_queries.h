// The review queue as staff look through it. Reads only.
#pragma once

#include "review/cases.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace drawbridge::review {

struct CaseFilter {
    std::optional<CaseState> state;  // nothing: those that stand
    std::optional<bans::Category> category;
    std::optional<std::int64_t> owner;  // a server of whom has said something in it
    std::optional<std::int64_t> after;  // id of the last case of the page before
    int limit = 100;
};

/// Ids, oldest first. Thread of the connection.
[[nodiscard]] std::vector<std::int64_t>
find_cases(store::Database& database, const CaseFilter& filter);

/// Throws when a text was altered.
[[nodiscard]] std::optional<Case>
find_case(store::Database& database, const store::Sealer& sealer, std::int64_t id);

/// What speaks for a case, by number. Owners count, since one owner may have many servers.
struct Support {
    std::int64_t reports = 0;
    std::int64_t detections = 0;
    std::int64_t reporters = 0;  // distinct persons
    std::int64_t servers = 0;
    std::int64_t owners = 0;
    std::int64_t trusted_owners = 0;  // of these, those whose word counts now
};

[[nodiscard]] Support support_of(store::Database& database, std::int64_t id);

/// In the order of their arrival.
[[nodiscard]] std::vector<Statement> statements_of(store::Database& database, std::int64_t id);

/// How cases ended that a person had reported in.
struct Record {
    std::int64_t upheld = 0;
    std::int64_t rejected = 0;
};

[[nodiscard]] Record record_of(store::Database& database, std::int64_t reporter);

}  // namespace drawbridge::review
