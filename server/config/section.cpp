#include "config/section.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace drawbridge::config {
namespace {

std::string_view type_name(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return "an array";
        case toml::node_type::string: return "a text";
        case toml::node_type::integer: return "an integer";
        case toml::node_type::floating_point: return "a number with a fraction";
        case toml::node_type::boolean: return "true or false";
        case toml::node_type::date:
        case toml::node_type::time:
        case toml::node_type::date_time: return "a date or time";
        case toml::node_type::none: return "nothing";
    }
    return "nothing";
}

constexpr std::int64_t kDayMs = 86'400'000;

std::optional<std::int64_t> unit_ms(std::string_view unit) {
    if (unit == "s") return 1000;
    if (unit == "m") return 60'000;
    if (unit == "h") return 3'600'000;
    if (unit == "d") return kDayMs;
    return std::nullopt;
}

std::optional<std::int64_t> parse_duration_ms(std::string_view text) {
    std::int64_t count = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc() || count < 0) return std::nullopt;
    const auto unit = unit_ms({stop, static_cast<std::size_t>(end - stop)});
    if (!unit || count > INT64_MAX / *unit) return std::nullopt;
    return count * *unit;
}

}  // namespace

Section::Section(
    const toml::table* table,
    std::string file,
    std::string prefix,
    std::vector<std::string>& problems
)
    : table_(table),
      file_(std::move(file)),
      prefix_(std::move(prefix)),
      problems_(problems) {}

Section Section::table(std::string_view key) {
    const toml::node* node = find(key);
    const toml::table* found = nullptr;
    if (node != nullptr) {
        found = node->as_table();
        if (found == nullptr) wrong_type(key, *node, fmt::format("a table, written [{}]", key));
    }
    return {found, file_, fmt::format("{}{}.", prefix_, key), problems_};
}

bool Section::text(std::string_view key, std::string& out) {
    const toml::node* node = find(key);
    if (node == nullptr) return false;
    const auto value = node->value_exact<std::string>();
    if (!value) {
        wrong_type(key, *node, "a text in quotes");
        return false;
    }
    out = *value;
    return true;
}

void Section::texts(std::string_view key, std::vector<std::string>& out) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr) return wrong_type(key, *node, "an array of texts");
    for (const auto& element : *array) {
        if (const auto value = element.value_exact<std::string>()) {
            out.push_back(*value);
        } else {
            wrong_type(key, element, "an array of texts");
        }
    }
}

void Section::boolean(std::string_view key, bool& out) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    if (const auto value = node->value_exact<bool>()) {
        out = *value;
    } else {
        wrong_type(key, *node, "true or false");
    }
}

std::optional<std::int64_t> Section::integer(std::string_view key, IntegerRange range) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const auto expected = fmt::format("an integer from {} to {}", range.from, range.to);
    const auto value = node->value_exact<std::int64_t>();
    if (!value) {
        wrong_type(key, *node, expected);
        return std::nullopt;
    }
    if (*value < range.from || *value > range.to) {
        wrong(key, expected);
        return std::nullopt;
    }
    return value;
}

void Section::duration_ms(std::string_view key, std::int64_t longest_ms, std::int64_t& out) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto expected = fmt::format(
        R"(a duration like "90s", "10m", "2h" or "7d", or whole seconds, up to {} days)",
        longest_ms / kDayMs
    );
    if (const auto value = duration(key, *node, {0, longest_ms}, expected)) out = *value;
}

void Section::period_ms(
    std::string_view key,
    DurationRange range,
    bool may_be_never,
    std::optional<std::int64_t>& out
) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    if (may_be_never && node->value_exact<std::string>() == "never") {
        out.reset();
        return;
    }
    const auto expected = fmt::format(
        R"(a duration like "90d", from {} to {} days{})",
        range.from_ms / kDayMs,
        range.to_ms / kDayMs,
        may_be_never ? R"(, or "never")" : ""
    );
    if (const auto value = duration(key, *node, range, expected)) out = value;
}

std::optional<std::int64_t> Section::duration(
    std::string_view key,
    const toml::node& node,
    DurationRange range,
    const std::string& expected
) {
    std::optional<std::int64_t> value;
    if (const auto text = node.value_exact<std::string>()) {
        value = parse_duration_ms(*text);
    } else if (const auto seconds = node.value_exact<std::int64_t>()) {
        if (*seconds >= 0 && *seconds <= range.to_ms / 1000) value = *seconds * 1000;
    } else {
        wrong_type(key, node, expected);
        return std::nullopt;
    }
    if (value && *value >= range.from_ms && *value <= range.to_ms) return value;
    wrong(key, expected);
    return std::nullopt;
}

void Section::wrong(std::string_view key, std::string_view expected) {
    const toml::node* node = find(key);
    const auto line = node == nullptr ? 0 : node->source().begin.line;
    report(line, key, fmt::format("expected {}", expected));
}

void Section::require(std::string_view key) {
    if (find(key) == nullptr) report(0, key, "is missing");
}

void Section::finish() {
    if (table_ == nullptr) return;
    for (const auto& [key, node] : *table_) {
        if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
        report(
            key.source().begin.line,
            key.str(),
            fmt::format("no such key; known here: {}", fmt::join(known_, ", "))
        );
    }
}

const toml::node* Section::find(std::string_view key) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
    return table_ == nullptr ? nullptr : table_->get(key);
}

void Section::wrong_type(std::string_view key, const toml::node& node, std::string_view expected) {
    report(
        node.source().begin.line,
        key,
        fmt::format("expected {}, found {}", expected, type_name(node))
    );
}

void Section::report(std::uint32_t line, std::string_view key, std::string_view text) {
    const auto where = line == 0 ? file_ : fmt::format("{}:{}", file_, line);
    problems_.push_back(fmt::format("{}: {}{}: {}", where, prefix_, key, text));
}

}  // namespace drawbridge::config
