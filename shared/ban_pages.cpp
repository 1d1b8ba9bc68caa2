#include "shared/ban_pages.h"

#include <algorithm>
#include <cstring>

namespace drawbridge {
namespace {

// A record: prefix[8] ban[5], both big-endian so that the order of bytes is the order of keys,
// weight[1] expires[4].
constexpr std::size_t kRecordBytes = 18;
// 4 kB a page: a shift within it is cheap, and the directory of a million entries stays small.
constexpr std::size_t kPageRecords = 224;
// A load in order leaves some room, so that the first changes do not split every page.
constexpr std::size_t kLoadRecords = 212;
// A neighbour takes records over only when both then have room, wherever the new one belongs.
constexpr std::size_t kRoomToShare = 8;
// How many pages a removal looks at.
constexpr std::size_t kWindowPages = 6;

std::uint64_t get_big(const std::uint8_t* in, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
        value = (value << 8) | in[i];
    }
    return value;
}

void put_big(std::uint8_t* out, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        out[i] = static_cast<std::uint8_t>(value >> (8 * (size - 1 - i)));
    }
}

}  // namespace

struct BanPages::Page {
    std::uint16_t count = 0;
    std::uint8_t records[kPageRecords * kRecordBytes];

    [[nodiscard]] std::uint8_t* record(std::size_t i) { return records + i * kRecordBytes; }

    [[nodiscard]] const std::uint8_t* record(std::size_t i) const {
        return records + i * kRecordBytes;
    }

    [[nodiscard]] BanKey key(std::size_t i) const {
        return {get_big(record(i), 8), get_big(record(i) + 8, 5)};
    }

    [[nodiscard]] bool full() const { return count == kPageRecords; }

    [[nodiscard]] bool can_share() const { return count + kRoomToShare <= kPageRecords; }

    [[nodiscard]] BanListEntry entry(std::size_t i) const {
        const std::uint8_t* in = record(i);
        BanListEntry entry;
        std::copy_n(in, entry.prefix.size(), entry.prefix.begin());
        entry.ban_number = get_big(in + 8, 5);
        entry.weight = in[13];
        entry.expires = static_cast<std::uint32_t>(get_big(in + 14, 4));
        return entry;
    }

    void write(std::size_t i, const BanListEntry& entry) {
        std::uint8_t* out = record(i);
        std::copy(entry.prefix.begin(), entry.prefix.end(), out);
        put_big(out + 8, entry.ban_number, 5);
        out[13] = entry.weight;
        put_big(out + 14, entry.expires, 4);
    }

    [[nodiscard]] std::size_t lower_bound(const BanKey& wanted) const {
        std::size_t low = 0;
        for (std::size_t high = count; low < high;) {
            const std::size_t middle = (low + high) / 2;
            if (key(middle) < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    // Opens (or closes) a gap of `size` records at `i`.
    void open(std::size_t i, std::size_t size) {
        std::memmove(record(i + size), record(i), (count - i) * kRecordBytes);
        count = static_cast<std::uint16_t>(count + size);
    }

    void close(std::size_t i, std::size_t size) {
        std::memmove(record(i), record(i + size), (count - i - size) * kRecordBytes);
        count = static_cast<std::uint16_t>(count - size);
    }

    void copy_to(std::size_t i, Page& other, std::size_t at, std::size_t size) const {
        std::memcpy(other.record(at), record(i), size * kRecordBytes);
    }
};

std::uint64_t prefix_number(const TagPrefix& prefix) {
    return get_big(prefix.data(), 8);
}

BanKey key_of(const BanListEntry& entry) {
    return {prefix_number(entry.prefix), entry.ban_number};
}

BanPages::BanPages() = default;
BanPages::BanPages(BanPages&&) noexcept = default;
BanPages& BanPages::operator=(BanPages&&) noexcept = default;
BanPages::~BanPages() = default;

// The last page whose first key is not above `key`, or the first one.
std::size_t BanPages::page_of(const BanKey& key) const {
    const auto above = std::upper_bound(
        pages_.begin(),
        pages_.end(),
        key,
        [](const BanKey& wanted, const auto& page) { return wanted < page->key(0); }
    );
    const auto index = static_cast<std::size_t>(above - pages_.begin());
    return index == 0 ? 0 : index - 1;
}

BanPages::Position BanPages::lower_bound(const BanKey& key) const {
    if (pages_.empty()) return {};
    const std::size_t page = page_of(key);
    const std::size_t index = pages_[page]->lower_bound(key);
    return index == pages_[page]->count ? Position{page + 1, 0} : Position{page, index};
}

bool BanPages::at_end(const Position& position) const {
    return position.page == pages_.size();
}

BanListEntry BanPages::entry(const Position& position) const {
    return pages_[position.page]->entry(position.index);
}

BanKey BanPages::key(const Position& position) const {
    return pages_[position.page]->key(position.index);
}

BanPages::Position BanPages::next(const Position& position) const {
    const bool last = position.index + 1 == pages_[position.page]->count;
    return last ? Position{position.page + 1, 0} : Position{position.page, position.index + 1};
}

std::optional<BanListEntry> BanPages::find(const BanKey& wanted) const {
    const Position position = lower_bound(wanted);
    if (at_end(position) || key(position) != wanted) return std::nullopt;
    return entry(position);
}

std::optional<BanListEntry> BanPages::put(const BanListEntry& entry) {
    const BanKey key = key_of(entry);
    if (pages_.empty()) {
        (void)append(entry);
        return std::nullopt;
    }
    std::size_t page = page_of(key);
    std::size_t index = pages_[page]->lower_bound(key);
    if (index < pages_[page]->count && pages_[page]->key(index) == key) {
        const BanListEntry before = pages_[page]->entry(index);
        pages_[page]->write(index, entry);
        return before;
    }
    if (pages_[page]->full()) {
        make_room(page);
        page = page_of(key);
        index = pages_[page]->lower_bound(key);
    }
    pages_[page]->open(index, 1);
    pages_[page]->write(index, entry);
    ++size_;
    return std::nullopt;
}

std::optional<BanListEntry> BanPages::erase(const BanKey& key) {
    if (pages_.empty()) return std::nullopt;
    const std::size_t page = page_of(key);
    Page& held = *pages_[page];
    const std::size_t index = held.lower_bound(key);
    if (index == held.count || held.key(index) != key) return std::nullopt;
    const BanListEntry before = held.entry(index);
    held.close(index, 1);
    --size_;
    if (held.count == 0) {
        pages_.erase(pages_.begin() + static_cast<std::ptrdiff_t>(page));
    } else {
        compact_around(page);
    }
    return before;
}

bool BanPages::append(const BanListEntry& entry) {
    if (!pages_.empty()) {
        const Page& last = *pages_.back();
        if (key_of(entry) <= last.key(last.count - 1U)) return false;
    }
    if (pages_.empty() || pages_.back()->count >= kLoadRecords) {
        pages_.push_back(std::make_unique<Page>());
    }
    Page& page = *pages_.back();
    page.write(page.count++, entry);
    ++size_;
    return true;
}

// `page` is full: afterwards it and the neighbour that took from it have room. A page is added only
// where no neighbour can share.
void BanPages::make_room(std::size_t page) {
    if (page > 0 && pages_[page - 1]->can_share()) {
        shift_left(page);
    } else if (page + 1 < pages_.size() && pages_[page + 1]->can_share()) {
        shift_right(page);
    } else {
        split(page);
    }
}

// Evens out `page`, which is full, and the one before it.
void BanPages::shift_left(std::size_t page) {
    Page& from = *pages_[page];
    Page& to = *pages_[page - 1];
    const std::size_t moved = (kPageRecords - to.count) / 2;
    from.copy_to(0, to, to.count, moved);
    to.count = static_cast<std::uint16_t>(to.count + moved);
    from.close(0, moved);
}

// Evens out `page`, which is full, and the one after it.
void BanPages::shift_right(std::size_t page) {
    Page& from = *pages_[page];
    Page& to = *pages_[page + 1];
    const std::size_t moved = (kPageRecords - to.count) / 2;
    to.open(0, moved);
    from.copy_to(from.count - moved, to, 0, moved);
    from.count = static_cast<std::uint16_t>(from.count - moved);
}

void BanPages::split(std::size_t page) {
    auto upper = std::make_unique<Page>();
    Page& lower = *pages_[page];
    const std::size_t moved = lower.count / 2U;
    lower.copy_to(lower.count - moved, *upper, 0, moved);
    upper->count = static_cast<std::uint16_t>(moved);
    lower.count = static_cast<std::uint16_t>(lower.count - moved);
    pages_.insert(pages_.begin() + static_cast<std::ptrdiff_t>(page) + 1, std::move(upper));
}

// Packs a window of pages into fewer where that leaves none fuller than after a load, so that
// removals never leave the pages emptier than about four fifths.
void BanPages::compact_around(std::size_t page) {
    const std::size_t window = std::min(kWindowPages, pages_.size());
    const std::size_t before = page < window / 2 ? 0 : page - window / 2;
    const std::size_t first = std::min(before, pages_.size() - window);
    const std::size_t end = first + window;
    std::size_t records = 0;
    for (std::size_t i = first; i < end; ++i) {
        records += pages_[i]->count;
    }
    if (records > (window - 1) * kLoadRecords) return;
    for (std::size_t i = first; i < end; ++i) {
        pull(i, end);
    }
    // The front was filled, so the empty pages are the last ones of the window.
    const auto at = [this](std::size_t i) {
        return pages_.begin() + static_cast<std::ptrdiff_t>(i);
    };
    std::size_t kept = end;
    while (kept > first && pages_[kept - 1]->count == 0) {
        --kept;
    }
    pages_.erase(at(kept), at(end));
}

// Fills `page` from those after it, before `end`, up to what a load leaves in a page.
void BanPages::pull(std::size_t page, std::size_t end) {
    Page& to = *pages_[page];
    for (std::size_t next = page + 1; next < end && to.count < kLoadRecords; ++next) {
        Page& from = *pages_[next];
        const std::size_t moved = std::min<std::size_t>(kLoadRecords - to.count, from.count);
        from.copy_to(0, to, to.count, moved);
        to.count = static_cast<std::uint16_t>(to.count + moved);
        from.close(0, moved);
    }
}

std::size_t BanPages::memory_bytes() const {
    return pages_.size() * sizeof(Page) + pages_.capacity() * sizeof(pages_[0]);
}

}  // namespace drawbridge
