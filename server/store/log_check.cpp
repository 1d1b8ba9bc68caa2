#include "store/log_check.h"

#include "store/descriptor.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace drawbridge::store {
namespace {

constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 24;
constexpr std::size_t kChecksummedOfFrame = 8;  // of its header; then the page
// The words of checksums are big-endian with the lowest bit set, else little-endian.
constexpr std::uint32_t kMagic = 0x377f0682;
constexpr std::uint32_t kPageSize = 4096;  // SQLite's default, which our databases have
// Whole transactions behind what does not match, which no crash leaves.
constexpr int kBeyondACrash = 2;

struct Sums {
    std::uint32_t first = 0;
    std::uint32_t second = 0;

    friend bool operator==(const Sums&, const Sums&) = default;
};

std::uint32_t big_endian(ByteView bytes, std::size_t at) {
    return static_cast<std::uint32_t>(bytes[at]) << 24U |
           static_cast<std::uint32_t>(bytes[at + 1]) << 16U |
           static_cast<std::uint32_t>(bytes[at + 2]) << 8U | bytes[at + 3];
}

std::uint32_t little_endian(ByteView bytes, std::size_t at) {
    return static_cast<std::uint32_t>(bytes[at + 3]) << 24U |
           static_cast<std::uint32_t>(bytes[at + 2]) << 16U |
           static_cast<std::uint32_t>(bytes[at + 1]) << 8U | bytes[at];
}

Sums add(Sums sums, ByteView bytes, bool is_big_endian) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
        const auto word = is_big_endian ? &big_endian : &little_endian;
        sums.first += word(bytes, at) + sums.second;
        sums.second += word(bytes, at + 4) + sums.first;
    }
    return sums;
}

std::uint64_t salt_at(ByteView bytes, std::size_t at) {
    return std::uint64_t{big_endian(bytes, at)} << 32U | big_endian(bytes, at + 4);
}

Sums sums_at(ByteView bytes, std::size_t at) {
    return {big_endian(bytes, at), big_endian(bytes, at + 4)};
}

struct LogHeader {
    bool is_big_endian = false;
    Sums sums;
    bool is_intact = false;
};

LogHeader parse_header(ByteView bytes) {
    LogHeader header;
    const auto magic = big_endian(bytes, 0);
    header.is_big_endian = magic == (kMagic | 1U);
    header.sums = add({}, bytes.first(24), header.is_big_endian);
    header.is_intact = (magic & ~1U) == kMagic && big_endian(bytes, 8) == kPageSize &&
                       sums_at(bytes, 24) == header.sums;
    return header;
}

/// Goes over the frames in their order.
class Frames {
public:
    explicit Frames(const LogHeader& header)
        : is_big_endian_(header.is_big_endian),
          sums_(header.sums) {}

    /// True: it was written after the frame before it, in the same run through the log.
    [[nodiscard]] bool follows(ByteView frame) {
        auto sums = add(sums_, frame.first(kChecksummedOfFrame), is_big_endian_);
        sums = add(sums, frame.subspan(kFrameHeaderBytes), is_big_endian_);
        // As the next one saw them, whatever became of this one.
        sums_ = sums_at(frame, 16);
        return sums == sums_;
    }

    [[nodiscard]] static bool is_commit(ByteView frame) { return big_endian(frame, 4) != 0; }

private:
    const bool is_big_endian_;
    Sums sums_;
};

/// The number, from 1, of the first frame (0: the header) that does not match and has whole
/// transactions behind it that no crash leaves there; nothing: none. `salt` is that of this run
/// through the log: frames of older ones may stand behind its end. Not known: that of the first
/// frame.
std::optional<std::uint64_t>
damaged_frame(Descriptor& file, const LogHeader& header, std::optional<std::uint64_t> salt) {
    Bytes frame(kFrameHeaderBytes + kPageSize);
    Frames frames(header);
    std::optional<std::uint64_t> first_bad;
    if (!header.is_intact) first_bad = 0;
    int commits = 0;  // in an unbroken row of frames behind a bad one
    for (std::uint64_t number = 1; file.read(frame) == frame.size(); ++number) {
        if (!salt) salt = salt_at(frame, 8);
        if (!frames.follows(frame) || salt_at(frame, 8) != *salt) {
            if (!first_bad) first_bad = number;
            commits = 0;
        } else if (first_bad && Frames::is_commit(frame) && ++commits == kBeyondACrash) {
            return first_bad;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> log_damage(const std::filesystem::path& log) {
    if (!std::filesystem::exists(log)) return std::nullopt;
    auto file = Descriptor::open(log, Descriptor::Access::read);
    std::array<std::uint8_t, kHeaderBytes> bytes{};
    if (file.read(bytes) < bytes.size()) return std::nullopt;
    const auto header = parse_header(bytes);
    std::optional<std::uint64_t> salt;
    if (header.is_intact) salt = salt_at(bytes, 16);
    const auto frame = damaged_frame(file, header, salt);
    if (!frame) return std::nullopt;
    const auto place = *frame == 0 ? "its header" : fmt::format("frame {}", *frame);
    return fmt::format(
        "{} is damaged ({} does not match its checksum, and committed transactions follow): "
        "restore a backup",
        log.string(),
        place
    );
}

}  // namespace drawbridge::store
