// The files of tests/vectors as JSON, and their fields as the core's types. What is missing or
// wrong in a file throws, which fails the test.
#pragma once

#include "shared/encoding.h"
#include "shared/secret.h"

#include <boost/json.hpp>

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::test {

// Kept until the program ends, so that a loop over a part of it is safe.
inline const boost::json::value& vectors(const std::string& name) {
    static std::map<std::string, boost::json::value> read;
    const auto [place, fresh] = read.try_emplace(name);
    if (!fresh) return place->second;
    std::ifstream file(std::string(DRAWBRIDGE_TEST_DATA) + "/vectors/" + name + ".json");
    if (!file) throw std::runtime_error("no vectors " + name);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    place->second = boost::json::parse(text);
    return place->second;
}

inline std::string text(const boost::json::value& value, std::string_view key) {
    return std::string(value.at(key).as_string());
}

inline std::uint64_t number(const boost::json::value& value, std::string_view key) {
    return value.at(key).to_number<std::uint64_t>();
}

inline std::vector<std::uint8_t> from_hex(std::string_view hex) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(
            static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(i, 2)), nullptr, 16))
        );
    }
    return bytes;
}

inline std::vector<std::uint8_t> bytes(const boost::json::value& value, std::string_view key) {
    return from_hex(text(value, key));
}

template <std::size_t Size>
std::array<std::uint8_t, Size> fixed(const boost::json::value& value, std::string_view key) {
    const auto all = bytes(value, key);
    if (all.size() != Size) throw std::runtime_error("wrong size");
    std::array<std::uint8_t, Size> result{};
    std::copy(all.begin(), all.end(), result.begin());
    return result;
}

inline Secret secret(const boost::json::value& value, std::string_view key) {
    return Secret(fixed<kKeyBytes>(value, key));
}

template <typename Range>
std::string str(const Range& text) {
    return std::string(text.view());
}

}  // namespace drawbridge::test
