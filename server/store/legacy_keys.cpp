#include "store/legacy_keys.h"

#include "store/aead.h"
#include "store/key_wrap.h"
#include "store/meta.h"

#include <sodium.h>

namespace drawbridge::store {

void make_legacy_keys(Database& database, const MasterKey& master) {
    require_sodium();
    for (const auto& name : {kLegacyDataKey, kLegacyIndexKey}) {
        Secret key;
        randombytes_buf(key.data(), kKeyBytes);
        write_meta(database, name.meta_key, wrap_key(master, name.wrap_purpose, key.bytes()));
    }
}

std::optional<Secret> legacy_key(Database& database, const MasterKey& master, LegacyKeyName name) {
    const auto wrapped = read_meta(database, name.meta_key);
    if (!wrapped) return std::nullopt;
    return unwrap_key(master, name.wrap_purpose, *wrapped);
}

}  // namespace drawbridge::store
