#include "store/backup_rotation.h"

#include <algorithm>
#include <cstdint>

namespace drawbridge::store {
namespace {

// Weeks begin on Monday; 1 January 1970 was a Thursday.
constexpr base::UnixMs kWeekMs = 7 * base::kDayMs;
constexpr base::UnixMs kFirstMonday = 4 * base::kDayMs;

/// Takes the first backup of each period until it has had enough of them.
class Periods {
public:
    Periods(base::UnixMs length, base::UnixMs offset, unsigned wanted)
        : length_(length),
          offset_(offset),
          left_(wanted) {}

    bool takes(base::UnixMs created_at) {
        const auto period = (created_at - offset_) / length_;
        if (left_ == 0 || last_ == period) return false;
        last_ = period;
        --left_;
        return true;
    }

    [[nodiscard]] bool has_enough() const { return left_ == 0; }

private:
    const base::UnixMs length_;
    const base::UnixMs offset_;
    unsigned left_;
    base::UnixMs last_ = INT64_MIN;  // no period's number
};

/// How far back the periods reach when each of them has a backup. After a pause, while the daemon
/// was stopped, older ones would stay to fill the numbers, and hold what retention has deleted
/// since.
base::UnixMs longest_age(const BackupKeep& keep) {
    return std::max(
        {base::UnixMs{keep.hourly} * base::kHourMs,
         base::UnixMs{keep.daily} * base::kDayMs,
         base::UnixMs{keep.weekly} * kWeekMs}
    );
}

bool is_regular(BackupKind kind) {
    return kind == BackupKind::start || kind == BackupKind::scheduled;
}

}  // namespace

std::vector<std::uint64_t>
surplus_backups(std::span<const BackupFacts> newest_first, const BackupKeep& keep) {
    Periods hours(base::kHourMs, 0, keep.hourly);
    Periods days(base::kDayMs, 0, keep.daily);
    Periods weeks(kWeekMs, kFirstMonday, keep.weekly);
    std::vector<std::uint64_t> surplus;
    for (const auto& backup : newest_first) {
        const bool is_late = weeks.has_enough();
        const bool by_hour = hours.takes(backup.created_at);
        const bool by_day = days.takes(backup.created_at);
        const bool by_week = weeks.takes(backup.created_at);
        const bool newest = &backup == &newest_first.front();
        const bool kept_for_cause = !is_regular(backup.kind) && !is_late;
        const bool is_old = newest_first.front().created_at - backup.created_at > longest_age(keep);
        if (is_old && !newest) {
            surplus.push_back(backup.number);
            continue;
        }
        if (!by_hour && !by_day && !by_week && !newest && !kept_for_cause) {
            surplus.push_back(backup.number);
        }
    }
    return surplus;
}

}  // namespace drawbridge::store
