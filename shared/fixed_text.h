// Text with a fixed upper length, held in place: what the core returns instead of std::string,
// so that the WebAssembly build needs no heap for it. A value; no thread rule.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace drawbridge {

template <std::size_t Capacity>
class FixedText {
public:
    FixedText() = default;

    // False, and nothing appended, when it does not fit.
    [[nodiscard]] bool append(std::string_view text) {
        if (text.size() > Capacity - size_) return false;
        if (!text.empty()) std::memcpy(data_ + size_, text.data(), text.size());
        size_ += text.size();
        return true;
    }

    [[nodiscard]] bool append(char character) { return append({&character, 1}); }

    [[nodiscard]] std::string_view view() const { return {data_, size_}; }

    [[nodiscard]] std::size_t size() const { return size_; }

    [[nodiscard]] static constexpr std::size_t capacity() { return Capacity; }

    [[nodiscard]] bool empty() const { return size_ == 0; }

    void clear() { size_ = 0; }

    friend bool operator==(const FixedText& a, const FixedText& b) { return a.view() == b.view(); }

private:
    std::size_t size_ = 0;
    char data_[Capacity] = {};
};

}  // namespace drawbridge
