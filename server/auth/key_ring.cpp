#include "auth/key_ring.h"

#include <sodium.h>

namespace drawbridge::auth {

Key::~Key() {
    sodium_memzero(secret.data(), secret.size());
}

}  // namespace drawbridge::auth
