// How a request ends: the one table that gives every ending its status, wire code and counter.
// docs/protocol.md §5 is the same table in prose; tests/base/outcome_test.cpp compares them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace drawbridge::base {

enum class [[nodiscard]] Outcome : std::uint8_t{
    accepted,
    no_content,
    bad_request,
    malformed_signature,
    unauthorized,
    not_found,
    method_not_allowed,
    too_large,
    unsupported_media_type,
    wrong_authority,
    too_many_requests,
    head_too_large,
    suspended,
    clock_skew,
    stale_epoch,
    epoch_ahead,
    replayed,
    rate_limited,
    bad_json,
    bad_field,
    wrong_key,
    unknown_session,
    budget_exhausted,
    unavailable,
    internal,
};

inline constexpr std::size_t kOutcomeCount = static_cast<std::size_t>(Outcome::internal) + 1;

struct OutcomeInfo {
    unsigned status;
    std::string_view code;   // on the wire, in the log and as the counter's label
    std::string_view title;  // RFC 9457 `title`
    bool is_signed;          // whether a server that authenticated gets this answer signed
};

/// Exhaustive: the compiler refuses a missing enumerator (-Wswitch, no default).
[[nodiscard]] OutcomeInfo describe(Outcome outcome);

/// How one event of a batch ends. Every event ends in exactly one of these.
enum class [[nodiscard]] EventOutcome : std::uint8_t{
    stored,
    duplicate,
    bad_field,
    unknown_type,
    too_large,
    too_old,
    in_future,
    unknown_code,
};

inline constexpr std::size_t kEventOutcomeCount =
    static_cast<std::size_t>(EventOutcome::unknown_code) + 1;

struct EventOutcomeInfo {
    std::string_view status;  // "stored", "duplicate" or "rejected"
    std::string_view code;    // empty unless rejected
};

[[nodiscard]] EventOutcomeInfo describe(EventOutcome outcome);

}  // namespace drawbridge::base
