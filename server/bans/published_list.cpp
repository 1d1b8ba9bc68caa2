#include "bans/published_list.h"

#include <algorithm>

namespace drawbridge::bans {
namespace {

template <class Array>
void append_bytes(const Array& bytes, std::string& out) {
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

void ListView::append_sections(const Cursor& cursor, std::string& out) const {
    if (!is_news_for(cursor)) return;
    const auto oldest = changes.empty() ? version : changes.front()->version - 1;
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
