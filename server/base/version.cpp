#include "base/version.h"

namespace drawbridge::base {

std::string_view version() {
    return DRAWBRIDGE_VERSION;
}

}  // namespace drawbridge::base
