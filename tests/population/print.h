// The report for people and for programs.
#pragma once

#include "population/score.h"

#include <string>

namespace drawbridge::population {

/// At most 100 columns.
[[nodiscard]] std::string print_table(const Settings& settings, const Report& report);
/// The first `limit` wrong refusals and missed comebacks, one line each.
[[nodiscard]] std::string print_examples(const Report& report, std::size_t limit);
/// How often which kinds of evidence led to a wrong refusal, a comeback missed, and one found.
[[nodiscard]] std::string print_reasons(const Report& report);
/// What other thresholds would have done.
[[nodiscard]] std::string print_thresholds(const Report& report);
/// One JSON document.
[[nodiscard]] std::string print_json(const Settings& settings, const Report& report);

}  // namespace drawbridge::population
