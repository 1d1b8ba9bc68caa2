#!/usr/bin/env bash
# Shows or renews the certificate of an ingest server (certs/README.md).
#   make_certs.sh DATA_FOLDER                    what is there and until when it is valid
#   make_certs.sh DATA_FOLDER --renew [HOST…]    a new server certificate under the same CA, also
#                                                good for the HOSTs named
# Uses the drawbridged of build/release, or the one on the PATH.
set -euo pipefail

usage() {
    sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

[ "$#" -ge 1 ] && [ "${1#-}" = "$1" ] || usage
arguments=(certs --data "$1")
shift
if [ "$#" -ge 1 ]; then
    [ "$1" = --renew ] || usage
    arguments+=(--renew)
    shift
    for host in "$@"; do
        arguments+=(--host "$host")
    done
fi

program="$(dirname "${BASH_SOURCE[0]}")/../build/release/bin/drawbridged"
[ -x "$program" ] || program=$(command -v drawbridged) || {
    echo "make_certs: no drawbridged: build it with  cmake --preset release && cmake --build --preset release" >&2
    exit 1
}
exec "$program" "${arguments[@]}"
