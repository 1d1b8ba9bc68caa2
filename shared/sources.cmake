# The core's source files, relative to shared/: one list for the native and the wasm build.
set(DRAWBRIDGE_CORE_SOURCES)
