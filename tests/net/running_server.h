// A server on a free port of the loopback, with the scripted gate behind it.
#pragma once

#include "certificate.h"
#include "client.h"
#include "net/server.h"
#include "scripted_gate.h"

#include <string>
#include <utility>

namespace drawbridge::net::test {

inline Options loopback(Limits limits = {}, unsigned threads = 2) {
    Options options;
    options.threads = threads;
    options.address = "127.0.0.1";
    options.port = 0;
    options.limits = limits;
    return options;
}

struct RunningServer {
    /// With one thread, one connection that holds it up holds up all.
    explicit RunningServer(Limits limits = {}, unsigned threads = 2)
        : server(loopback(limits, threads), certificate.files(), script.gate()),
          address(server.start()) {}

    /// Without the parked ones that have not arrived yet.
    [[nodiscard]] bool has_parked(std::uint64_t count) const {
        return eventually([&] { return server.stats().parked == count; });
    }

    Certificate certificate{"first"};
    Script script;
    Server server;
    std::string address;
};

}  // namespace drawbridge::net::test
