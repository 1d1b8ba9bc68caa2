#!/usr/bin/env bash
# The whole story on this machine: a real drawbridged with its own CA, two game servers running the
# real resource, players joining, a ban travelling, a mistake undone, an outage, a secret rotated.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'END'
Usage: scripts/demo.sh [--keep]

Installs what is missing, builds (preset release), then runs the demonstration: about half a minute.
  --keep   leave the ingest server up afterwards, and say how to talk to it and how to stop it
END
}

keep=()
for argument in "$@"; do
    case "$argument" in
        --keep) keep=(--keep) ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done

scripts/setup.sh
mkdir -p build
echo "Building (the first time takes a few minutes)"
cmake --preset release -DDRAWBRIDGE_TESTS=OFF >build/demo-build.log 2>&1 &&
    cmake --build --preset release >>build/demo-build.log 2>&1 || {
    cat build/demo-build.log
    exit 1
}
DRAWBRIDGE_BUILD_DIR="$PWD/build/release" exec node scripts/demo/demo.js "${keep[@]}"
