// What happens without a request: grace windows end, bans expire, short-lived rows go.
#pragma once

#include "ingest/network.h"
#include "store/writer.h"

#include <memory>

namespace drawbridge::ingest {

/// The store thread's tick: a job, or null when nothing is due yet.
[[nodiscard]] std::unique_ptr<store::Job> make_housekeeping(Network& network);

}  // namespace drawbridge::ingest
