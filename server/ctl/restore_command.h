// `backup restore`, beside the other verbs of `backup`.
#pragma once

#include "ctl/session.h"

namespace drawbridge::ctl {

void add_restore_command(CLI::App& noun, Session& session);

}  // namespace drawbridge::ctl
