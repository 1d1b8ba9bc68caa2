// What happens without a request: grace windows end, bans expire, short-lived rows go.
#pragma once

#include "ingest/network.h"
#include "store/writer.h"

#include <memory>

namespace drawbridge::ingest {

/// The store thread's tick: a job, or null when nothing is due yet.
[[nodiscard]] std::unique_ptr<store::Job> make_housekeeping(Network& network);

/// What the request log holds, before the writer stops. Throws store::StoreError.
void write_request_log(Network& network, store::Writer& writer);

}  // namespace drawbridge::ingest
