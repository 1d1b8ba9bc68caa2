// How long what is stored is kept: the one table that the configuration, the purge, `status` and
// the documents go by.
#pragma once

#include "base/clock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace drawbridge::privacy {

// In the order of the table. Those with a key of their own in the configuration stand first.
enum class Category : std::uint8_t {
    events,
    telemetry,
    errors,
    samples,
    expired_bans,
    lifted_bans,
    cases,
    appeals,
    names,
    sightings,
    requests,
    traces,
    standing_bans,
    sessions,
    event_ids,
    budget,
    list_changes,
    profiles,
    servers,
    staff,
    instance,
    audit,
};

inline constexpr std::size_t kCategoryCount = static_cast<std::size_t>(Category::audit) + 1;

/// How long; nothing: never purged by time.
using Period = std::optional<base::UnixMs>;

struct Rule {
    Category category;
    /// In `status`, metrics, the audit and docs/privacy.md; permanent.
    std::string_view name;
    /// [retention] has a key of this name.
    bool is_configured;
    bool may_be_never;
    Period period;  // the default, or the only one
    std::string_view meaning;
    /// Where rows of this category stand; several may share a table.
    std::span<const std::string_view> tables;
};

/// Every category; each table of the database stands in at least one.
[[nodiscard]] std::span<const Rule, kCategoryCount> retention_rules();
[[nodiscard]] const Rule& rule_of(Category category);

inline constexpr base::UnixMs kShortestPeriod = base::kDayMs;
inline constexpr base::UnixMs kLongestPeriod = 3650 * base::kDayMs;

/// The periods in force. A value.
class Periods {
public:
    /// The defaults.
    Periods();

    [[nodiscard]] const Period& of(Category category) const { return periods_[index(category)]; }

    void set(Category category, Period period) { periods_[index(category)] = period; }

    friend bool operator==(const Periods&, const Periods&) = default;

private:
    static constexpr std::size_t index(Category category) {
        return static_cast<std::size_t>(category);
    }

    std::array<Period, kCategoryCount> periods_;
};

}  // namespace drawbridge::privacy
