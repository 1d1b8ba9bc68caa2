#include "events/reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace drawbridge::events {
namespace {

namespace json = boost::json;

// The text is valid UTF-8 already: code points are the bytes that continue nothing.
std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F;
}

// A name is as untrusted as a value: only a plain one is repeated in an error.
bool is_plain_name(std::string_view name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    return name.size() <= 32 && std::ranges::all_of(name, plain);
}

}  // namespace

std::optional<std::string> text_fault(std::string_view text, std::size_t min, std::size_t max) {
    const auto length = code_points(text);
    if (length < min || length > max) {
        return fmt::format("expected text of {} to {} characters", min, max);
    }
    if (std::ranges::any_of(text, is_control)) return "holds a control character";
    return std::nullopt;
}

std::string FieldPath::text() const {
    std::string out = outer == nullptr ? std::string() : outer->text();
    if (!out.empty() && !member.empty()) out += '.';
    out += member;
    if (element) out += fmt::format("[{}]", *element);
    return out;
}

bool Reader::has(std::string_view name) const {
    return object_.contains(name);
}

const json::value* Reader::take(std::string_view name) {
    taken_.push_back(name);
    return object_.if_contains(name);
}

void Reader::fail(std::string_view name, std::string expected) {
    fail(path_of(name), std::move(expected));
}

void Reader::fail(const FieldPath& at, std::string expected) {
    if (!error_) error_ = FieldError{at.text(), std::move(expected)};
}

std::string Reader::text(std::string_view name, std::size_t min, std::size_t max) {
    const auto* value = take(name);
    if (value == nullptr || !value->is_string()) {
        fail(name, fmt::format("expected text of {} to {} characters", min, max));
        return {};
    }
    const std::string_view found = value->get_string();
    if (auto fault = text_fault(found, min, max)) {
        fail(name, std::move(*fault));
        return {};
    }
    return std::string(found);
}

std::string Reader::optional_text(std::string_view name, std::size_t max) {
    if (has(name)) return text(name, 1, max);
    (void)take(name);
    return {};
}

std::int64_t Reader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const auto* value = take(name);
    std::optional<std::int64_t> number;
    if (value != nullptr && value->is_int64()) number = value->get_int64();
    // The strict parser lets nothing beyond 2^53 through.
    if (value != nullptr && value->is_uint64()) {
        number = static_cast<std::int64_t>(value->get_uint64());
    }
    if (!number || *number < min || *number > max) {
        fail(name, fmt::format("expected an integer from {} to {}", min, max));
        return min;
    }
    return *number;
}

std::optional<std::int64_t>
Reader::optional_integer(std::string_view name, std::int64_t min, std::int64_t max) {
    if (has(name)) return integer(name, min, max);
    (void)take(name);
    return std::nullopt;
}

const json::object* Reader::object(std::string_view name) {
    const auto* value = take(name);
    if (value != nullptr && value->is_object()) return &value->get_object();
    fail(name, "expected an object");
    return nullptr;
}

const json::array* Reader::array(std::string_view name, std::size_t min, std::size_t max) {
    const auto* value = take(name);
    if (value != nullptr && value->is_array() && value->get_array().size() >= min &&
        value->get_array().size() <= max) {
        return &value->get_array();
    }
    fail(name, fmt::format("expected an array of {} to {} elements", min, max));
    return nullptr;
}

void Reader::finish() {
    if (error_) return;
    for (const auto& member : object_) {
        const std::string_view name = member.key();
        if (std::ranges::find(taken_, name) != taken_.end()) continue;
        fail(is_plain_name(name) ? name : "?", "is not a member of this object");
        return;
    }
}

}  // namespace drawbridge::events
