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

struct DurationRange {
    std::int64_t from_ms;
    std::int64_t to_ms;
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
    [[nodiscard]] Section table(std::string_view key);
    /// Absent keys and wrong types leave `out` as it is. True: a text was there.
    bool text(std::string_view key, std::string& out);
    void texts(std::string_view key, std::vector<std::string>& out);

    template <class T>
    void integer(std::string_view key, IntegerRange range, T& out) {
        if (const auto value = integer(key, range)) out = static_cast<T>(*value);
    }

    void boolean(std::string_view key, bool& out);
    /// "90s", "10m", "2h", "7d", or whole seconds.
    void duration_ms(std::string_view key, std::int64_t longest_ms, std::int64_t& out);

    /// A duration as above, or "never" (nothing) where `may_be_never`.
    void period_ms(
        std::string_view key,
        DurationRange range,
        bool may_be_never,
        std::optional<std::int64_t>& out
    );

    /// Reports a value that has the right type and the wrong content.
    void wrong(std::string_view key, std::string_view expected);
    void require(std::string_view key);
    /// Call last: names the keys nobody asked for.
    void finish();

private:
    const toml::node* find(std::string_view key);
    std::optional<std::int64_t> integer(std::string_view key, IntegerRange range);
    std::optional<std::int64_t> duration(
        std::string_view key,
        const toml::node& node,
        DurationRange range,
        const std::string& expected
    );
    void wrong_type(std::string_view key, const toml::node& node, std::string_view expected);
    void report(std::uint32_t line, std::string_view key, std::string_view text);

    const toml::table* table_;
    std::string file_;
    std::string prefix_;
    std::vector<std::string>& problems_;
    std::vector<std::string> known_;
};

}  // namespace drawbridge::config
