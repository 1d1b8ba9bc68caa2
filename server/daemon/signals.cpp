#include "daemon/signals.h"

#include <signal.h>
#include <stdexcept>
#include <unistd.h>

namespace drawbridge::daemon {
namespace {

sigset_t handled() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

}  // namespace

Signals::Signals() {
    const auto set = handled();
    if (pthread_sigmask(SIG_BLOCK, &set, nullptr) != 0) {
        throw std::runtime_error("cannot block signals");
    }
}

std::optional<Signal> Signals::wait(std::chrono::seconds longest) const {
    const auto set = handled();
    timespec timeout{};
    timeout.tv_sec = longest.count();
    const int got = sigtimedwait(&set, nullptr, &timeout);
    if (got == SIGHUP) return Signal::reload;
    if (got == SIGTERM || got == SIGINT) return Signal::stop;
    return std::nullopt;
}

void Signals::request_stop() {
    (void)::kill(::getpid(), SIGTERM);  // a signal to oneself cannot fail
}

}  // namespace drawbridge::daemon
