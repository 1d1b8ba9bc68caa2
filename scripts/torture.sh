#!/usr/bin/env bash
# Hurts a real daemon in every way that docs/reliability.md lists, for about twenty minutes, and prints
# that document's table. Each line is a test that fails when anything was lost, doubled or accepted
# twice; the exit code is 0 only if none did.
#   torture.sh [ROUNDS]     rounds of kill -9 (default 200)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=${1:-200}
case $rounds in
    *[!0-9]* | '') sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
esac

scripts/setup.sh
echo "torture: building (preset dev)"
cmake --preset dev >build/configure.log
cmake --build --preset dev >build/build.log || { tail -n 40 build/build.log; exit 1; }

report=$(mktemp)
trap 'rm -f "$report"' EXIT
export DRAWBRIDGE_BUILD_DIR=$PWD/build/dev
export DRAWBRIDGE_TORTURE_REPORT=$report
export DRAWBRIDGE_CRASH_ROUNDS=$rounds
export DRAWBRIDGE_POWER_CUT_ROUNDS=$((rounds / 2))
export DRAWBRIDGE_DAMAGE_ROUNDS=$((rounds / 2))

failed=0
for file in tests/e2e/crash.test.js tests/faults/*.test.js; do
    echo "torture: $file"
    node --test --test-reporter=tap "$file" >"$report.tap" 2>&1 ||
        { failed=1; grep -vE '^ *# ' "$report.tap"; }
done
rm -f "$report.tap"
node tests/faults/table.js "$report"
[ "$failed" -eq 0 ] && echo "torture: nothing was lost, doubled or accepted twice"
exit "$failed"
