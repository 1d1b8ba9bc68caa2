// Sealed content as a sequence of chunks (libsodium's crypto_secretstream_xchacha20poly1305):
//
//   content := stream_header[24] chunk…
//   chunk   := size[4, little-endian] sealed[size]
//
// The first chunk is bound to associated data, each chunk to all before it; the last one carries
// the tag FINAL. So a byte changed, left out, moved, or added anywhere does not go unnoticed.
#pragma once

#include "shared/secret.h"
#include "store/descriptor.h"

#include <sodium.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace drawbridge::store {

/// Plain bytes of a full chunk.
inline constexpr std::size_t kChunkBytes = 64UL * 1024;

/// One thread. `file` outlives it.
class ChunkWriter {
public:
    ChunkWriter(Descriptor& file, const Secret& key, ByteView associated);
    ChunkWriter(const ChunkWriter&) = delete;
    ChunkWriter& operator=(const ChunkWriter&) = delete;
    ~ChunkWriter();

    void write(ByteView plain);
    /// The last chunk. Nothing may be written afterwards.
    void finish();

private:
    void seal(unsigned char tag);

    Descriptor& file_;
    crypto_secretstream_xchacha20poly1305_state state_{};
    Bytes associated_;  // of the next chunk
    Bytes plain_;
    Bytes sealed_;
};

/// One thread. `file` outlives it and stands at the stream's header. Throws BackupError with the
/// name and the byte when the content is not as it was written.
class ChunkReader {
public:
    ChunkReader(Descriptor& file, std::string name, std::uint64_t offset);
    ChunkReader(const ChunkReader&) = delete;
    ChunkReader& operator=(const ChunkReader&) = delete;
    ~ChunkReader();

    void open(const Secret& key, ByteView associated);
    /// The next piece, valid until the next call; nothing after the last.
    [[nodiscard]] std::optional<ByteView> next();

private:
    void read_exactly(std::span<std::uint8_t> out);
    [[noreturn]] void fail_altered() const;
    void require_end();

    Descriptor& file_;
    const std::string name_;
    std::uint64_t offset_;
    crypto_secretstream_xchacha20poly1305_state state_{};
    Bytes associated_;  // of the next chunk
    Bytes plain_;
    Bytes sealed_;
    bool done_ = false;
};

}  // namespace drawbridge::store
