#include "bans/ban.h"

#include <array>
#include <utility>

namespace drawbridge::bans {
namespace {

constexpr std::array<std::pair<Category, std::string_view>, 8> kCategories{{
    {Category::cheating, "cheating"},
    {Category::evasion, "evasion"},
    {Category::harassment, "harassment"},
    {Category::exploiting, "exploiting"},
    {Category::scam, "scam"},
    {Category::raid, "raid"},
    {Category::fraud, "fraud"},
    {Category::other, "other"},
}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
    for (const auto& [known, name] : table) {
        if (known == value) return name;
    }
    return "unknown";
}

template <class Value, std::size_t Size>
std::optional<Value>
value_in(const std::array<std::pair<Value, std::string_view>, Size>& table, std::string_view name) {
    for (const auto& [value, known] : table) {
        if (known == name) return value;
    }
    return std::nullopt;
}

}  // namespace

std::string_view category_name(Category category) {
    return name_in(kCategories, category);
}

std::optional<Category> parse_category(std::string_view name) {
    return value_in(kCategories, name);
}

std::string_view category_names() {
    return "cheating, evasion, harassment, exploiting, scam, raid, fraud, other";
}

}  // namespace drawbridge::bans
