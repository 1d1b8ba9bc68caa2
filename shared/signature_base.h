// The signature base of RFC 9421 §2.5, written by one function for requests and answers, in both
// directions. Pure functions.
#pragma once

#include "shared/fixed_text.h"
#include "shared/limits.h"

#include <span>
#include <string_view>

namespace drawbridge {

// A component as covered: its identifier with quotes and parameters, e.g. "@method";req
struct BaseLine {
    std::string_view identifier;
    std::string_view value;
};

// All values stand in the head; the identifiers and colons are the rest.
using SignatureBase = FixedText<kMaxHeadBytes + 1024>;

// `parameters` is the inner list with its parameters, as sent. False when it does not fit or a
// value holds a line break, which could forge another line.
[[nodiscard]] bool write_signature_base(
    std::span<const BaseLine> lines,
    std::string_view parameters,
    SignatureBase& out
);

}  // namespace drawbridge
