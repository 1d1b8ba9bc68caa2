#include "store/backup_file.h"

#include "store/chunk_stream.h"

#include <fmt/format.h>
#include <sodium.h>
#include <zstd.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace drawbridge::store {
namespace {

// Most of a database is sealed cells, which no level makes smaller.
constexpr int kLevel = 1;

std::size_t require(std::size_t result) {
    if (ZSTD_isError(result) != 0) {
        throw std::runtime_error(fmt::format("zstd: {}", ZSTD_getErrorName(result)));
    }
    return result;
}

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }

    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

/// Compresses what it is given into `out`.
class Compressor {
public:
    Compressor(ChunkWriter& out, std::uint64_t plain_size)
        : out_(out),
          context_(ZSTD_createCCtx()),
          buffer_(ZSTD_CStreamOutSize()) {
        if (!context_) throw std::bad_alloc();
        require(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kLevel));
        require(ZSTD_CCtx_setPledgedSrcSize(context_.get(), plain_size));
    }

    void write(ByteView plain) { run(plain, ZSTD_e_continue); }

    /// Throws when fewer or more bytes came than were promised.
    void finish() { run({}, ZSTD_e_end); }

private:
    void run(ByteView plain, ZSTD_EndDirective directive) {
        ZSTD_inBuffer in{plain.data(), plain.size(), 0};
        for (bool done = false; !done;) {
            ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
            const auto left = require(ZSTD_compressStream2(context_.get(), &out, &in, directive));
            out_.write(ByteView(buffer_).first(out.pos));
            done = directive == ZSTD_e_end ? left == 0 : in.pos == in.size;
        }
    }

    ChunkWriter& out_;
    std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
    Bytes buffer_;
};

/// Decompresses one frame into `out` and knows whether it is whole.
class Decompressor {
public:
    Decompressor(Descriptor& out, std::uint64_t limit)
        : out_(out),
          limit_(limit),
          context_(ZSTD_createDCtx()),
          buffer_(ZSTD_DStreamOutSize()) {
        if (!context_) throw std::bad_alloc();
    }

    /// False: this is not what a Compressor wrote.
    [[nodiscard]] bool write(ByteView packed) {
        ZSTD_inBuffer in{packed.data(), packed.size(), 0};
        // A full buffer may leave some behind that needs no further input.
        for (bool full = false; full || in.pos < in.size;) {
            if (frame_done_) return in.pos == in.size;
            ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
            const auto left = ZSTD_decompressStream(context_.get(), &out, &in);
            if (ZSTD_isError(left) != 0 || !take(out.pos)) return false;
            full = out.pos == out.size;
            frame_done_ = left == 0;
        }
        return true;
    }

    [[nodiscard]] bool is_whole() const { return frame_done_ && size_ == limit_; }

    [[nodiscard]] std::uint64_t size() const { return size_; }

private:
    bool take(std::size_t count) {
        size_ += count;
        if (size_ > limit_) return false;
        out_.write(ByteView(buffer_).first(count));
        return true;
    }

    Descriptor& out_;
    const std::uint64_t limit_;
    std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
    Bytes buffer_;
    std::uint64_t size_ = 0;
    bool frame_done_ = false;
};

std::string name_of(const std::filesystem::path& file) {
    return file.filename().string();
}

OpenedSlot
require_slot(const BackupHeader& header, const MasterKey& master, const std::string& name) {
    const auto slot = open_slot(header, master);
    if (slot) return *slot;
    throw BackupError(fmt::format(
        "{} cannot be opened: it was made under another master.key, or its header was altered",
        name
    ));
}

void compress_into(
    ChunkWriter& chunks,
    Descriptor& plain,
    std::uint64_t size,
    const Progress& progress
) {
    Compressor compressor(chunks, size);
    Bytes buffer(ZSTD_CStreamInSize());
    for (std::uint64_t done = 0;;) {
        const auto got = plain.read(buffer);
        if (got == 0) break;
        compressor.write(ByteView(buffer).first(got));
        done += got;
        if (progress) progress(done, size);
    }
    compressor.finish();
}

}  // namespace

BackupKeys::BackupKeys(const MasterKey& its_master) : master(its_master) {
    randombytes_buf(file.data(), kKeyBytes);
}

Secret backup_file_key(const std::filesystem::path& packed, const MasterKey& master) {
    const auto name = name_of(packed);
    auto source = Descriptor::open(packed, Descriptor::Access::read);
    return require_slot(read_backup_header(source, name), master, name).file_key;
}

void pack_backup(
    const std::filesystem::path& plain,
    const std::filesystem::path& packed,
    const BackupFacts& facts,
    const BackupKeys& keys,
    const Progress& progress
) {
    auto source = Descriptor::open(plain, Descriptor::Access::read);
    auto target = Descriptor::create(packed);
    const auto header = make_backup_header(facts, keys.master, keys.file);
    target.write(encode_header(header));
    ChunkWriter chunks(target, keys.file, header.fact_bytes);
    compress_into(chunks, source, facts.plain_size, progress);
    chunks.finish();
    target.sync();
}

BackupFacts unpack_backup(
    const std::filesystem::path& packed,
    const std::filesystem::path& plain,
    const MasterKey& master,
    const Progress& progress
) {
    const auto name = name_of(packed);
    auto source = Descriptor::open(packed, Descriptor::Access::read);
    const auto header = read_backup_header(source, name);
    const auto slot = require_slot(header, master, name);
    auto target = Descriptor::create(plain);
    const auto size = header.facts.plain_size;
    ChunkReader chunks(source, name, kBackupHeaderBytes);
    chunks.open(slot.file_key, header.fact_bytes);
    Decompressor decompressor(target, size);
    while (const auto piece = chunks.next()) {
        if (!decompressor.write(*piece)) throw BackupError(name + " holds no database file");
        if (progress) progress(decompressor.size(), size);
    }
    if (!decompressor.is_whole()) throw BackupError(name + " holds no whole database file");
    return header.facts;
}

BackupFacts read_backup_facts(const std::filesystem::path& packed) {
    auto source = Descriptor::open(packed, Descriptor::Access::read);
    return read_backup_header(source, name_of(packed)).facts;
}

}  // namespace drawbridge::store
