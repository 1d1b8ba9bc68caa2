// A value that can only be reached while its lock is held.
#pragma once

#include <mutex>
#include <utility>

namespace drawbridge::base {

/// Any thread. `with` runs the function under the lock; keep it short and never block in it.
template <class T>
class Guarded {
public:
    Guarded() = default;

    explicit Guarded(T value) : value_(std::move(value)) {}

    template <class F>
    decltype(auto) with(F&& function) {
        const std::lock_guard lock(mutex_);
        return std::forward<F>(function)(value_);
    }

    template <class F>
    decltype(auto) with(F&& function) const {
        const std::lock_guard lock(mutex_);
        return std::forward<F>(function)(value_);
    }

private:
    mutable std::mutex mutex_;
    T value_;
};

}  // namespace drawbridge::base
