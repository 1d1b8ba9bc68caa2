// What all connections of one server share.
#pragma once

#include "ingest/gate.h"
#include "net/address_limits.h"
#include "net/parking.h"
#include "net/server.h"
#include "net/tls_context.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>

namespace drawbridge::net {

using Counter = std::atomic<std::uint64_t>;

struct Counters {
    Counter parked{0};  // of this moment
    Counter accepted{0};
    Counter refused_full{0};
    Counter refused_address{0};
    Counter failed_handshakes{0};
    Counter timeouts{0};
    Counter dropped_polls{0};
    Counter revoked_polls{0};
    Counter faults{0};
    std::array<Counter, 600> answers{};  // by status
};

/// Any thread.
struct Plane {
    Plane(Options chosen, TlsFiles files, ingest::Gate& served)
        : options(std::move(chosen)),
          gate(served),
          tls(std::move(files)),
          addresses(options.limits) {}

    const Options options;
    ingest::Gate& gate;
    TlsContext tls;
    AddressLimits addresses;
    Parking parking;
    Counters counters;
    Counter next_poll{1};
};

}  // namespace drawbridge::net
