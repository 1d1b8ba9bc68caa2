#include "ctl/confirm.h"

#include "ctl/exit_code.h"
#include "ctl/table.h"

#include <cstdio>
#include <iostream>
#include <unistd.h>

namespace drawbridge::ctl {

void confirm(const std::string& warning, const std::string& name) {
    if (::isatty(STDIN_FILENO) == 0) {
        throw Failure(ExitCode::usage, "nobody is at a terminal to confirm this: add --yes");
    }
    const auto question = warning + "Type " + printable(name) + " to go on: ";
    std::fputs(question.c_str(), stderr);
    std::fflush(stderr);
    std::string typed;
    std::getline(std::cin, typed);
    if (typed != name) {
        throw Failure(ExitCode::refused, "that is not " + printable(name) + ": nothing was done");
    }
}

}  // namespace drawbridge::ctl
