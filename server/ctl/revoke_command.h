// drawbridgectl server revoke-actions.
#pragma once

#include "ctl/session.h"

namespace drawbridge::ctl {

void add_revoke_command(CLI::App& noun, Session& session);

}  // namespace drawbridge::ctl
