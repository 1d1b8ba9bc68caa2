#include "store/backup_rotation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using drawbridge::base::kDayMs;
using drawbridge::base::kHourMs;
using drawbridge::base::kMinuteMs;
using drawbridge::base::UnixMs;
using drawbridge::store::BackupFacts;
using drawbridge::store::BackupKeep;
using drawbridge::store::BackupKind;
using drawbridge::store::surplus_backups;

namespace {

constexpr UnixMs kMonday = 1'767'571'200'000;  // 2026-01-05T00:00:00Z

BackupFacts made_at(std::uint64_t number, UnixMs at, BackupKind kind = BackupKind::scheduled) {
    BackupFacts facts;
    facts.number = number;
    facts.created_at = at;
    facts.kind = kind;
    return facts;
}

/// As the daemon does: after each backup the surplus goes.
std::vector<BackupFacts> live_through(UnixMs from, UnixMs to, UnixMs step, const BackupKeep& keep) {
    std::vector<BackupFacts> held;
    std::uint64_t number = 0;
    for (auto at = from; at <= to; at += step) {
        held.insert(held.begin(), made_at(++number, at));
        const auto surplus = surplus_backups(held, keep);
        std::erase_if(held, [&](const BackupFacts& backup) {
            return std::ranges::find(surplus, backup.number) != surplus.end();
        });
    }
    return held;
}

}  // namespace

TEST_CASE("after two months of hours there are 24 of them, 7 days and 4 weeks") {
    const auto to = kMonday + 60 * kDayMs + 12 * kHourMs;
    const auto held = live_through(kMonday, to, kHourMs, {});
    // A backup that is of the hour and of the day counts for both.
    CHECK(held.size() <= 24 + 7 + 4);
    std::set<UnixMs> hours;
    std::set<UnixMs> days;
    for (const auto& backup : held) {
        if (backup.created_at > to - kDayMs) hours.insert(backup.created_at / kHourMs);
        if (backup.created_at > to - 7 * kDayMs) days.insert(backup.created_at / kDayMs);
    }
    CHECK(hours.size() == 24);
    CHECK(days.size() >= 7);
    CHECK(held.front().created_at == to);
    // This week and the three before it, each by its last hour: `to` is a Friday.
    CHECK(held.back().created_at == to - 4 * kDayMs - 13 * kHourMs - 14 * kDayMs);
}

TEST_CASE("after a long pause nothing stays that is older than the weeks reach back") {
    const auto back = kMonday + 100 * kDayMs;
    const std::vector<BackupFacts> held{
        made_at(5, back, BackupKind::start),
        made_at(4, back - 28 * kDayMs),
        made_at(3, back - 28 * kDayMs - 1),
        made_at(2, kMonday + kDayMs, BackupKind::asked),
        made_at(1, kMonday)};
    CHECK(surplus_backups(held, {}) == std::vector<std::uint64_t>{3, 2, 1});
    // The newest stays, however old.
    CHECK(surplus_backups(std::span(held).last(1), {}).empty());
}

TEST_CASE("restarts in quick succession push nothing older out") {
    std::vector<BackupFacts> held{made_at(1, kMonday), made_at(2, kMonday + kHourMs)};
    for (std::uint64_t i = 0; i < 100; ++i) {
        const auto at = kMonday + 2 * kHourMs + static_cast<UnixMs>(i) * 1000;
        held.insert(held.begin(), made_at(3 + i, at, BackupKind::start));
    }
    const auto surplus = surplus_backups(held, {});
    CHECK(surplus.size() == 99);
    CHECK(std::ranges::find(surplus, 1U) == surplus.end());
    CHECK(std::ranges::find(surplus, 2U) == surplus.end());
    CHECK(std::ranges::find(surplus, 102U) == surplus.end());
}

TEST_CASE("what was asked for outlives its hour, and goes with the last week") {
    std::vector<BackupFacts> held{
        made_at(3, kMonday + 20 * kMinuteMs),
        made_at(2, kMonday + 10 * kMinuteMs, BackupKind::asked),
        made_at(1, kMonday)};
    CHECK(surplus_backups(held, {}) == std::vector<std::uint64_t>{1});
    for (std::uint64_t week = 1; week <= 4; ++week) {
        const auto at = kMonday + static_cast<UnixMs>(week) * 7 * kDayMs;
        held.insert(held.begin(), made_at(3 + week, at));
    }
    const BackupKeep keep{1, 1, 4};
    CHECK(surplus_backups(held, keep) == std::vector<std::uint64_t>{3, 2, 1});
}

TEST_CASE("the newest stays, whatever is asked and whatever the clock did") {
    const std::vector<BackupFacts> held{
        made_at(3, kMonday),
        made_at(2, kMonday + kDayMs),
        made_at(1, kMonday - kDayMs)};
    CHECK(surplus_backups(held, {0, 0, 0}) == std::vector<std::uint64_t>{2, 1});
    CHECK(surplus_backups(held, {1, 0, 0}) == std::vector<std::uint64_t>{2, 1});
    CHECK(surplus_backups({}, {}).empty());
}
