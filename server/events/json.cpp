#include "events/json.h"

#include "shared/limits.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace drawbridge::events {
namespace {

namespace json = boost::json;
using ErrorCode = json::error_code;
using Text = json::string_view;

/// Builds the value and counts member names; what it refuses, it says in `refusal`.
class StrictHandler {
public:
    explicit StrictHandler(json::storage_ptr memory) : memory_(std::move(memory)) {}

    // NOLINTBEGIN(readability-identifier-naming): the names basic_parser asks for
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    // NOLINTEND(readability-identifier-naming)

    bool on_document_begin(ErrorCode&) {
        stack_.reset(memory_);
        return true;
    }

    bool on_document_end(ErrorCode&) { return true; }

    bool on_object_begin(ErrorCode&) { return true; }

    bool on_object_end(std::size_t size, ErrorCode&) {
        stack_.push_object(size);
        return true;
    }

    bool on_array_begin(ErrorCode&) { return true; }

    bool on_array_end(std::size_t size, ErrorCode&) {
        stack_.push_array(size);
        return true;
    }

    bool on_key_part(Text part, std::size_t, ErrorCode& error) {
        stack_.push_chars(part);
        return accept_text(part, error);
    }

    bool on_key(Text part, std::size_t, ErrorCode& error) {
        stack_.push_key(part);
        ++member_count;
        return accept_text(part, error);
    }

    bool on_string_part(Text part, std::size_t, ErrorCode& error) {
        stack_.push_chars(part);
        return accept_text(part, error);
    }

    bool on_string(Text part, std::size_t, ErrorCode& error) {
        stack_.push_string(part);
        return accept_text(part, error);
    }

    bool on_number_part(Text, ErrorCode&) { return true; }

    bool on_int64(std::int64_t value, Text, ErrorCode& error) {
        stack_.push_int64(value);
        const auto limit = static_cast<std::int64_t>(kMaxSafeInteger);
        return accept(value >= -limit && value <= limit, "a number beyond 2^53 - 1", error);
    }

    bool on_uint64(std::uint64_t value, Text, ErrorCode& error) {
        stack_.push_uint64(value);
        return accept(value <= kMaxSafeInteger, "a number beyond 2^53 - 1", error);
    }

    bool on_double(double value, Text, ErrorCode& error) {
        stack_.push_double(value);
        const bool fits =
            std::isfinite(value) && std::abs(value) <= static_cast<double>(kMaxSafeInteger);
        return accept(fits, "a number beyond 2^53 - 1", error);
    }

    bool on_bool(bool value, ErrorCode&) {
        stack_.push_bool(value);
        return true;
    }

    bool on_null(ErrorCode&) {
        stack_.push_null();
        return true;
    }

    bool on_comment_part(Text, ErrorCode&) { return true; }

    bool on_comment(Text, ErrorCode&) { return true; }

    json::value release() { return stack_.release(); }

    std::size_t member_count = 0;
    std::string refusal;

private:
    bool accept(bool acceptable, std::string_view what, ErrorCode& error) {
        if (acceptable) return true;
        refusal = what;
        error = json::error::syntax;
        return false;
    }

    bool accept_text(Text part, ErrorCode& error) {
        return accept(part.find('\0') == Text::npos, "the character U+0000", error);
    }

    const json::storage_ptr memory_;
    json::value_stack stack_;
};

std::size_t count_members(const json::value& value) {
    std::size_t count = 0;
    if (const auto* object = value.if_object()) {
        count = object->size();
        for (const auto& member : *object) {
            count += count_members(member.value());
        }
    } else if (const auto* array = value.if_array()) {
        for (const auto& element : *array) {
            count += count_members(element);
        }
    }
    return count;
}

}  // namespace

base::Result<json::value, JsonError>
parse_json(std::string_view text, const json::storage_ptr& memory) {
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    json::basic_parser<StrictHandler> parser(options, memory);
    ErrorCode error;
    const auto used = parser.write_some(false, text.data(), text.size(), error);
    if (error) {
        const auto& refusal = parser.handler().refusal;
        return JsonError{
            fmt::format("{} at byte {}", refusal.empty() ? error.message() : refusal, used)};
    }
    if (text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
        return JsonError{fmt::format("something behind the value at byte {}", used)};
    }
    auto value = parser.handler().release();
    // An object keeps one of two members of a name, so fewer are left than were read.
    if (count_members(value) != parser.handler().member_count) {
        return JsonError{"a member name is repeated in one object"};
    }
    return value;
}

}  // namespace drawbridge::events
