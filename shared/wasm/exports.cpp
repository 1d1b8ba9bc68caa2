// What the resource calls. An address is an offset into the module's memory.
#include <cstdlib>

extern "C" {

// The host puts its input here and reads results from here; free() gives it back.
[[clang::export_name("drawbridge_alloc")]] void* drawbridge_alloc(unsigned size) {
    return std::malloc(size);
}

[[clang::export_name("drawbridge_free")]] void drawbridge_free(void* block) {
    std::free(block);
}

}  // extern "C"
