# Every library we use, found once. Which folder may link which is checked by
# scripts/check_layers.py. Targets: Boost::headers, drawbridge_boost_json,
# drawbridge_boost_asio, OpenSSL::SSL, PkgConfig::sodium, SQLiteCpp, PkgConfig::sqlite3,
# PkgConfig::httplib, PkgConfig::systemd, PkgConfig::zstd, ZLIB::ZLIB, fmt::fmt,
# spdlog::spdlog, tomlplusplus::tomlplusplus, CLI11::CLI11, prometheus-cpp::core,
# Threads::Threads, mimalloc.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG COMPONENTS headers)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(fmt REQUIRED)
find_package(mimalloc REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
find_program(NODE_PROGRAM node REQUIRED)

# Boost's header-only parts, compiled once instead of in every file that includes them.
function(drawbridge_boost_part NAME)
    cmake_parse_arguments(ARG "" "" "HEADERS;DEFINITIONS;LINKS" ${ARGN})
    list(TRANSFORM ARG_HEADERS REPLACE "(.+)" "#include <\\1>\n")
    list(JOIN ARG_HEADERS "" content)
    file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/vendor/${NAME}.cpp" CONTENT "${content}" @ONLY)
    add_library(drawbridge_${NAME} STATIC EXCLUDE_FROM_ALL
        "${CMAKE_BINARY_DIR}/vendor/${NAME}.cpp")
    target_compile_definitions(drawbridge_${NAME} PUBLIC ${ARG_DEFINITIONS})
    target_link_libraries(drawbridge_${NAME} PUBLIC Boost::headers ${ARG_LINKS})
endfunction()

drawbridge_boost_part(boost_json HEADERS boost/json/src.hpp)
drawbridge_boost_part(boost_asio
    HEADERS boost/asio/impl/src.hpp boost/asio/ssl/impl/src.hpp boost/beast/src.hpp
    DEFINITIONS BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
        BOOST_ASIO_NO_DEPRECATED
    LINKS OpenSSL::SSL Threads::Threads)
