// A database of the real schema with rows of any age, as the purge finds them.
#pragma once

#include "base/clock.h"
#include "events/event.h"
#include "privacy/sweep.h"
#include "store/database.h"
#include "temp_folder.h"

#include <cstdint>
#include <optional>
#include <string>

namespace drawbridge::test {

inline constexpr base::UnixMs kNow = 1'800'000'000'000;

class StoredRows {
public:
    StoredRows();

    void event(events::EventType type, base::UnixMs received_at);
    void ban(std::int64_t number, bans::BanState ended, base::UnixMs ended_at);
    void name(std::int64_t profile, std::int64_t slot, base::UnixMs last_seen);
    [[nodiscard]] std::int64_t count(const char* sql);

    /// One whole sweep at `now`; what it reports.
    std::string sweep(base::UnixMs now = kNow);
    /// One step that looks at the clock after its first piece.
    privacy::SweepStep step(base::UnixMs now = kNow);

    [[nodiscard]] privacy::SweepRecord record(privacy::Category category);

    privacy::Periods periods;
    privacy::SweepState state;

private:
    TempFolder folder_;

public:
    store::Database database;
};

}  // namespace drawbridge::test
