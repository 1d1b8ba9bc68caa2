// Rows in every sealed column of the real schema, so that what walks over all of them has something
// to meet in each.
#pragma once

#include "base/clock.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace drawbridge::test {

class SealedRows {
public:
    static constexpr base::UnixMs kNow = 1'763'690'000'000;

    /// Both outlive this.
    SealedRows(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          sealer_(sealer) {}

    /// Several rows a column, hundreds of events. Once for each database.
    void fill();
    void add_event(int number);
    void add_tag(std::int64_t id, std::string_view tag);

private:
    void add_owner();
    void add_server();
    void add_admin();
    void add_removal();
    void add_ban(std::int64_t number);
    void add_change(std::int64_t ban);
    void add_player();
    void add_case();
    void add_appeal();
    void add_ruling();
    void add_request();
    void add_short_lived(const std::string& id, std::int64_t server);
    void
    add_named(const char* sql, store::Column column, std::string_view id, std::string_view name);

    store::Database& database_;
    const store::Sealer& sealer_;
};

}  // namespace drawbridge::test
