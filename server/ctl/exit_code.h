// How drawbridgectl ends; scripts rely on the numbers (docs/operating.md).
#pragma once

#include <stdexcept>
#include <string>

namespace drawbridge::ctl {

enum class ExitCode : int { done = 0, failed = 1, usage = 2, not_found = 3, refused = 4 };

/// Ends the program with a sentence that says what to do. Never holds a secret or an identifier.
class Failure : public std::runtime_error {
public:
    Failure(ExitCode its_code, const std::string& text)
        : std::runtime_error(text),
          code(its_code) {}

    const ExitCode code;
};

}  // namespace drawbridge::ctl
