#include "base/work.h"

namespace drawbridge::base {
namespace {

// Volatile: a signal handler of the same thread reads it at any moment.
constinit thread_local const char* volatile g_in_hand = "-";

}  // namespace

Work::Work(WorkKind kind) noexcept : before_(g_in_hand) {
    g_in_hand = kind.words();
}

Work::~Work() {
    g_in_hand = before_;
}

const char* work_in_hand() noexcept {
    return g_in_hand;
}

}  // namespace drawbridge::base
