// Space that a backup, or a restore, must leave to the live database, on the file system it is
// written to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>

namespace drawbridge::store {

/// Any thread. Throws std::runtime_error that says how much is free and how much is needed.
class SpaceGuard {
public:
    explicit SpaceGuard(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// `bytes` can be written without touching the margin.
    void require(std::uint64_t bytes) const;

    void require_margin() const { require(0); }

private:
    std::filesystem::path folder_;
};

}  // namespace drawbridge::store
