// How JavaScript hands arguments over: in one buffer, each as length[4, little-endian] and bytes;
// results come back in another. Both are static, so a call needs no allocation, and the caller can
// wipe them. One thread, as every WebAssembly instance has.
#pragma once

#include "shared/encoding.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace drawbridge::wasm {

inline constexpr std::size_t kBufferBytes = 32768;

struct Buffers {
    std::array<std::uint8_t, kBufferBytes> input;
    std::array<std::uint8_t, kBufferBytes> output;
};

inline Buffers buffers;

// Reads the arguments in order. A call that does not fit is a fault of resource/wasm.js, which
// nothing can be told: it traps.
class Arguments {
public:
    explicit Arguments(std::uint32_t length) {
        if (length > kBufferBytes) __builtin_trap();
        rest_ = Bytes(buffers.input).first(length);
    }

    [[nodiscard]] Bytes bytes() {
        const std::size_t size = static_cast<std::size_t>(little(take(4)));
        return take(size);
    }

    [[nodiscard]] std::string_view text() {
        const Bytes part = bytes();
        return {reinterpret_cast<const char*>(part.data()), part.size()};
    }

    template <std::size_t Size>
    [[nodiscard]] std::array<std::uint8_t, Size> fixed() {
        const Bytes part = bytes();
        if (part.size() != Size) __builtin_trap();
        std::array<std::uint8_t, Size> result;
        std::memcpy(result.data(), part.data(), Size);
        return result;
    }

    // 8 bytes, little-endian.
    [[nodiscard]] std::uint64_t number() { return little(Bytes(fixed<8>())); }

private:
    [[nodiscard]] Bytes take(std::size_t size) {
        if (size > rest_.size()) __builtin_trap();
        const Bytes part = rest_.first(size);
        rest_ = rest_.subspan(size);
        return part;
    }

    [[nodiscard]] static std::uint64_t little(Bytes bytes) {
        std::uint64_t value = 0;
        for (std::size_t i = bytes.size(); i-- > 0;)
            value = (value << 8) | bytes[i];
        return value;
    }

    Bytes rest_;
};

// Writes the results in order; done() is what the export returns. What does not fit is left out
// whole: room() says beforehand.
class Results {
public:
    [[nodiscard]] std::size_t room() const { return kBufferBytes - size_; }

    void bytes(Bytes part) {
        if (part.size() > room()) __builtin_trap();
        if (!part.empty()) std::memcpy(buffers.output.data() + size_, part.data(), part.size());
        size_ += part.size();
    }

    void text(std::string_view part) { bytes(as_bytes(part)); }

    void number(std::uint64_t value, std::size_t size) {
        std::array<std::uint8_t, 8> little{};
        for (std::size_t i = 0; i < size; ++i) {
            little[i] = static_cast<std::uint8_t>(value >> (8 * i));
        }
        bytes(Bytes(little).first(size));
    }

    // With its length in front, as arguments have.
    void framed(Bytes part) {
        number(part.size(), 4);
        bytes(part);
    }

    void framed(std::string_view part) { framed(as_bytes(part)); }

    // The size of the result.
    [[nodiscard]] std::int32_t done() const { return static_cast<std::int32_t>(size_); }

private:
    std::size_t size_ = 0;
};

// A refusal: its reason stands in the output, and the return value is minus its length.
[[nodiscard]] inline std::int32_t refuse(std::string_view reason) {
    Results results;
    results.text(reason);
    return -results.done();
}

}  // namespace drawbridge::wasm
