// The version of the whole project. It is written once, in the top CMakeLists.txt, and reaches
// code only through this function.
#pragma once

#include <string_view>

namespace drawbridge::base {

// "major.minor.patch". Any thread.
std::string_view version();

}  // namespace drawbridge::base
