// JSON of the admin plane: bodies are read member by member, and a member nobody asked for is an
// error, so that a misspelt one is never silently lost. For this folder's .cpp files only.
#pragma once

#include "admin/message.h"

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::admin {

/// Text that staff type: its length is counted in code points; control characters but tab and line
/// feed are refused, since it is shown on consoles.
[[nodiscard]] bool is_plain_text(std::string_view text, std::size_t min, std::size_t max);

/// Reads the members of one object and keeps the first problem. One request, one thread.
class Members {
public:
    /// `path` stands before member names in problems, e.g. "target.".
    explicit Members(const boost::json::object& object, std::string path = {});

    [[nodiscard]] std::string text(const char* name, std::size_t min, std::size_t max);
    /// Empty when the member is not there.
    [[nodiscard]] std::string optional_text(const char* name, std::size_t max);
    /// False when the member is not there.
    [[nodiscard]] bool optional_flag(const char* name);
    [[nodiscard]] std::int64_t integer(const char* name, std::int64_t min, std::int64_t max);
    /// Nothing when the member is not there.
    [[nodiscard]] std::optional<std::int64_t>
    optional_integer(const char* name, std::int64_t min, std::int64_t max);
    /// Null and a problem when it is not there or no array.
    [[nodiscard]] const boost::json::array* array(const char* name, std::size_t max);

    void fail(std::string_view name, std::string_view detail);
    /// The first problem; also reports members that nobody asked for. Call when all are read.
    [[nodiscard]] std::optional<Reply> problem();

private:
    [[nodiscard]] const boost::json::value* take(const char* name);

    const boost::json::object& object_;
    const std::string path_;
    std::vector<std::string_view> taken_;
    std::optional<Reply> problem_;
};

/// An empty body is an empty object. Nothing when it is no JSON object or is
/// nested deeper than kMaxJsonDepth.
[[nodiscard]] std::optional<boost::json::object> parse_object(std::string_view body);

[[nodiscard]] Reply answer(const boost::json::object& document, unsigned status = 200);

/// null where there is none.
template <class T>
[[nodiscard]] boost::json::value or_null(const std::optional<T>& value) {
    if (!value) return nullptr;
    return boost::json::value_from(*value);
}

}  // namespace drawbridge::admin
