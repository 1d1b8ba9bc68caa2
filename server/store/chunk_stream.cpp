#include "store/chunk_stream.h"

#include "store/backup_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace drawbridge::store {
namespace {

constexpr std::size_t kStreamHeader = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t kOverhead = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr unsigned char kMessage = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
constexpr unsigned char kFinal = crypto_secretstream_xchacha20poly1305_TAG_FINAL;
using SizeBytes = std::array<std::uint8_t, 4>;

SizeBytes encode_size(std::size_t size) {
    SizeBytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes.at(i) = static_cast<std::uint8_t>(size >> (8 * i));
    }
    return bytes;
}

std::size_t decode_size(const SizeBytes& bytes) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        size |= std::size_t{bytes.at(i)} << (8 * i);
    }
    return size;
}

}  // namespace

ChunkWriter::ChunkWriter(Descriptor& file, const Secret& key, ByteView associated)
    : file_(file),
      associated_(associated.begin(), associated.end()),
      sealed_(kChunkBytes + kOverhead) {
    plain_.reserve(kChunkBytes);
    std::array<std::uint8_t, kStreamHeader> header{};
    crypto_secretstream_xchacha20poly1305_init_push(&state_, header.data(), key.bytes().data());
    file_.write(header);
}

ChunkWriter::~ChunkWriter() {
    sodium_memzero(&state_, sizeof state_);
}

void ChunkWriter::write(ByteView plain) {
    while (!plain.empty()) {
        if (plain_.size() == kChunkBytes) seal(kMessage);
        const auto part = plain.first(std::min(plain.size(), kChunkBytes - plain_.size()));
        plain_.insert(plain_.end(), part.begin(), part.end());
        plain = plain.subspan(part.size());
    }
}

void ChunkWriter::finish() {
    seal(kFinal);
}

void ChunkWriter::seal(unsigned char tag) {
    crypto_secretstream_xchacha20poly1305_push(
        &state_,
        sealed_.data(),
        nullptr,
        plain_.data(),
        plain_.size(),
        associated_.data(),
        associated_.size(),
        tag
    );
    file_.write(encode_size(plain_.size() + kOverhead));
    file_.write(ByteView(sealed_).first(plain_.size() + kOverhead));
    plain_.clear();
    associated_.clear();
}

ChunkReader::ChunkReader(Descriptor& file, std::string name, std::uint64_t offset)
    : file_(file),
      name_(std::move(name)),
      offset_(offset),
      plain_(kChunkBytes),
      sealed_(kChunkBytes + kOverhead) {}

ChunkReader::~ChunkReader() {
    sodium_memzero(&state_, sizeof state_);
}

void ChunkReader::open(const Secret& key, ByteView associated) {
    std::array<std::uint8_t, kStreamHeader> header{};
    read_exactly(header);
    if (crypto_secretstream_xchacha20poly1305_init_pull(
            &state_,
            header.data(),
            key.bytes().data()
        ) != 0) {
        fail_altered();
    }
    offset_ += header.size();
    associated_.assign(associated.begin(), associated.end());
}

std::optional<ByteView> ChunkReader::next() {
    if (done_) return std::nullopt;
    SizeBytes size_bytes{};
    read_exactly(size_bytes);
    const auto size = decode_size(size_bytes);
    if (size < kOverhead || size > sealed_.size()) fail_altered();
    read_exactly(std::span(sealed_).first(size));
    unsigned char tag = 0;
    const int altered = crypto_secretstream_xchacha20poly1305_pull(
        &state_,
        plain_.data(),
        nullptr,
        &tag,
        sealed_.data(),
        size,
        associated_.data(),
        associated_.size()
    );
    if (altered != 0) fail_altered();
    offset_ += size_bytes.size() + size;
    associated_.clear();
    done_ = tag == kFinal;
    if (done_) require_end();
    return ByteView(plain_).first(size - kOverhead);
}

void ChunkReader::read_exactly(std::span<std::uint8_t> out) {
    if (file_.read(out) == out.size()) return;
    throw BackupError(fmt::format("{} is cut short: it ends after byte {}", name_, file_.size()));
}

void ChunkReader::fail_altered() const {
    throw BackupError(fmt::format("{} was altered at or after byte {}", name_, offset_));
}

void ChunkReader::require_end() {
    std::array<std::uint8_t, 1> more{};
    if (file_.read(more) == 0) return;
    throw BackupError(
        fmt::format("{} was altered: it goes on after its end at byte {}", name_, offset_)
    );
}

}  // namespace drawbridge::store
