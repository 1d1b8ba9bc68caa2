// Finds our signature among those of a message: what requests and answers have in common. Views
// into the fields. Pure functions.
#pragma once

#include "shared/digest.h"
#include "shared/structured_fields.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge {

// The two fields as received; empty when absent.
struct SignatureFieldViews {
    std::string_view signature_input;
    std::string_view signature;
};

enum class FindError : std::uint8_t { missing, bad_syntax, several, no_mac, bad_mac };

struct FoundSignature {
    std::string_view label;
    InnerList input;
    Mac mac{};
};

// The one signature with our tag; others are read and ignored. Nothing on success.
[[nodiscard]] std::optional<FindError>
find_our_signature(const SignatureFieldViews& fields, FoundSignature& out);

// A parameter that is a canonical decimal, or a string without escapes; nothing when it is absent
// or of another kind.
[[nodiscard]] std::optional<std::uint64_t>
number_parameter(const InnerList& input, std::string_view key);
[[nodiscard]] std::optional<std::string_view>
string_parameter(const InnerList& input, std::string_view key);

}  // namespace drawbridge
