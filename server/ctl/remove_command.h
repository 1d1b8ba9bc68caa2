// The verb `server remove`, in a file of its own beside server_commands.cpp.
#pragma once

#include "ctl/session.h"

namespace drawbridge::ctl {

void add_remove_command(CLI::App& noun, Session& session);

}  // namespace drawbridge::ctl
