// Ban lists: a section that is refused changes nothing, one that is taken comes out again as it
// should, and changes agree with a std::map.
#include "fuzz/targets.h"
#include "shared/ban_loader.h"
#include "shared/ban_table.h"

#include <algorithm>
#include <map>
#include <vector>

namespace drawbridge::fuzz {
namespace {

BanListEntry entry_of(std::uint64_t number, std::uint8_t prefix) {
    BanListEntry entry;
    entry.weight = 60;
    entry.ban_number = number;
    entry.prefix.fill(prefix);
    return entry;
}

BanTable held_table() {
    BanTable table(BanListKind::network);
    table.reset(1, 1, 1);
    const BanListEntry entries[] = {entry_of(1, 1), entry_of(1, 2), entry_of(2, 2)};
    must(!table.change(entries, 2));
    return table;
}

// Eight bytes make an operation; few numbers and prefixes, so that they meet.
BanListEntry operation_of(Bytes bytes) {
    BanListEntry entry;
    entry.operation = bytes[0] % 3 == 0 ? BanOperation::remove : BanOperation::add;
    entry.ban_number = bytes[1] % 8;
    entry.prefix.fill(static_cast<std::uint8_t>(bytes[2] % 64));
    entry.prefix[7] = static_cast<std::uint8_t>(bytes[3] % 16);
    if (entry.operation == BanOperation::remove) return entry;
    entry.weight = bytes[4];
    entry.expires = bytes[5];
    return entry;
}

}  // namespace

void section(Bytes input) {
    static const std::vector<std::uint8_t> held = held_table().snapshot();
    BanTable table(BanListKind::network);
    must(!table.apply(held));
    // The first byte is the size of the pieces.
    const std::size_t size = input.empty() ? 1 : std::max<std::size_t>(input[0], 1);
    Bytes rest = input.subspan(std::min<std::size_t>(input.size(), 1));
    BanLoader loader(table);
    std::optional<BanListError> error;
    while (!rest.empty() && !error) {
        const Bytes piece = rest.first(std::min(size, rest.size()));
        rest = rest.subspan(piece.size());
        error = loader.feed(piece);
    }
    if (!error) error = loader.finish();
    if (error) return must(table.snapshot() == held);
    BanTable again(BanListKind::network);
    must(!again.apply(table.snapshot()) && again.snapshot() == table.snapshot());
}

void changes(Bytes input) {
    BanTable table(BanListKind::owner);
    table.reset(7, 1, 1);
    BanTable follower(BanListKind::owner);
    must(!follower.apply(table.snapshot()));
    std::map<BanKey, BanListEntry> model;
    std::vector<BanListEntry> batch;
    while (input.size() >= 8) {
        const bool end = input[7] % 16 == 0 || input.size() < 16;
        const BanListEntry operation = operation_of(input);
        input = input.subspan(8);
        const bool live = model.contains(key_of(operation));
        const bool fits = operation.operation == BanOperation::add ? is_valid(operation) : live;
        if (!fits) {
            auto wrong = batch;
            wrong.push_back(operation);
            must(table.change(wrong, table.cursor().version + 1).has_value());
            continue;
        }
        batch.push_back(operation);
        if (operation.operation == BanOperation::add) {
            model[key_of(operation)] = operation;
        } else {
            model.erase(key_of(operation));
        }
        if (!end) continue;
        const std::uint64_t from = table.cursor().version;
        must(!table.change(batch, from + 1));
        must(!follower.apply(encode_delta(table, from, batch)));
        batch.clear();
    }
    must(!table.change(batch, table.cursor().version + 1));
    auto at = table.pages().lower_bound({});
    for (const auto& [key, entry] : model) {
        must(!table.pages().at_end(at) && table.pages().entry(at) == entry);
        at = table.pages().next(at);
    }
    must(table.pages().at_end(at) && table.size() == model.size());
}

}  // namespace drawbridge::fuzz
