#include "bans/published_list.h"

#include <algorithm>
#include <span>

namespace drawbridge::bans {
namespace {

template <class Array>
void append_bytes(const Array& bytes, std::string& out) {
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

bool names_ban(const ListChange& change, std::uint64_t ban_number) {
    const std::span bytes(
        reinterpret_cast<const std::uint8_t*>(change.entries.data()),
        change.entries.size()
    );
    for (auto rest = bytes; rest.size() >= kBanEntryBytes; rest = rest.subspan(kBanEntryBytes)) {
        const auto entry = decode_entry(rest.first<kBanEntryBytes>());
        if (entry && entry->ban_number == ban_number) return true;
    }
    return false;
}

}  // namespace

std::uint64_t ListView::version_before_changes() const {
    return changes.empty() ? version : changes.front()->version - 1;
}

std::uint64_t ListView::version_of(std::uint64_t ban_number) const {
    const auto found = std::find_if(changes.rbegin(), changes.rend(), [&](const auto& change) {
        return names_ban(*change, ban_number);
    });
    return found == changes.rend() ? version_before_changes() : (*found)->version;
}

void ListView::append_sections(const Cursor& cursor, std::string& out) const {
    if (!is_news_for(cursor)) return;
    const auto oldest = version_before_changes();
    const bool reachable = cursor.version != 0 && cursor.lineage == lineage &&
                           cursor.version <= version && cursor.version >= oldest;
    if (reachable) {
        append_delta(cursor.version, out);
        return;
    }
    out += *base;
    if (base_version < version) append_delta(base_version, out);
}

void ListView::append_delta(std::uint64_t from, std::string& out) const {
    const auto first = std::ranges::upper_bound(changes, from, {}, [](const auto& change) {
        return change->version;
    });
    std::size_t bytes = 0;
    for (auto change = first; change != changes.end(); ++change) {
        bytes += (*change)->entries.size();
    }

    SectionHeader header;
    header.list = id == kNetworkList ? BanListKind::network : BanListKind::owner;
    header.tag_version = tag_version;
    header.lineage = lineage;
    header.from = from;
    header.to = version;
    header.count = static_cast<std::uint32_t>(bytes / kBanEntryBytes);
    append_bytes(encode_header(header), out);
    for (auto change = first; change != changes.end(); ++change) {
        out += (*change)->entries;
    }
    append_bytes(encode_trailer(header.count, checksum), out);
}

std::shared_ptr<const ListView> PublishedLists::view(ListId list) const {
    return views_.with([&](const auto& views) -> std::shared_ptr<const ListView> {
        const auto found = views.find(list);
        return found == views.end() ? nullptr : found->second;
    });
}

void PublishedLists::remove(ListId list) {
    views_.with([&](auto& views) { views.erase(list); });
}

void PublishedLists::publish(std::shared_ptr<const ListView> view) {
    views_.with([&](auto& views) { views[view->id].swap(view); });
}

}  // namespace drawbridge::bans
