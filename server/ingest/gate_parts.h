// What the gate is made of; only main and the gate itself look inside.
#pragma once

#include "auth/authenticate.h"
#include "ingest/counters.h"
#include "ingest/gate.h"
#include "ingest/network.h"
#include "ingest/poll.h"
#include "ingest/request_job.h"
#include "store/writer.h"

namespace drawbridge::ingest {

struct Gate::Parts {
    Parts(Network& its_network, store::Writer& its_writer)
        : network(its_network),
          writer(its_writer),
          polls(its_network.lists) {}

    Network& network;
    store::Writer& writer;
    auth::Authenticator authenticator;
    PollAnswers polls;
    Counters counters;
};

}  // namespace drawbridge::ingest
