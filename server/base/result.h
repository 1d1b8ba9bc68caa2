// A value or an error, both must-use: the request path returns these instead of throwing.
#pragma once

#include <utility>
#include <variant>

namespace drawbridge::base {

/// T and E must be different types. Test with `if (!result)`, then take `value()` or `error()`.
template <class T, class E>
class [[nodiscard]] Result {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): a value is a result
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}

    // NOLINTNEXTLINE(google-explicit-constructor): an error is a result
    Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] explicit operator bool() const { return state_.index() == 0; }

    [[nodiscard]] T& value() & { return std::get<0>(state_); }

    [[nodiscard]] const T& value() const& { return std::get<0>(state_); }

    [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }

    [[nodiscard]] const E& error() const { return std::get<1>(state_); }

private:
    std::variant<T, E> state_;
};

}  // namespace drawbridge::base
