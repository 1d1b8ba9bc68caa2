#!/usr/bin/env bash
# Measures the ingest daemon on this machine, on loopback alone: against a peer of a few dozen lines
# of Node (tests/bench/peer), against SQLite alone writing the same rows, and, with --against,
# against another build of ours. Prints a table with ratios and writes build/bench.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'END'
Usage: scripts/bench.sh [--quick] [--only p1,p2,p6,p7] [--against BUILD_FOLDER]
                        [--rounds N] [--seconds N] [--stored N] [--json FILE]
       scripts/bench.sh --profiles N

Installs what is missing, builds (preset release), then measures: about ten minutes, a quarter of it
with --quick.
  --only      P1 single joins, P2 batches, P6 with many events stored, P7 polls
  --against   another build of ours (its folder holds bin/drawbridged), in turn with this one;
              alone unless --only names what else to run
  --rounds, --seconds, --stored   how often, how long each, how many events for P6
  --profiles  the store thread's time for a join where so many players are known, and nothing else;
              a million take about ten minutes
END
}

arguments=(--json build/bench.json)
profiles=
while [ $# -gt 0 ]; do
    case "$1" in
        --quick) arguments+=("$1"); shift ;;
        --only | --against | --rounds | --seconds | --stored | --json)
            [ $# -ge 2 ] || { usage >&2; exit 2; }
            arguments+=("$1" "$2"); shift 2 ;;
        --profiles)
            [ $# -ge 2 ] || { usage >&2; exit 2; }
            profiles=$2; shift 2
            [[ $profiles =~ ^[1-9][0-9]{3,7}$ ]] ||
                { echo "bench.sh: --profiles: expected 1000 to 99999999" >&2; exit 2; } ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done

# The programs of the peer; better-sqlite3 compiles SQLite, about two minutes once.
install_peer() {
    local stamp=tests/bench/peer/node_modules/.lock-sha256 now
    now=$(sha256sum <tests/bench/peer/package-lock.json)
    [ "$(cat "$stamp" 2>/dev/null)" != "$now" ] || return 0
    echo "Installing the peer's packages"
    npm ci --prefix tests/bench/peer --no-audit --no-fund --loglevel=error </dev/null
    echo "$now" >"$stamp"
}

programs=(drawbridged drawbridgectl bench_load bench_rows)
[ -z "$profiles" ] || programs=(bench_joins)

scripts/setup.sh
[ -n "$profiles" ] || install_peer
mkdir -p build
echo "Building (the first time takes a few minutes)"
cmake --preset release -DDRAWBRIDGE_TESTS=ON >build/bench-build.log 2>&1 &&
    cmake --build --preset release --target "${programs[@]}" >>build/bench-build.log 2>&1 || {
    cat build/bench-build.log
    exit 1
}
[ -z "$profiles" ] || exec build/release/bin/bench_joins "$profiles"
DRAWBRIDGE_BUILD_DIR="$PWD/build/release" exec node tests/bench/bench.js "${arguments[@]}"
