// The main() of every doctest program; compiled once, the tests only declare.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
