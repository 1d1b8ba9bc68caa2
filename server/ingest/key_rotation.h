// `key rotate` on a running instance.
#pragma once

#include "ingest/network.h"
#include "store/backups.h"
#include "store/journal.h"
#include "store/writer.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::ingest {

struct RotationPlace {
    std::filesystem::path key_file;
    store::Backups& backups;
    store::Journal* journal = nullptr;  // used on the store thread; null: none is kept
};

/// A new master key: everything is wrapped by it too, its file takes the place of the old one's,
/// then the old wraps go. Waits for the backup under way. Admin thread. What was begun and came to
/// nothing is taken back, or, if not even that can be done, settled by the next call or start.
/// Throws std::runtime_error, or StoreError when the store could not commit.
store::RewrappedBackups rotate_master_key(
    Network& network,
    store::Writer& writer,
    const RotationPlace& place,
    const store::AuditActor& actor,
    std::string_view reason
);

}  // namespace drawbridge::ingest
