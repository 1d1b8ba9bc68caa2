// What schemas 1 and 2 held, under the keys and in the tables of schema 3. Part of that migration.
#pragma once

#include "base/clock.h"
#include "shared/secret.h"
#include "store/database.h"
#include "store/key_purpose.h"
#include "store/master_key.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::store {

/// Makes the key ring, then seals every cell anew, copies what has a new table into `<table>_3` and
/// seals names that stood in clear. Inside the migration's transaction. A cell that does not open
/// was altered before: it is kept and stays unreadable.
void reseal_schema_2(Database& database, const MasterKey& master);

/// The dated key of an event, by the number of events::EventType as it was then.
[[nodiscard]] KeyPurpose legacy_purpose(std::int64_t type);

/// One table after the other.
class Reseal {
public:
    /// The ring and its keys are made.
    Reseal(Database& database, const MasterKey& master, base::UnixMs now);

    void tag_key();
    void names();
    void server_secrets();
    void sessions();
    void tags();
    void ban_tags();
    void bans();
    void events();  // by their weeks
    void event_results();

private:
    struct Named {
        std::int64_t id;
        Bytes row;  // its stable id
        std::string name;
    };

    struct TagRow {
        Bytes idx;
        Bytes cell;
    };

    struct EventRow {
        std::int64_t seq;
        Bytes id;
        std::int64_t type;
        base::UnixMs received_at;
        Bytes cell;
    };

    [[nodiscard]] std::vector<TagRow> tags_after(ByteView idx);
    [[nodiscard]] std::vector<EventRow> events_after(std::int64_t seq);
    [[nodiscard]] std::optional<Bytes> open(Column column, ByteView row, ByteView cell) const;
    [[nodiscard]] Bytes reseal(Column column, ByteView row, ByteView cell) const;
    /// As `reseal`, for a cell whose row has another stable id now.
    [[nodiscard]] Bytes move(Column column, ByteView old_row, ByteView new_row, ByteView cell)
        const;
    [[nodiscard]] std::vector<Named> all_names(const char* sql);
    void seal_name(const char* sql, Column column, const Named& row);

    Database& database_;
    const Secret old_key_;
    const Sealer sealer_;
    const base::UnixMs now_;
};

}  // namespace drawbridge::store
