// The figures as Prometheus text (docs/operating.md lists the names).
#pragma once

#include "admin/figures.h"
#include "ingest/counters.h"

#include <string>

namespace drawbridge::admin {

/// `counters` may be null.
[[nodiscard]] std::string print_metrics(const Figures& figures, const ingest::Counters* counters);

}  // namespace drawbridge::admin
