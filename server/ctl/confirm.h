// Before what cannot be undone: the person types a name, a script says --yes.
#pragma once

#include <string>

namespace drawbridge::ctl {

/// Where somebody sits at a terminal: asks for `name` below `warning`. Throws Failure when
/// something else was typed, or when nobody is there to ask.
void confirm(const std::string& warning, const std::string& name);

}  // namespace drawbridge::ctl
