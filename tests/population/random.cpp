#include "population/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace drawbridge::population {
namespace {

std::uint64_t hash(std::string_view text) {
    std::uint64_t value = 0;
    for (const char c : text) {
        value = mix(value, static_cast<unsigned char>(c));
    }
    return value;
}

}  // namespace

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    auto z = a * 0x9e3779b97f4a7c15 + b + 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

Random::Random(std::uint64_t seed, std::string_view stream) : engine_(mix(seed, hash(stream))) {}

double Random::unit() {
    return static_cast<double>(engine_() >> 11) * 0x1p-53;
}

std::uint32_t Random::below(std::size_t n) {
    return static_cast<std::uint32_t>(unit() * static_cast<double>(n));
}

double Random::exponential(double mean) {
    return -mean * std::log1p(-unit());
}

// Box and Muller.
double Random::normal() {
    const double radius = std::sqrt(-2 * std::log1p(-unit()));
    return radius * std::cos(2 * std::numbers::pi * unit());
}

double Random::lognormal(double mean, double sigma) {
    return mean * std::exp(sigma * normal() - sigma * sigma / 2);
}

Weighted::Weighted(const std::vector<double>& weights) {
    double sum = 0;
    for (const auto weight : weights) {
        sums_.push_back(sum += weight);
    }
}

std::uint32_t Weighted::pick(Random& random) const {
    const auto at = std::ranges::upper_bound(sums_, random.unit() * sums_.back());
    return static_cast<std::uint32_t>(std::min(at, sums_.end() - 1) - sums_.begin());
}

std::vector<double> zipf_weights(std::size_t n, double exponent) {
    std::vector<double> weights;
    for (std::size_t rank = 1; rank <= n; ++rank) {
        weights.push_back(std::pow(static_cast<double>(rank), -exponent));
    }
    return weights;
}

}  // namespace drawbridge::population
