// What resource/banlist.js calls: one ban list per instance, loaded in pieces, matched, written
// out again. Same convention as exports.cpp.
#include "shared/ban_loader.h"
#include "shared/ban_snapshot.h"
#include "shared/ban_table.h"
#include "shared/wasm/call.h"

#include <algorithm>
#include <array>
#include <memory>

using namespace drawbridge;  // NOLINT(google-build-using-namespace): this file is its boundary
using wasm::Arguments;
using wasm::refuse;
using wasm::Results;

namespace {

constexpr std::size_t kMatchBytes = 24;

// Plain pointers: the instance ends without running destructors. The loader and writer belong to
// the table and go before it changes otherwise.
BanTable* table = nullptr;
BanLoader* loader = nullptr;
BanSnapshotWriter* writer = nullptr;

template <typename Part>
void drop(Part*& part) {
    delete part;
    part = nullptr;
}

std::int32_t outcome(const std::optional<BanListError>& error) {
    return error ? refuse(error_text(*error)) : 0;
}

}  // namespace

extern "C" {

// Once per instance, before the rest. kind: 1 network, 2 owner.
[[clang::export_name("list_create")]] void list_create(std::uint32_t kind) {
    if (table != nullptr || kind < 1 || kind > 2) __builtin_trap();
    table = new BanTable(static_cast<BanListKind>(kind));
}

// A load that was under way is taken back.
[[clang::export_name("list_load_begin")]] void list_load_begin() {
    drop(writer);
    drop(loader);
    loader = new BanLoader(*table);
}

// The first `length` bytes of the input, unframed.
[[clang::export_name("list_load_feed")]] std::int32_t list_load_feed(std::uint32_t length) {
    if (loader == nullptr || length > wasm::kBufferBytes) __builtin_trap();
    return outcome(loader->feed(Bytes(wasm::buffers.input).first(length)));
}

// → entries added[4], removed[4]
[[clang::export_name("list_load_finish")]] std::int32_t list_load_finish() {
    if (loader == nullptr) __builtin_trap();
    const auto error = loader->finish();
    Results results;
    results.number(loader->added(), 4);
    results.number(loader->removed(), 4);
    drop(loader);
    return error ? outcome(error) : results.done();
}

[[clang::export_name("list_load_abandon")]] void list_load_abandon() {
    drop(loader);
}

// → tag version[2], entries[4], cursor
[[clang::export_name("list_state")]] std::int32_t list_state() {
    Results results;
    results.number(table->tag_version(), 2);
    results.number(table->size(), 4);
    results.text(print_cursor(table->cursor()).view());
    return results.done();
}

// now, tags[32]… → ban number[8] weight[4] expires[4] indexes[8], each, as many as fit
[[clang::export_name("list_match")]] std::int32_t list_match(std::uint32_t length) {
    Arguments arguments(length);
    const std::uint64_t now = arguments.number();
    const Bytes bytes = arguments.bytes();
    std::array<Tag, kMaxMatchTags> tags{};
    const std::size_t count = std::min(bytes.size() / kTagBytes, tags.size());
    for (std::size_t i = 0; i < count; ++i) {
        std::copy_n(bytes.begin() + i * kTagBytes, kTagBytes, tags[i].begin());
    }
    Results results;
    for (const BanMatch& match : table->match(std::span(tags).first(count), now)) {
        if (results.room() < kMatchBytes) break;
        results.number(match.ban_number, 8);
        results.number(match.weight, 4);
        results.number(match.expires, 4);
        results.number(match.indexes, 8);
    }
    return results.done();
}

// → the length of the section
[[clang::export_name("list_snapshot_begin")]] std::uint32_t list_snapshot_begin() {
    drop(writer);
    writer = new BanSnapshotWriter(*table);
    return static_cast<std::uint32_t>(snapshot_bytes(*table));
}

// The next piece, into the output; 0 after the last.
[[clang::export_name("list_snapshot_write")]] std::int32_t list_snapshot_write() {
    if (writer == nullptr) __builtin_trap();
    return static_cast<std::int32_t>(writer->write(wasm::buffers.output));
}

}  // extern "C"
