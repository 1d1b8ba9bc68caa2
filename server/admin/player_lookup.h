// From a tag to the profile it belongs to.
#pragma once

#include "admin/context.h"
#include "shared/tag.h"

#include <cstdint>
#include <optional>

namespace drawbridge::admin {

[[nodiscard]] inline std::optional<std::int64_t>
find_profile(const Context& context, const Tag& tag) {
    identity::Profiles profiles(context.reader(), *context.network.sealer);
    return profiles.find(tag);
}

}  // namespace drawbridge::admin
