#!/usr/bin/env bash
# Runs libFuzzer on every parser of the core, with address and undefined-behaviour sanitizers.
#   fuzz.sh [SECONDS] [TARGET…]     seconds for each target, 60 by default
# Inputs that taught something are kept in build/fuzz/corpus and used again; one that breaks
# something is written to build/fuzz/found, and the exit code is 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
targets=("${@:2}")
if [ "${#targets[@]}" -eq 0 ]; then
    targets=(names identifiers fields request_signature answer_signature section changes)
fi

mkdir -p build/fuzz/corpus build/fuzz/found
cmake --preset fuzz >build/fuzz/configure.log
cmake --build --preset fuzz --target fuzzers >build/fuzz/build.log
tests/fuzz/seeds.py build/fuzz/seeds

failed=0
for target in "${targets[@]}"; do
    mkdir -p "build/fuzz/corpus/$target"
    log="build/fuzz/$target.log"
    if "build/fuzz/bin/fuzz_$target" -max_total_time="$seconds" -max_len=8192 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/found/$target-" \
        "build/fuzz/corpus/$target" "build/fuzz/seeds/$target" >"$log" 2>&1; then
        echo "fuzz: $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, ok"
    else
        echo "fuzz: $target: FAILED, see $log"
        failed=1
    fi
done
exit "$failed"
