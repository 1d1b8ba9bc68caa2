#include "store/key_facts.h"

#include "store/meta.h"

namespace drawbridge::store {
namespace {

// The first entry of the audit is that of `init`, which made the keys.
base::UnixMs instance_since(Database& database) {
    auto query = database.query("SELECT at FROM audit ORDER BY seq LIMIT 1");
    return query.step() ? query.integer(0) : 0;
}

}  // namespace

KeyFacts read_key_facts(Database& database) {
    KeyFacts facts;
    facts.reencryption = read_reencryption(database);
    const auto made = instance_since(database);
    facts.data_since = facts.reencryption ? facts.reencryption->started_at : made;
    const auto rotated = read_meta_number(database, meta::kMasterSince);
    facts.master_since = rotated == 0 ? made : static_cast<base::UnixMs>(rotated);
    return facts;
}

}  // namespace drawbridge::store
