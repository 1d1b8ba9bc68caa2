// Query parameters of a GET: read one by one, and one that nobody asked for is an error.
#pragma once

#include "admin/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::admin {

/// Keeps the first problem. One request, one thread.
class Parameters {
public:
    explicit Parameters(const Request& request) : query_(request.query) {}

    [[nodiscard]] std::optional<std::string> text(const char* name);
    [[nodiscard]] std::optional<std::int64_t> integer(const char* name);
    /// 1 to `max`; `fallback` when it is not there.
    [[nodiscard]] int limit(int fallback, int max);

    /// Reads a word with `parse`, which gives an optional.
    template <class Parse>
    auto word(const char* name, Parse parse, std::string_view expected)
        -> decltype(parse(std::string_view())) {
        const auto value = text(name);
        if (!value) return {};
        auto parsed = parse(std::string_view(*value));
        if (!parsed) fail(name, expected);
        return parsed;
    }

    void fail(std::string_view name, std::string_view detail);
    [[nodiscard]] std::optional<Reply> problem();

private:
    const std::map<std::string, std::string>& query_;
    std::vector<std::string_view> taken_;
    std::optional<Reply> problem_;
};

}  // namespace drawbridge::admin
