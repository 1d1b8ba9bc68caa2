// drawbridgectl audit verify.
#pragma once

#include "ctl/session.h"

#include <optional>
#include <string>

namespace drawbridge::ctl {

/// Walks the whole trail. Throws Failure that names the first broken entry.
void verify_audit(Session& session, const std::optional<std::string>& noted);

}  // namespace drawbridge::ctl
