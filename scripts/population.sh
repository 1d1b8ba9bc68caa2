#!/usr/bin/env bash
# Drives the engine with a made-up population and prints whom it refused, rightly and wrongly
# (docs/population.md): some minutes for the 100,000 persons that are the default.
#   population.sh [--seeds "1 2 3"] [ARGUMENTS]   arguments of population_report, such as
#       --seed N --persons N --servers N --owners N --days N -o json --examples N; --help has all
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seeds=
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --seeds) [ $# -ge 2 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
            seeds=$2; shift 2 ;;
        *) arguments+=("$1"); shift ;;
    esac
done

scripts/setup.sh >&2
echo "population: building (preset release)" >&2
mkdir -p build
cmake --preset release >build/population-build.log 2>&1 &&
    cmake --build --preset release --target population_report >>build/population-build.log 2>&1 || {
    cat build/population-build.log >&2
    exit 1
}
report=build/release/bin/population_report
[ -n "$seeds" ] || exec "$report" "${arguments[@]}"
failed=0
for seed in $seeds; do
    "$report" "${arguments[@]}" --seed "$seed" || failed=1
    echo
done
exit "$failed"
