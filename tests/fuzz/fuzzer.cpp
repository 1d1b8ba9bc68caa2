// libFuzzer's entry to one target, named by DRAWBRIDGE_FUZZ_TARGET.
#include "fuzz/targets.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    drawbridge::fuzz::DRAWBRIDGE_FUZZ_TARGET({data, size});
    return 0;
}
