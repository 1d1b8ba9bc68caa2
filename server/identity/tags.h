// The table `tags`: each tag once, sealed, under a number of its own that all other tables use. The
// blind index that finds it stands here alone.
#pragma once

#include "base/clock.h"
#include "shared/identifier.h"
#include "shared/tag.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>

namespace drawbridge::identity {

struct StoredTag {
    std::int64_t id = 0;
    std::optional<std::int64_t> profile;  // nothing: a token, or known from a ban only
    base::UnixMs first_seen = 0;
    base::UnixMs last_seen = 0;
};

struct TagLookUp {
    store::TagIndex index{};  // what a new row gets
    std::optional<StoredTag> stored;
};

/// Deletes it when no profile has it, none was seen with it and no ban names it.
void drop_unused_tag(store::Database& database, std::int64_t id);

/// One unit of work; the thread of its connection.
class Tags {
public:
    Tags(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          sealer_(sealer) {}

    [[nodiscard]] TagLookUp look_up(const Tag& tag);

    /// Its number. `look_up` has just not found it.
    std::int64_t add(
        const store::TagIndex& index,
        IdentifierType type,
        const Tag& tag,
        std::optional<std::int64_t> profile,
        base::UnixMs now
    );

    /// Nothing when the cell was altered.
    [[nodiscard]] std::optional<Tag> open(std::int64_t id, store::ByteView cell) const;

    void drop_unused(std::int64_t id) { drop_unused_tag(database_, id); }

private:
    [[nodiscard]] std::optional<StoredTag> find(const store::TagIndex& index);

    store::Database& database_;
    const store::Sealer& sealer_;
};

}  // namespace drawbridge::identity
