// docs/privacy.md as the tests read it: its tables under "### Columns", "### How long", "###
// Files".
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::test {

/// What the document says of one stored column.
struct StoredColumn {
    std::string sealed;                // "yes", "no", "blind index", "hash", "wrapped"
    std::set<std::string> categories;  // rows of "How long"
};

struct PrivacyDocument {
    /// By `table.column`; values of `meta` by `meta.value[key]`.
    std::map<std::string, StoredColumn> columns;
    std::set<std::string> categories;
    /// Those with a default period, in days.
    std::map<std::string, std::string> periods;
    std::set<std::string> files;
    /// What cannot be read or stands twice.
    std::vector<std::string> faults;
};

/// Reads the document of this source tree.
[[nodiscard]] PrivacyDocument read_privacy_document();

/// The same for a text.
[[nodiscard]] PrivacyDocument parse_privacy_document(std::string_view text);

}  // namespace drawbridge::test
