# The resource as an operator gets it: bridge.wasm (target bridge_wasm), the folder
# <build>/drawbridge and <build>/drawbridge.zip (target resource, part of the default build).
include(ExternalProject)

set(wasm_dir "${CMAKE_BINARY_DIR}/wasm")
ExternalProject_Add(wasm_build
    SOURCE_DIR "${CMAKE_SOURCE_DIR}/shared/wasm"
    BINARY_DIR "${wasm_dir}"
    PREFIX "${CMAKE_BINARY_DIR}/wasm-stamps"
    CMAKE_ARGS
        "--toolchain=${CMAKE_SOURCE_DIR}/scripts/cmake/wasm_toolchain.cmake"
        "-DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER}"
        "-DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}"
    BUILD_ALWAYS TRUE
    INSTALL_COMMAND ""
    EXCLUDE_FROM_ALL TRUE)

add_custom_target(bridge_wasm
    COMMAND "${CMAKE_COMMAND}" -E copy_if_different
        "${wasm_dir}/bridge.wasm" "${CMAKE_SOURCE_DIR}/resource/bridge.wasm"
    DEPENDS wasm_build
    VERBATIM)

add_custom_target(resource ALL
    COMMAND "${CMAKE_COMMAND}"
        "-DSOURCE_DIR=${CMAKE_SOURCE_DIR}" "-DBUILD_DIR=${CMAKE_BINARY_DIR}"
        "-DWASM=${wasm_dir}/bridge.wasm"
        -P "${CMAKE_SOURCE_DIR}/scripts/cmake/assemble_resource.cmake"
    DEPENDS bridge_wasm
    VERBATIM)
