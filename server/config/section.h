// One table of the configuration file. It hands out values by key and type, and at the end names
// the keys nobody asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace drawbridge::config {

struct IntegerRange {
    std::int64_t from;
    std::int64_t to;
};

/// Used on the stack of one load, one thread.
class Section {
public:
    /// `table` null: the file has no such section, every key is absent. `prefix` stands before the
    /// keys in messages ("limits.").
    Section(
        const toml::table* table,
        std::string file,
        std::string prefix,
        std::vector<std::string>& problems
    );

    /// The sub-table of that name; an absent one is an empty section.
    [[nodiscard]] Section table(const char* key);
    /// Absent keys and wrong types leave `out` as it is. True: a text was there.
    bool text(const char* key, std::string& out);
    void texts(const char* key, std::vector<std::string>& out);

    template <class T>
    void integer(const char* key, IntegerRange range, T& out) {
        if (const auto value = integer(key, range)) out = static_cast<T>(*value);
    }

    /// "90s", "10m", "2h", "7d", or whole seconds.
    void duration_ms(const char* key, std::int64_t longest_ms, std::int64_t& out);

    /// Reports a value that has the right type and the wrong content.
    void wrong(const char* key, std::string_view expected);
    void require(const char* key);
    /// Call last: names the keys nobody asked for.
    void finish();

private:
    const toml::node* find(const char* key);
    std::optional<std::int64_t> integer(const char* key, IntegerRange range);
    void wrong_type(const char* key, const toml::node& node, std::string_view expected);
    void report(std::uint32_t line, std::string_view key, std::string_view text);

    const toml::table* table_;
    std::string file_;
    std::string prefix_;
    std::vector<std::string>& problems_;
    std::vector<std::string> known_;
};

}  // namespace drawbridge::config
