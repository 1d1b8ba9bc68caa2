// The fuzzers' targets on altered vectors: a small, repeatable part of what scripts/fuzz.sh does.
#include "fuzz/targets.h"
#include "shared/vectors.h"

#include <doctest/doctest.h>

#include <random>
#include <set>

using namespace drawbridge;

namespace {

// Every text of a file, and what it says in hex where it is hex.
void collect(const boost::json::value& value, std::set<std::string>& out) {
    if (value.is_string()) {
        const std::string text{value.as_string()};
        out.insert(text);
        if (text.size() > 60 && text.find_first_not_of("0123456789abcdef") == std::string::npos) {
            const auto bytes = test::from_hex(text);
            out.insert("@" + std::string(bytes.begin(), bytes.end()));
        }
        return;
    }
    if (value.is_array()) {
        for (const auto& part : value.as_array())
            collect(part, out);
    }
    if (!value.is_object()) return;
    for (const auto& member : value.as_object())
        collect(member.value(), out);
    if (const auto* input = value.as_object().if_contains("signature_input")) {
        const std::string fields =
            std::string(input->as_string()) + "\n" + test::text(value, "signature");
        out.insert(fields);
        out.insert("\n" + fields);
        out.insert("body\n" + fields);
    }
}

std::vector<std::string> seeds() {
    std::set<std::string> all;
    for (const char* name :
         {"ids",
          "secrets",
          "enrolments",
          "authorities",
          "identifiers",
          "digests",
          "requests",
          "answers",
          "banlists"}) {
        collect(test::vectors(name), all);
    }
    return {all.begin(), all.end()};
}

std::string altered(std::string text, std::mt19937& random) {
    for (unsigned left = random() % 4; left > 0 && !text.empty(); --left) {
        const std::size_t at = random() % text.size();
        switch (random() % 5) {
            case 0: text[at] = static_cast<char>(random()); break;
            case 1: text[at] = static_cast<char>(text[at] ^ (1 << random() % 8)); break;
            case 2: text.erase(at, 1 + random() % 3); break;
            case 3: text.insert(at, 1, "\n \";=:,()-.@0"[random() % 13]); break;
            default: text.insert(at, text.substr(random() % text.size(), random() % 20)); break;
        }
    }
    return text;
}

}  // namespace

TEST_CASE("mutation: what must hold for any bytes holds for altered vectors") {
    const auto from = seeds();
    REQUIRE(from.size() > 500);
    std::mt19937 random(20251121);
    std::size_t runs = 0;
    for (int round = 0; round < 12; ++round) {
        for (const auto& seed : from) {
            const auto text = altered(seed, random);
            const auto bytes = as_bytes(text);
            // A violation traps, and the seed of the generator is fixed.
            for (const auto& target : fuzz::kTargets) {
                target.run(bytes);
                ++runs;
            }
        }
    }
    CHECK(runs == 12 * from.size() * fuzz::kTargets.size());
}
