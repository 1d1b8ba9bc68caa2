#include "bans/list_watch.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace drawbridge::test {
namespace {

/// Applies the sections of one answer; whether it began with a snapshot.
bool apply_sections(const std::string& answer, BanTable& table) {
    bool is_whole = false;
    bool is_first = true;
    for (Bytes rest = as_bytes(answer); !rest.empty(); is_first = false) {
        const auto header = decode_header(rest).header;
        REQUIRE(header);
        REQUIRE(rest.size() >= header->section_bytes());
        if (is_first) is_whole = header->is_snapshot();
        REQUIRE((is_first || !header->is_snapshot()));
        const auto error = table.apply(rest.first(header->section_bytes()));
        REQUIRE_MESSAGE(!error, error_text(error.value_or(BanListError::truncated)));
        rest = rest.subspan(header->section_bytes());
    }
    return is_whole;
}

std::string answer_to(const bans::ListView& view, const Cursor& cursor) {
    std::string answer;
    view.append_sections(cursor, answer);
    return answer;
}

void describe(std::string& text, const char* what, const Entries& some, const Entries& others) {
    for (const auto& [key, listed] : some) {
        const auto other = others.find(key);
        if (other != others.end() && other->second == listed) continue;
        text += fmt::format(
            "\n  {} {} prefix {:02x} weight {} until {}",
            what,
            print_ban_code(key.first).view(),
            fmt::join(key.second, ""),
            listed.weight,
            listed.expires
        );
    }
}

}  // namespace

Entries entries_of(const BanTable& table) {
    Entries entries;
    const auto& pages = table.pages();
    for (auto at = pages.lower_bound({}); !pages.at_end(at); at = pages.next(at)) {
        const auto entry = pages.entry(at);
        entries[{entry.ban_number, entry.prefix}] = {entry.weight, entry.expires};
    }
    return entries;
}

std::string difference(const Entries& held, const Entries& wanted) {
    std::string text;
    describe(text, "listed:", held, wanted);
    describe(text, "wanted:", wanted, held);
    return text;
}

ListWatch::ListWatch(bans::ListId list)
    : list_(list),
      kind_(list == bans::kNetworkList ? BanListKind::network : BanListKind::owner),
      prompt_(kind_),
      late_(kind_) {}

void ListWatch::compare(const bans::ListView& view, const Entries& wanted, bool is_late) {
    INFO("list " << list_ << ", version " << view.version);
    const auto fresh = fetched(view, {});
    const auto held = entries_of(fresh);
    REQUIRE_MESSAGE(held == wanted, difference(held, wanted));
    const bool is_news = !last_cursor_ || *last_cursor_ != view.cursor();
    check_version(view, held);
    catch_up(view, prompt_);
    REQUIRE(prompt_.snapshot() == fresh.snapshot());
    if (is_late) {
        catch_up(view, late_);
        REQUIRE(late_.snapshot() == fresh.snapshot());
    }
    if (is_news) check_strangers(view, fresh);
    last_ = held;
    last_cursor_ = view.cursor();
}

void ListWatch::check_version(const bans::ListView& view, const Entries& held) {
    if (!last_cursor_) return;
    REQUIRE(view.lineage == last_cursor_->lineage);
    REQUIRE(view.version >= last_cursor_->version);
    REQUIRE((view.version > last_cursor_->version) == (held != last_));
}

void ListWatch::catch_up(const bans::ListView& view, BanTable& client) {
    const auto cursor = client.cursor();
    const bool is_whole = apply_sections(answer_to(view, cursor), client);
    REQUIRE(is_whole == (cursor.version == 0));
    REQUIRE(client.cursor() == view.cursor());
    REQUIRE(client.checksum().bytes() == view.checksum);
}

void ListWatch::check_strangers(const bans::ListView& view, const BanTable& fresh) const {
    for (const auto& cursor :
         {Cursor{view.lineage + 1, view.version}, Cursor{view.lineage, view.version + 1}}) {
        REQUIRE(fetched(view, cursor).snapshot() == fresh.snapshot());
    }
}

BanTable ListWatch::fetched(const bans::ListView& view, const Cursor& cursor) const {
    BanTable table(kind_);
    REQUIRE(apply_sections(answer_to(view, cursor), table));
    REQUIRE(table.cursor() == view.cursor());
    REQUIRE(table.checksum().bytes() == view.checksum);
    return table;
}

}  // namespace drawbridge::test
