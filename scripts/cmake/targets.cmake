# How our targets are made: language level, warnings, sanitizers, include roots.
# Warnings apply to our own targets only, never to generated vendor code.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

# Sanitizers must see every object of a program, vendor code compiled here included.
if(DRAWBRIDGE_SANITIZE)
    add_compile_options("-fsanitize=${DRAWBRIDGE_SANITIZE}" -fno-omit-frame-pointer)
    add_link_options("-fsanitize=${DRAWBRIDGE_SANITIZE}")
    if(DRAWBRIDGE_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()

add_library(drawbridge_warnings INTERFACE)
target_compile_options(drawbridge_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
    -Wimplicit-fallthrough
    $<$<BOOL:${DRAWBRIDGE_WERROR}>:-Werror>)

# "shared/limits.h" is found from the project folder, "auth/replay_window.h" from server/.
add_library(drawbridge_includes INTERFACE)
target_include_directories(drawbridge_includes INTERFACE
    "${CMAKE_SOURCE_DIR}" "${CMAKE_SOURCE_DIR}/server")

# drawbridge_library(base SOURCES version.cpp LINKS fmt::fmt) makes the target drawbridge_base.
# LINKS are public: a folder that includes another's header names that folder's target.
function(drawbridge_library NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    if(ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "drawbridge_library(${NAME}): unknown: ${ARG_UNPARSED_ARGUMENTS}")
    endif()
    add_library(drawbridge_${NAME} STATIC ${ARG_SOURCES})
    target_link_libraries(drawbridge_${NAME}
        PUBLIC drawbridge_includes ${ARG_LINKS} PRIVATE drawbridge_warnings)
endfunction()

# drawbridge_program(drawbridgectl SOURCES ctl/main.cpp LINKS drawbridge_ctl) makes an
# installed program in <build>/bin.
function(drawbridge_program NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    if(ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "drawbridge_program(${NAME}): unknown: ${ARG_UNPARSED_ARGUMENTS}")
    endif()
    add_executable(${NAME} ${ARG_SOURCES})
    target_link_libraries(${NAME}
        PRIVATE drawbridge_includes ${ARG_LINKS} drawbridge_warnings)
    install(TARGETS ${NAME} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endfunction()

# drawbridge_test(base SOURCES version_test.cpp LINKS drawbridge_base) makes the doctest
# program test_base, one CTest entry; its main() is tests/doctest_main.cpp.
function(drawbridge_test NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
    if(ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "drawbridge_test(${NAME}): unknown: ${ARG_UNPARSED_ARGUMENTS}")
    endif()
    add_executable(test_${NAME} ${ARG_SOURCES})
    target_include_directories(test_${NAME} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
    target_compile_definitions(test_${NAME} PRIVATE
        "DRAWBRIDGE_TEST_DATA=\"${CMAKE_SOURCE_DIR}/tests\"")
    target_link_libraries(test_${NAME}
        PRIVATE drawbridge_includes drawbridge_doctest_main ${ARG_LINKS} drawbridge_warnings)
    add_test(NAME cpp.${NAME} COMMAND test_${NAME})
    set_tests_properties(cpp.${NAME} PROPERTIES TIMEOUT 300)
endfunction()

# drawbridge_node_test(wasm FILES imports.test.js [TIMEOUT 300] [SERIAL]) runs node --test on
# the files, one CTest entry. The tests find the build in DRAWBRIDGE_BUILD_DIR. SERIAL keeps
# other tests away while it runs.
function(drawbridge_node_test NAME)
    cmake_parse_arguments(ARG "SERIAL" "TIMEOUT" "FILES" ${ARGN})
    if(ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "drawbridge_node_test(${NAME}): unknown: ${ARG_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    list(TRANSFORM ARG_FILES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
    add_test(NAME node.${NAME}
        COMMAND "${NODE_PROGRAM}" --test --test-reporter=tap ${ARG_FILES})
    set_tests_properties(node.${NAME} PROPERTIES
        TIMEOUT ${ARG_TIMEOUT} RUN_SERIAL "${ARG_SERIAL}"
        ENVIRONMENT "DRAWBRIDGE_BUILD_DIR=${CMAKE_BINARY_DIR}")
endfunction()
