// Tags: the keyed hashes that stand for identifiers everywhere outside the game server
// (docs/protocol.md §12). Pure functions.
#pragma once

#include "shared/encoding.h"
#include "shared/identifier.h"
#include "shared/limits.h"
#include "shared/secret.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge {

using Tag = std::array<std::uint8_t, kTagBytes>;
using TagText = FixedText<kTagTextLength>;

// `identifier.type` must not be token: its tag needs the owner.
[[nodiscard]] Tag tag_identifier(const Secret& tag_key, const Identifier& identifier);
// `value` as normalised; tokens of different owners never match.
[[nodiscard]] Tag
tag_token(const Secret& tag_key, std::string_view owner_id, const IdentifierValue& value);
// The tag under the next tag key, computable without the raw value: BLAKE2b-256(new key, tag).
[[nodiscard]] Tag chain_tag(const Secret& new_tag_key, const Tag& tag);

[[nodiscard]] inline TagText print_tag(const Tag& tag) {
    return print_base64url(tag);
}

[[nodiscard]] inline std::optional<Tag> parse_tag(std::string_view text) {
    return parse_base64url<kTagBytes>(text);
}

}  // namespace drawbridge
