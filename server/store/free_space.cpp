#include "store/free_space.h"

#include <fmt/format.h>

#include <algorithm>

namespace drawbridge::store {
namespace {

constexpr std::uint64_t kMebibyte = 1024UL * 1024;
// A twentieth of a small disk; of a large one enough for hours of events.
constexpr std::uint64_t kMargin = 256 * kMebibyte;
constexpr std::uint64_t kMarginShare = 20;

std::uint64_t in_mebibytes(std::uint64_t bytes) {
    return (bytes + kMebibyte - 1) / kMebibyte;
}

}  // namespace

void SpaceGuard::require(std::uint64_t bytes) const {
    const auto space = std::filesystem::space(folder_);
    const auto margin = std::min<std::uint64_t>(kMargin, space.capacity / kMarginShare);
    if (space.available >= bytes + margin) return;
    throw std::runtime_error(fmt::format(
        "too little space in {}: {} MiB are free, {} MiB are needed, and {} MiB stay for the "
        "database",
        folder_.string(),
        in_mebibytes(space.available),
        in_mebibytes(bytes),
        in_mebibytes(margin)
    ));
}

}  // namespace drawbridge::store
