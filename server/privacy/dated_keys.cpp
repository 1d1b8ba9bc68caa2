#include "privacy/dated_keys.h"

#include <algorithm>
#include <span>

namespace drawbridge::privacy {
namespace {

using store::KeyPurpose;

// An event's id may be minutes ahead of its receipt, and rows that live for hours go with the next
// tick, not with a sweep.
constexpr base::UnixMs kMargin = base::kDayMs;

constexpr std::array kOfEvents{Category::events, Category::sessions, Category::event_ids};
constexpr std::array kOfTelemetry{Category::telemetry};
constexpr std::array kOfErrors{Category::errors};
constexpr std::array kOfRequests{Category::requests};
constexpr std::array kOfNames{Category::names};

/// Whose rows are sealed for it; none: it is not dated.
std::span<const Category> categories_of(KeyPurpose purpose) {
    switch (purpose) {
        case KeyPurpose::event: return kOfEvents;
        case KeyPurpose::telemetry: return kOfTelemetry;
        case KeyPurpose::error: return kOfErrors;
        case KeyPurpose::name: return kOfNames;
        case KeyPurpose::request: return kOfRequests;
        case KeyPurpose::base:
        case KeyPurpose::index:
        case KeyPurpose::audit: break;
    }
    return {};
}

}  // namespace

std::optional<std::uint32_t>
first_week_kept(KeyPurpose purpose, const Periods& periods, base::UnixMs now) {
    base::UnixMs longest = 0;
    const auto categories = categories_of(purpose);
    if (categories.empty()) return std::nullopt;
    for (const auto category : categories) {
        const auto& period = periods.of(category);
        if (!period) return std::nullopt;
        longest = std::max(longest, *period);
    }
    return store::week_of(now - longest - kMargin);
}

void destroy_past_keys(
    store::KeyRing& keys,
    store::Database& database,
    const Periods& periods,
    base::UnixMs now
) {
    for (const auto purpose : store::kDatedPurposes) {
        const auto week = first_week_kept(purpose, periods, now);
        if (week) (void)keys.destroy_dated(database, purpose, *week);
    }
}

}  // namespace drawbridge::privacy
