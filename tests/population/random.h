// Chance that is the same everywhere: std::mt19937_64, whose numbers the standard fixes, with
// distributions of our own, because those of <random> differ between libraries.
#pragma once

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace drawbridge::population {

/// SplitMix64's finaliser (Steele, Lea, Flood 2014) over both: a value without state.
[[nodiscard]] std::uint64_t mix(std::uint64_t a, std::uint64_t b);

/// One stream of a seed. Streams of different names are independent, so that a change in one part
/// of the world leaves what the others draw as it was.
class Random {
public:
    Random(std::uint64_t seed, std::string_view stream);

    [[nodiscard]] std::uint64_t bits() { return engine_(); }

    /// Names somebody or something; never 0, which stands for nothing.
    [[nodiscard]] std::uint64_t id() { return engine_() | 1; }

    /// 0 ≤ x < 1.
    [[nodiscard]] double unit();
    /// 0 … n − 1; n ≥ 1.
    [[nodiscard]] std::uint32_t below(std::size_t n);

    [[nodiscard]] bool chance(double probability) { return unit() < probability; }

    [[nodiscard]] double between(double low, double high) { return low + (high - low) * unit(); }

    [[nodiscard]] double exponential(double mean);
    /// Log-normal with this mean; `sigma` is the deviation of the logarithm.
    [[nodiscard]] double lognormal(double mean, double sigma);

    template <class Container>
    [[nodiscard]] const auto& pick(const Container& from) {
        return from[below(from.size())];
    }

private:
    [[nodiscard]] double normal();

    std::mt19937_64 engine_;
};

/// Draws an index by its weight.
class Weighted {
public:
    explicit Weighted(const std::vector<double>& weights);
    [[nodiscard]] std::uint32_t pick(Random& random) const;

private:
    std::vector<double> sums_;
};

/// Weights 1, 1/2ˢ, 1/3ˢ …: `n` of them.
[[nodiscard]] std::vector<double> zipf_weights(std::size_t n, double exponent);

}  // namespace drawbridge::population
