#include "admin/json.h"

#include "admin/problem.h"
#include "shared/limits.h"

#include <algorithm>
#include <utility>

namespace drawbridge::admin {

bool is_plain_text(std::string_view text, std::size_t min, std::size_t max) {
    std::size_t points = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F) return false;
        if ((byte & 0xC0U) != 0x80U) ++points;
    }
    // C1 controls are two bytes in UTF-8, 0xC2 0x80…0x9F.
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] == '\xC2' && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
    }
    return points >= min && points <= max;
}

Members::Members(const boost::json::object& object, std::string path)
    : object_(object),
      path_(std::move(path)) {}

const boost::json::value* Members::take(const char* name) {
    taken_.emplace_back(name);
    return object_.if_contains(name);
}

std::string Members::text(const char* name, std::size_t min, std::size_t max) {
    const auto* value = take(name);
    if (value == nullptr || !value->is_string()) {
        fail(name, "expected a text");
        return {};
    }
    std::string text(value->get_string());
    if (!is_plain_text(text, min, max)) {
        fail(
            name,
            "expected " + std::to_string(min) + " to " + std::to_string(max) +
                " characters, no control characters"
        );
    }
    return text;
}

std::string Members::optional_text(const char* name, std::size_t max) {
    if (!object_.contains(name)) {
        taken_.emplace_back(name);
        return {};
    }
    return text(name, 0, max);
}

bool Members::optional_flag(const char* name) {
    const auto* value = take(name);
    if (value == nullptr) return false;
    if (!value->is_bool()) fail(name, "expected true or false");
    return value->is_bool() && value->get_bool();
}

std::int64_t Members::integer(const char* name, std::int64_t min, std::int64_t max) {
    const auto* value = take(name);
    const auto* number = value == nullptr ? nullptr : value->if_int64();
    if (number == nullptr || *number < min || *number > max) {
        fail(
            name,
            "expected an integer from " + std::to_string(min) + " to " + std::to_string(max)
        );
        return min;
    }
    return *number;
}

std::optional<std::int64_t>
Members::optional_integer(const char* name, std::int64_t min, std::int64_t max) {
    if (object_.contains(name)) return integer(name, min, max);
    taken_.emplace_back(name);
    return std::nullopt;
}

const boost::json::array* Members::array(const char* name, std::size_t max) {
    const auto* value = take(name);
    const auto* array = value == nullptr ? nullptr : value->if_array();
    if (array == nullptr || array->size() > max) {
        fail(name, "expected an array of at most " + std::to_string(max));
        return nullptr;
    }
    return array;
}

void Members::fail(std::string_view name, std::string_view detail) {
    if (!problem_) problem_ = refuse_field(path_ + std::string(name), detail);
}

std::optional<Reply> Members::problem() {
    for (const auto& member : object_) {
        const std::string_view name(member.key().data(), member.key().size());
        if (std::ranges::find(taken_, name) == taken_.end()) {
            fail(name, "no such member here");
        }
    }
    return problem_;
}

std::optional<boost::json::object> parse_object(std::string_view body) {
    if (body.empty()) return boost::json::object{};
    boost::json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    boost::json::error_code error;
    auto value = boost::json::parse({body.data(), body.size()}, error, {}, options);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

Reply answer(const boost::json::object& document, unsigned status) {
    return {status, "application/json", boost::json::serialize(document)};
}

}  // namespace drawbridge::admin
