#include "base/core_dumps.h"

#include <sys/prctl.h>

namespace drawbridge::base {

void allow_core_dumps(bool allowed) {
    ::prctl(PR_SET_DUMPABLE, allowed ? 1 : 0, 0, 0, 0);
}

}  // namespace drawbridge::base
