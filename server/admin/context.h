// What every route works with.
#pragma once

#include "admin/message.h"
#include "admin/reads.h"
#include "admin/server.h"
#include "base/clock.h"
#include "ingest/network.h"
#include "store/writer.h"

#include <functional>

namespace drawbridge::admin {

/// Outlives the routes. Any thread.
struct Context {
    ingest::Network& network;
    store::Writer& writer;
    const Options& options;
    base::UnixMs started_at = 0;

    [[nodiscard]] store::Database& reader() const { return read_connection(options.database); }

    /// One transaction. What changes a row and writes no entry of the audit is rolled back: throws
    /// std::logic_error then, else as run_unit does.
    void write(const std::function<void(ingest::UnitOfWork&)>& work) const;
    /// Does the same work and undoes it, so that it can be shown what it would do.
    void rehearse(const std::function<void(ingest::UnitOfWork&)>& work) const;
};

}  // namespace drawbridge::admin
