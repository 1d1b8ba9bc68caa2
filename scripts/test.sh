#!/usr/bin/env bash
# Everything from a fresh clone: installs what is missing, builds, checks, runs all tests. The
# last line is "N passed, N failed", counting single tests; the exit code is 0 only if all is well.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "test: $*"; }

say "installing what is missing"
scripts/setup.sh

say "building (preset dev)"
cmake --preset dev >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
cmake --build --preset dev >build/build.log 2>&1 || {
    # Ninja prints a failed command after its output; the rest is progress.
    grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking|Performing|No |Completed|Creating)' build/build.log
    exit 1
}

say "checking format, layers, types, lint"
check_failed=0
scripts/check.sh || check_failed=1

say "running the tests"
rm -f build/dev/Testing/Temporary/LastTest.log
ctest_failed=0
ctest --test-dir build/dev --output-on-failure -j 2 </dev/null || ctest_failed=1

read -r passed failed < <(scripts/count_tests.py build/dev/Testing/Temporary/LastTest.log)
if [ "$check_failed" -ne 0 ]; then
    say "the checks failed (above); counted as one failure"
    failed=$((failed + 1))
fi
if [ "$passed" -eq 0 ] || { [ "$ctest_failed" -ne 0 ] && [ "$failed" -eq 0 ]; }; then
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
