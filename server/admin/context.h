// What every route works with.
#pragma once

#include "admin/message.h"
#include "admin/reads.h"
#include "base/clock.h"
#include "ingest/network.h"
#include "store/writer.h"

#include <filesystem>
#include <functional>

namespace drawbridge::admin {

/// Outlives the routes. Any thread.
struct Context {
    ingest::Network& network;
    store::Writer& writer;
    std::filesystem::path database_file;
    base::UnixMs started_at = 0;

    [[nodiscard]] store::Database& reader() const { return read_connection(database_file); }

    /// One transaction; what it audits carries the name of the token. Throws as run_unit does.
    void write(const std::function<void(ingest::UnitOfWork&)>& work) const {
        ingest::run_unit(network, writer, work);
    }
};

}  // namespace drawbridge::admin
