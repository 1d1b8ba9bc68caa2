// The text form of a certificate, for `drawbridge.json`.
#pragma once

#include <string>
#include <string_view>

namespace drawbridge::admin {

/// Empty for empty.
[[nodiscard]] std::string der_to_pem(std::string_view der);

}  // namespace drawbridge::admin
