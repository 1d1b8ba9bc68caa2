// What the fuzzers run: each takes any bytes, calls the parsers of the core, and checks what must
// hold whatever the bytes are. A violation ends the process. tests/shared/mutation_test.cpp runs
// the same on altered vectors in every test run; scripts/fuzz.sh runs them with libFuzzer.
#pragma once

#include "shared/encoding.h"

#include <array>
#include <string_view>

namespace drawbridge::fuzz {

void names(Bytes input);
void identifiers(Bytes input);
void fields(Bytes input);
void request_signature(Bytes input);
void answer_signature(Bytes input);
void section(Bytes input);
void changes(Bytes input);

struct Target {
    std::string_view name;
    void (*run)(Bytes);
};

inline constexpr std::array<Target, 7> kTargets = {{
    {"names", names},
    {"identifiers", identifiers},
    {"fields", fields},
    {"request_signature", request_signature},
    {"answer_signature", answer_signature},
    {"section", section},
    {"changes", changes},
}};

// In every build type, unlike assert().
inline void must(bool holds) {
    if (!holds) __builtin_trap();
}

inline std::string_view text_of(Bytes input) {
    return {reinterpret_cast<const char*>(input.data()), input.size()};
}

// What stands before the next line feed, cut off together with it.
inline std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

}  // namespace drawbridge::fuzz
