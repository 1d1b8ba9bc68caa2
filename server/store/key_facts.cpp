#include "store/key_facts.h"

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
    facts.master_since = instance_since(database);
    facts.data_since = facts.reencryption ? facts.reencryption->started_at : facts.master_since;
    return facts;
}

}  // namespace drawbridge::store
