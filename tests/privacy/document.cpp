#include "privacy/document.h"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace drawbridge::test {
namespace {

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

/// The cells of "| a | b |"; none for another line and for the rule under the head.
std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells;
    if (!line.starts_with('|') || line.starts_with("|---")) return cells;
    for (line.remove_prefix(1); !line.empty();) {
        const auto end = line.find('|');
        if (end == std::string_view::npos) break;
        cells.push_back(trimmed(line.substr(0, end)));
        line.remove_prefix(end + 1);
    }
    return cells;
}

/// What stands in `backticks`.
std::vector<std::string> names_in(std::string_view cell) {
    std::vector<std::string> names;
    for (std::size_t at = 0; (at = cell.find('`', at)) != std::string_view::npos;) {
        const auto end = cell.find('`', at + 1);
        if (end == std::string_view::npos) break;
        names.emplace_back(cell.substr(at + 1, end - at - 1));
        at = end + 1;
    }
    return names;
}

void add_columns(const std::vector<std::string>& cells, PrivacyDocument& document) {
    if (cells.size() != 5 || cells[1].empty() || cells[2].empty()) {
        document.faults.push_back("a row of columns needs five cells: " + cells.front());
        return;
    }
    const auto categories = names_in(cells[4]);
    std::string table;
    for (auto name : names_in(cells[0])) {
        if (name.starts_with('.')) name.insert(0, table);
        table = name.substr(0, name.find('.'));
        const StoredColumn column{cells[3], {categories.begin(), categories.end()}};
        if (!document.columns.emplace(name, column).second) {
            document.faults.push_back(name + " stands twice");
        }
    }
}

void add_row(
    const std::string& section,
    const std::vector<std::string>& cells,
    PrivacyDocument& document
) {
    if (section == "### Columns") return add_columns(cells, document);
    const auto names = names_in(cells.front());
    if (section == "### How long" && cells.size() > 1 && !cells[1].empty()) {
        document.periods.emplace(names.front(), cells[1]);
    }
    auto& set = section == "### Files" ? document.files : document.categories;
    set.insert(names.begin(), names.end());
}

}  // namespace

PrivacyDocument parse_privacy_document(std::string_view text) {
    PrivacyDocument document;
    std::istringstream lines{std::string(text)};
    std::string section;
    bool in_table = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) section = line;
        const auto cells = cells_of(line);
        if (line.starts_with("|---")) in_table = true;
        if (!line.starts_with('|')) in_table = false;
        const bool known =
            section == "### Columns" || section == "### How long" || section == "### Files";
        if (known && in_table && !cells.empty()) add_row(section, cells, document);
    }
    return document;
}

PrivacyDocument read_privacy_document() {
    std::ifstream file(DRAWBRIDGE_TEST_DATA "/../docs/privacy.md");
    if (!file) throw std::runtime_error("docs/privacy.md cannot be read");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return parse_privacy_document(text);
}

}  // namespace drawbridge::test
