// Long-lived key material: 32-byte secrets in pages that are locked into memory, kept out of core
// dumps and surrounded by guard pages, all in a few large allocations (sodium_malloc takes four
// mappings each time, so one per key would run out of them).
#pragma once

#include "shared/secret.h"

namespace drawbridge::store {

/// A Secret in the arena, owned like by a std::unique_ptr: 8 bytes, movable, wiped when dropped.
/// Any thread.
class LockedSecret {
public:
    LockedSecret() = default;  // holds nothing
    explicit LockedSecret(const Secret& secret);
    LockedSecret(const LockedSecret&) = delete;
    LockedSecret& operator=(const LockedSecret&) = delete;
    LockedSecret(LockedSecret&& other) noexcept;
    LockedSecret& operator=(LockedSecret&& other) noexcept;
    ~LockedSecret();

    [[nodiscard]] explicit operator bool() const { return secret_ != nullptr; }

    [[nodiscard]] const Secret& operator*() const { return *secret_; }

    [[nodiscard]] const Secret* operator->() const { return secret_; }

private:
    Secret* secret_ = nullptr;
};

}  // namespace drawbridge::store
