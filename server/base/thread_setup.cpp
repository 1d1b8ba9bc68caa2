#include "base/thread_setup.h"

#include <signal.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/prctl.h>

namespace drawbridge::base {
namespace {

// The unwinder of the crash handler takes most of it.
constexpr std::size_t kStack = std::size_t{64} * 1024;

/// The alternate stack of one thread, made and dropped on it.
class SignalStack {
public:
    SignalStack()
        : memory_(::mmap(
              nullptr,
              kStack,
              PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK,
              -1,
              0
          )) {
        if (memory_ == MAP_FAILED) throw std::runtime_error("no memory for a signal stack");
        stack_t stack{};
        stack.ss_sp = memory_;
        stack.ss_size = kStack;
        ::sigaltstack(&stack, nullptr);
    }

    SignalStack(const SignalStack&) = delete;
    SignalStack& operator=(const SignalStack&) = delete;

    ~SignalStack() {
        stack_t off{};
        off.ss_flags = SS_DISABLE;
        ::sigaltstack(&off, nullptr);
        ::munmap(memory_, kStack);
    }

private:
    void* const memory_;
};

}  // namespace

void set_up_thread(const char* name) {
    thread_local const SignalStack kSignalStack;
    ::prctl(PR_SET_NAME, name);
}

}  // namespace drawbridge::base
