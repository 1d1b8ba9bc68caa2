// One published list as game servers see it: beside what it should hold, how its version moves, and
// what clients hold that fetch only what they lack.
#pragma once

#include "bans/published_list.h"
#include "bans/reference_lists.h"
#include "shared/ban_table.h"

#include <cstdint>
#include <optional>
#include <string>

namespace drawbridge::test {

[[nodiscard]] Entries entries_of(const BanTable& table);

/// What is in one and not in the other, by code; for messages.
[[nodiscard]] std::string difference(const Entries& held, const Entries& wanted);

class ListWatch {
public:
    explicit ListWatch(bans::ListId list);

    [[nodiscard]] bans::ListId list() const { return list_; }

    /// After each step; fails the test when anything is not as it should be. `is_late`: the client
    /// that fetches only now and then does so.
    void compare(const bans::ListView& view, const Entries& wanted, bool is_late);

private:
    void check_version(const bans::ListView& view, const Entries& held);
    /// Brings the client to the view's version, by deltas alone once it holds anything.
    static void catch_up(const bans::ListView& view, BanTable& client);
    /// Cursors that are nobody's get the whole list.
    void check_strangers(const bans::ListView& view, const BanTable& fresh) const;
    [[nodiscard]] BanTable fetched(const bans::ListView& view, const Cursor& cursor) const;

    const bans::ListId list_;
    const BanListKind kind_;
    BanTable prompt_;
    BanTable late_;
    Entries last_;
    std::optional<Cursor> last_cursor_;
};

}  // namespace drawbridge::test
