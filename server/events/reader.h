// Reads the members of one JSON object strictly: type, length, range, UTF-8 text, and nothing that
// was not asked for. Keeps the first error; what is read after it is a default nobody uses.
#pragma once

#include "events/event.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::events {

/// Where an object stands in the document, for errors: a member of another, or an element of its
/// array. Written out only when there is an error.
struct FieldPath {
    const FieldPath* outer = nullptr;  // null: the document itself
    std::string_view member;
    std::optional<std::size_t> element;

    /// "player.tags[2]"; "" for the document.
    [[nodiscard]] std::string text() const;
};

class Reader {
public:
    /// `at` must outlive the Reader.
    Reader(const boost::json::object& object, const FieldPath& at, std::optional<FieldError>& error)
        : object_(object),
          at_(at),
          error_(error) {}

    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] std::string text(std::string_view name, std::size_t min, std::size_t max);
    [[nodiscard]] std::string optional_text(std::string_view name, std::size_t max);
    [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
    [[nodiscard]] std::optional<std::int64_t>
    optional_integer(std::string_view name, std::int64_t min, std::int64_t max);
    /// Null after an error.
    [[nodiscard]] const boost::json::object* object(std::string_view name);
    [[nodiscard]] const boost::json::array*
    array(std::string_view name, std::size_t min, std::size_t max);

    void fail(std::string_view name, std::string expected);
    void fail(const FieldPath& at, std::string expected);
    /// Call last: members nobody asked for are an error.
    void finish();

    [[nodiscard]] FieldPath path_of(std::string_view name) const { return {&at_, name, {}}; }

    [[nodiscard]] FieldPath path_of(std::string_view array, std::size_t element) const {
        return {&at_, array, element};
    }

    [[nodiscard]] std::optional<FieldError>& error() { return error_; }

private:
    [[nodiscard]] const boost::json::value* take(std::string_view name);

    const boost::json::object& object_;
    const FieldPath& at_;
    std::optional<FieldError>& error_;
    std::vector<std::string_view> taken_;
};

/// Why `text` is no acceptable free text of min…max code points, or nothing.
[[nodiscard]] std::optional<std::string>
text_fault(std::string_view text, std::size_t min, std::size_t max);

}  // namespace drawbridge::events
