// Tables and lines for a console 100 columns wide. What comes from game servers is shown with its
// control characters replaced, so that no name can move the cursor or change colours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drawbridge::ctl {

inline constexpr std::size_t kConsoleWidth = 100;

/// One line, without control characters (C0, DEL, C1) or line breaks; invalid UTF-8 becomes `?`.
[[nodiscard]] std::string printable(std::string_view text);
/// In code points.
[[nodiscard]] std::size_t text_width(std::string_view text);
/// At most `width` code points, an ellipsis for what is left out.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t width);

class Table {
public:
    explicit Table(std::vector<std::string> headers) : headers_(std::move(headers)) {}

    /// As many cells as there are headers.
    void add(std::vector<std::string> cells);
    /// Columns are as wide as their longest cell; when that is too wide for the console, the widest
    /// give way first.
    [[nodiscard]] std::string print() const;

private:
    [[nodiscard]] std::vector<std::size_t> widths() const;

    const std::vector<std::string> headers_;
    std::vector<std::vector<std::string>> rows_;
};

/// "name   value" lines with the names in one column.
[[nodiscard]] std::string print_fields(
    const std::vector<std::pair<std::string, std::string>>& fields
);

}  // namespace drawbridge::ctl
