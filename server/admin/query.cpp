#include "admin/query.h"

#include "admin/problem.h"
#include "shared/encoding.h"

#include <algorithm>

namespace drawbridge::admin {

std::optional<std::string> Parameters::text(const char* name) {
    taken_.emplace_back(name);
    const auto found = query_.find(name);
    if (found == query_.end()) return std::nullopt;
    return found->second;
}

std::optional<std::int64_t> Parameters::integer(const char* name) {
    const auto value = text(name);
    if (!value) return std::nullopt;
    const auto number = parse_decimal(*value);
    if (!number) fail(name, "expected an integer");
    return number ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
}

int Parameters::limit(int fallback, int max) {
    const auto value = integer("limit").value_or(fallback);
    if (value < 1 || value > max) fail("limit", "expected 1 to " + std::to_string(max));
    return static_cast<int>(std::clamp<std::int64_t>(value, 1, max));
}

void Parameters::fail(std::string_view name, std::string_view detail) {
    if (!problem_) problem_ = refuse_field(name, detail);
}

std::optional<Reply> Parameters::problem() {
    for (const auto& [name, value] : query_) {
        if (std::ranges::find(taken_, name) == taken_.end()) fail(name, "no such parameter here");
    }
    return problem_;
}

}  // namespace drawbridge::admin
