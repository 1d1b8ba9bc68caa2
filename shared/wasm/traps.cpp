// The two ways out that libsodium and libc know, as a trap. Their own versions print and abort
// through WASI, which would give the module imports. A trap surfaces in JavaScript as a
// WebAssembly.RuntimeError, and the instance must not be used after it.

extern "C" {

[[noreturn]] void __assert_fail(const char*, const char*, int, const char*) {
    __builtin_trap();
}

[[noreturn]] void sodium_misuse() {
    __builtin_trap();
}

}  // extern "C"
