#include "base/outcome.h"

namespace drawbridge::base {

OutcomeInfo describe(Outcome outcome) {
    switch (outcome) {
        case Outcome::accepted: return {200, "accepted", "Accepted", true};
        case Outcome::no_content: return {204, "no_content", "No change", true};
        case Outcome::bad_request: return {400, "bad_request", "Bad request", false};
        case Outcome::malformed_signature:
            return {400, "malformed_signature", "Malformed signature", false};
        case Outcome::unauthorized: return {401, "unauthorized", "Unauthorized", false};
        case Outcome::not_found: return {404, "not_found", "No such route", false};
        case Outcome::method_not_allowed:
            return {405, "method_not_allowed", "Method not allowed", false};
        case Outcome::too_large: return {413, "too_large", "Body too large", false};
        case Outcome::unsupported_media_type:
            return {415, "unsupported_media_type", "Unsupported media type", false};
        case Outcome::wrong_authority: return {421, "wrong_authority", "Wrong authority", false};
        case Outcome::too_many_requests:
            return {429, "too_many_requests", "Too many requests", false};
        case Outcome::head_too_large: return {431, "head_too_large", "Head too large", false};
        case Outcome::suspended: return {403, "suspended", "Server suspended", true};
        case Outcome::clock_skew: return {401, "clock_skew", "Clock too far off", true};
        case Outcome::stale_epoch: return {409, "stale_epoch", "Epoch is closed", true};
        case Outcome::epoch_ahead: return {409, "epoch_ahead", "Epoch too far ahead", true};
        case Outcome::replayed: return {409, "replayed", "Request already seen", true};
        case Outcome::rate_limited: return {429, "rate_limited", "Too many requests", true};
        case Outcome::bad_json: return {400, "bad_json", "Body is not acceptable JSON", true};
        case Outcome::bad_field: return {400, "bad_field", "A member is not acceptable", true};
        case Outcome::wrong_key: return {403, "wrong_key", "Wrong kind of key", true};
        case Outcome::unknown_session:
            return {404, "unknown_session", "No such join session", true};
        case Outcome::budget_exhausted:
            return {429, "budget_exhausted", "Daily budget used up", true};
        case Outcome::unavailable: return {503, "unavailable", "Store unavailable", true};
        case Outcome::internal: return {500, "internal", "Internal error", true};
    }
    return {500, "internal", "Internal error", true};
}

EventOutcomeInfo describe(EventOutcome outcome) {
    switch (outcome) {
        case EventOutcome::stored: return {"stored", ""};
        case EventOutcome::duplicate: return {"duplicate", ""};
        case EventOutcome::bad_field: return {"rejected", "bad_field"};
        case EventOutcome::unknown_type: return {"rejected", "unknown_type"};
        case EventOutcome::too_large: return {"rejected", "too_large"};
        case EventOutcome::too_old: return {"rejected", "too_old"};
        case EventOutcome::in_future: return {"rejected", "in_future"};
        case EventOutcome::unknown_code: return {"rejected", "unknown_code"};
    }
    return {"rejected", "bad_field"};
}

}  // namespace drawbridge::base
