#include "ctl/table.h"

#include <algorithm>
#include <numeric>

namespace drawbridge::ctl {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::string_view kEllipsis = "…";

std::size_t sequence_length(unsigned char first) {
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return 2;
    if (first >= 0xE0 && first < 0xF0) return 3;
    if (first >= 0xF0 && first < 0xF5) return 4;
    return 0;
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The bytes of the character at the front; 0 when they are no character.
std::size_t character_length(std::string_view text) {
    const auto length = sequence_length(static_cast<unsigned char>(text.front()));
    if (length == 0 || length > text.size()) return 0;
    const auto rest = text.substr(1, length - 1);
    return std::ranges::all_of(rest, is_continuation) ? length : 0;
}

bool is_control(std::string_view character) {
    const auto first = static_cast<unsigned char>(character.front());
    if (character.size() == 1) return first < 0x20 || first == 0x7F;
    // C1 controls, and the marks that turn the direction of writing around.
    if (character.size() == 2) {
        return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
    }
    return character >= "\u202A" && character <= "\u202E" && character.size() == 3;
}

std::string padded(const std::string& cell, std::size_t width) {
    auto text = shorten(cell, width);
    text.append(width - text_width(text), ' ');
    return text;
}

/// Where the first line of the text ends when it may be `width` wide: at a space if there is one.
std::size_t line_end(std::string_view text, std::size_t width) {
    if (text_width(text) <= width) return text.size();
    std::size_t end = 0;
    for (std::size_t points = 0; points < width; ++points) {
        ++end;
        while (end < text.size() && is_continuation(text[end])) {
            ++end;
        }
    }
    const auto space = text.substr(0, end + 1).rfind(' ');
    return space == std::string_view::npos || space == 0 ? end : space;
}

/// In lines of the console's width, the later ones indented.
std::string wrapped(std::string_view text, std::size_t indent) {
    const auto width = kConsoleWidth - indent;
    std::string out;
    while (true) {
        const auto end = line_end(text, width);
        out += text.substr(0, end);
        text.remove_prefix(end);
        while (text.starts_with(' ')) {
            text.remove_prefix(1);
        }
        if (text.empty()) return out;
        out += "\n" + std::string(indent, ' ');
    }
}

void append_row(
    std::string& out,
    const std::vector<std::string>& cells,
    const std::vector<std::size_t>& widths
) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line.append(kGap, ' ');
        line += padded(cells[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
}

}  // namespace

std::string printable(std::string_view text) {
    std::string clean;
    while (!text.empty()) {
        const auto length = character_length(text);
        const auto character = text.substr(0, std::max<std::size_t>(length, 1));
        const bool space = character == "\n" || character == "\t";
        if (length == 0 || (is_control(character) && !space)) {
            clean += '?';
        } else {
            clean += space ? std::string_view(" ") : character;
        }
        text.remove_prefix(character.size());
    }
    return clean;
}

std::size_t text_width(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return !is_continuation(c);
    }));
}

std::string shorten(std::string_view text, std::size_t width) {
    if (text_width(text) <= width) return std::string(text);
    if (width == 0) return {};
    std::size_t end = 0;
    for (std::size_t points = 0; points + 1 < width; ++points) {
        ++end;
        while (end < text.size() && is_continuation(text[end])) {
            ++end;
        }
    }
    return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

void Table::add(std::vector<std::string> cells) {
    cells.resize(headers_.size());
    for (auto& cell : cells) {
        cell = printable(cell);
    }
    rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths() const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < headers_.size(); ++i) {
        std::size_t width = text_width(headers_[i]);
        for (const auto& row : rows_) {
            width = std::max(width, text_width(row[i]));
        }
        widths.push_back(width);
    }
    const auto room = kConsoleWidth - kGap * (widths.size() - 1);
    while (std::accumulate(widths.begin(), widths.end(), std::size_t{0}) > room) {
        --*std::ranges::max_element(widths);
    }
    return widths;
}

std::string Table::print() const {
    const auto columns = widths();
    std::string out;
    append_row(out, headers_, columns);
    for (const auto& row : rows_) {
        append_row(out, row, columns);
    }
    return out;
}

std::string print_fields(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::size_t width = 0;
    for (const auto& [name, value] : fields) {
        width = std::max(width, text_width(name));
    }
    std::string out;
    for (const auto& [name, value] : fields) {
        out += padded(name, width + kGap) + wrapped(printable(value), width + kGap);
        out.erase(out.find_last_not_of(' ') + 1);
        out += '\n';
    }
    return out;
}

}  // namespace drawbridge::ctl
