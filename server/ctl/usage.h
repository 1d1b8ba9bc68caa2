// What drawbridgectl says of a command line it cannot take.
#pragma once

#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
class ParseError;
}  // namespace CLI

namespace drawbridge::ctl {

/// One sentence. Repeats a word only when it can hold neither an identifier nor a secret.
/// `root` is the one that threw `error`.
std::string usage_text(const CLI::App& root, const CLI::ParseError& error);

}  // namespace drawbridge::ctl
