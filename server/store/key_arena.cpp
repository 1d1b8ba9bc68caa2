#include "store/key_arena.h"

#include "store/aead.h"

#include <sodium.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace drawbridge::store {
namespace {

static_assert(sizeof(Secret) == kKeyBytes, "a slot holds the bytes and nothing else");

constexpr std::size_t kFirstChunk = 128;
constexpr std::size_t kLargestChunk = 8192;

/// Slots of 32 bytes. Chunks are never given back: what was freed is used again.
class KeyArena {
public:
    void* take() {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) grow();
        void* slot = free_.back();
        free_.pop_back();
        return slot;
    }

    void give_back(void* slot) {
        const std::lock_guard lock(mutex_);
        free_.push_back(slot);  // room was reserved by grow()
    }

private:
    struct Free {
        void operator()(std::byte* chunk) const { sodium_free(chunk); }
    };

    void grow() {
        require_sodium();
        std::unique_ptr<std::byte, Free> chunk(
            static_cast<std::byte*>(sodium_malloc(next_chunk_ * kKeyBytes))
        );
        if (!chunk) throw std::bad_alloc();
        slots_ += next_chunk_;
        free_.reserve(slots_);
        chunks_.push_back(std::move(chunk));
        for (std::size_t i = 0; i < next_chunk_; ++i) {
            free_.push_back(chunks_.back().get() + i * kKeyBytes);
        }
        next_chunk_ = std::min(next_chunk_ * 2, kLargestChunk);
    }

    std::mutex mutex_;  // guards all that follows
    std::vector<std::unique_ptr<std::byte, Free>> chunks_;
    std::vector<void*> free_;
    std::size_t slots_ = 0;
    std::size_t next_chunk_ = kFirstChunk;
};

KeyArena& arena() {
    static KeyArena the_arena;
    return the_arena;
}

}  // namespace

LockedSecret::LockedSecret(const Secret& secret) : secret_(new (arena().take()) Secret(secret)) {}

LockedSecret::LockedSecret(LockedSecret&& other) noexcept
    : secret_(std::exchange(other.secret_, nullptr)) {}

LockedSecret& LockedSecret::operator=(LockedSecret&& other) noexcept {
    std::swap(secret_, other.secret_);
    return *this;
}

LockedSecret::~LockedSecret() {
    if (secret_ == nullptr) return;
    secret_->~Secret();  // wipes
    arena().give_back(secret_);
}

}  // namespace drawbridge::store
