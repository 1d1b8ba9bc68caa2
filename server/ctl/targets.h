// Players as staff type them. Values are tagged here, on the admin's side: the daemon sees tags
// only, and no message repeats a value.
#pragma once

#include "ctl/api.h"
#include "shared/identifier.h"
#include "shared/tag.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace drawbridge::ctl {

/// `TYPE:VALUE`, or `-` for the words of `input`, since arguments show in `ps`. Throws Failure that
/// says which one is wrong and why.
[[nodiscard]] std::vector<Identifier>
read_targets(const std::vector<std::string>& arguments, std::istream& input);

struct TypedTag {
    IdentifierType type = IdentifierType::license;
    Tag tag{};
};

/// Fetches the network's tag key, which is audited, and forgets it again. Throws Failure.
[[nodiscard]] std::vector<TypedTag>
tag_targets(Api& api, const std::vector<Identifier>& identifiers);

/// `profile=N` for a number, else `tag=…` for the one identifier that `text` (or `-`) gives. Throws
/// Failure.
[[nodiscard]] QueryParameters::value_type
player_parameter(Api& api, const std::string& text, std::istream& input);

}  // namespace drawbridge::ctl
