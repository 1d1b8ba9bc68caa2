#include "shared/ban_table.h"

#include "shared/ban_edit.h"
#include "shared/ban_loader.h"
#include "shared/ban_snapshot.h"

#include <algorithm>

namespace drawbridge {
namespace {

bool is_expired(const BanListEntry& entry, std::uint64_t now) {
    return entry.expires != 0 && entry.expires <= now;
}

std::uint32_t later(std::uint32_t a, std::uint32_t b) {
    return a == 0 || b == 0 ? 0 : std::max(a, b);
}

// Adds a BanMatch for each entry with the prefix of tags[index], unless an earlier tag has it.
void collect(
    const BanPages& pages,
    std::span<const Tag> tags,
    std::size_t index,
    std::uint64_t now,
    std::vector<BanMatch>& out
) {
    const std::uint64_t prefix = prefix_number(tag_prefix(tags[index]));
    std::uint64_t indexes = 0;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (prefix_number(tag_prefix(tags[i])) != prefix) continue;
        if (i < index) return;
        indexes |= std::uint64_t{1} << i;
    }
    for (auto at = pages.lower_bound({prefix, 0}); !pages.at_end(at); at = pages.next(at)) {
        const BanListEntry entry = pages.entry(at);
        if (prefix_number(entry.prefix) != prefix) return;
        if (is_expired(entry, now)) continue;
        out.push_back({entry.ban_number, entry.weight, indexes, entry.expires});
    }
}

// By function pointer: one copy of the sort for both orders, 10 kB less WebAssembly.
void sort(std::vector<BanMatch>& matches, bool (*before)(const BanMatch&, const BanMatch&)) {
    std::sort(matches.begin(), matches.end(), before);
}

// One BanMatch a ban, from several.
void fold(std::vector<BanMatch>& matches) {
    sort(matches, [](const BanMatch& a, const BanMatch& b) { return a.ban_number < b.ban_number; });
    std::size_t kept = 0;
    for (const BanMatch& match : matches) {
        if (kept == 0 || matches[kept - 1].ban_number != match.ban_number) {
            matches[kept++] = match;
            continue;
        }
        BanMatch& sum = matches[kept - 1];
        sum.weight += match.weight;
        sum.indexes |= match.indexes;
        sum.expires = later(sum.expires, match.expires);
    }
    matches.resize(kept);
}

}  // namespace

void BanTable::reset(std::uint64_t lineage, std::uint16_t tag_version, std::uint64_t version) {
    lineage_ = lineage;
    tag_version_ = tag_version;
    version_ = version;
    checksum_ = SetChecksum{};
    pages_ = BanPages{};
}

std::optional<BanListError> BanTable::apply(Bytes section) {
    BanLoader loader(*this);
    if (const auto error = loader.feed(section)) return error;
    return loader.finish();
}

std::optional<BanListError>
BanTable::change(std::span<const BanListEntry> operations, std::uint64_t version) {
    if (version <= version_ || version > kMaxSafeInteger) return BanListError::wrong_header;
    BanEdit edit(pages_, checksum_);
    for (const BanListEntry& operation : operations) {
        if (const auto error = edit.apply(operation)) return error;
    }
    edit.keep();
    checksum_ = edit.checksum();
    version_ = version;
    return std::nullopt;
}

std::vector<BanMatch> BanTable::match(std::span<const Tag> tags, std::uint64_t now) const {
    std::vector<BanMatch> matches;
    const auto looked_up = tags.first(std::min(tags.size(), kMaxMatchTags));
    for (std::size_t i = 0; i < looked_up.size(); ++i) {
        collect(pages_, looked_up, i, now, matches);
    }
    fold(matches);
    sort(matches, [](const BanMatch& a, const BanMatch& b) {
        return a.weight != b.weight ? a.weight > b.weight : a.ban_number < b.ban_number;
    });
    return matches;
}

std::vector<std::uint8_t> BanTable::snapshot() const {
    std::vector<std::uint8_t> bytes(snapshot_bytes(*this));
    BanSnapshotWriter writer(*this);
    bytes.resize(writer.write(bytes));
    return bytes;
}

std::vector<std::uint8_t>
encode_delta(const BanTable& table, std::uint64_t from, std::span<const BanListEntry> operations) {
    const Cursor cursor = table.cursor();
    const auto count = static_cast<std::uint32_t>(operations.size());
    const SectionHeader
        header{table.list(), table.tag_version(), cursor.lineage, from, cursor.version, count};
    std::vector<std::uint8_t> bytes;
    bytes.reserve(header.section_bytes());
    const auto append = [&bytes](const auto& piece) {
        bytes.insert(bytes.end(), piece.begin(), piece.end());
    };
    append(encode_header(header));
    for (const BanListEntry& operation : operations) {
        append(encode_entry(operation));
    }
    append(encode_trailer(count, table.checksum().bytes()));
    return bytes;
}

}  // namespace drawbridge
