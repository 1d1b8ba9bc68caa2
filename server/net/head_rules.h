// What a request head must look like beyond HTTP's grammar. Stricter than RFC 9112 wherever two
// parsers could read the same bytes differently: nothing here is repaired, it is refused.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::net {

/// The length of the head with its empty line, or nothing yet. `from`: bytes already searched.
[[nodiscard]] std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t from);

/// A byte that may stand in a line: no control but tab.
[[nodiscard]] constexpr bool is_text(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

/// Lines end in CR LF only, none begins with a blank (obs-fold), all other bytes are text.
/// Also right for the beginning of a head whose rest has not arrived. `from`: bytes already found
/// clean in such a beginning.
[[nodiscard]] bool is_clean_head(std::string_view head, std::size_t from);

/// Origin form: begins with '/', visible ASCII, no fragment.
[[nodiscard]] bool is_origin_form(std::string_view target);

/// The Host field as the gate and the signature base want it: lower case, without ":443".
[[nodiscard]] std::optional<std::string> canonical_authority(std::string_view host);

/// 1*DIGIT that fits; no sign, no list, no blank.
[[nodiscard]] bool is_plain_length(std::string_view value);

/// ASCII only, as field names and the values compared with it are.
[[nodiscard]] bool equals_ignoring_case(std::string_view left, std::string_view right);

}  // namespace drawbridge::net
