#!/usr/bin/env bash
# Installs everything the build and the tests need: Debian packages, the Node packages of tests/,
# and libsodium's source (compiled to WebAssembly; the native side uses Debian's library).
# Safe to run again; does nothing, quickly, when nothing is to do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(
    g++ cmake ninja-build ccache pkg-config git ca-certificates python3 curl zip openssl dpkg-dev
    libboost1.81-dev libssl-dev libsodium-dev libsqlitecpp-dev libsqlite3-dev
    libcpp-httplib-dev libspdlog-dev libfmt-dev libtomlplusplus-dev libcli11-dev
    prometheus-cpp-dev doctest-dev libzstd-dev zlib1g-dev libsystemd-dev libmimalloc-dev
    clang-14 lld-14 llvm-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev
    wasi-libc libc++-14-dev-wasm32 libclang-rt-14-dev-wasm32
)
sodium_version=1.0.18
sodium_sha256=d59323c6b712a1519a5daf710b68f5e7fde57040845ffec53850911f10a5d4f4
sodium_dir=build/libsodium-src

fail() {
    echo "setup: $*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "needs root for: $* (run it as root, or install sudo)"
    fi
}

# dpkg-query lists what is installed; comm keeps what is wanted and not in that list.
missing_packages() {
    comm -23 <(printf '%s\n' "${packages[@]}" | sort) \
        <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort -u)
}

install_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        fail "this is not Debian. Install the equivalents of these packages yourself, then build" \
            "with cmake --preset release: ${packages[*]} nodejs npm"
    fi
    # A Node from elsewhere brings its own npm, and Debian's would conflict with it.
    command -v npm >/dev/null || packages+=(nodejs npm)
    local missing
    mapfile -t missing < <(missing_packages)
    [ "${#missing[@]}" -gt 0 ] || return 0
    echo "setup: installing ${#missing[@]} packages"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}

# Debian's own archives out of this machine's apt configuration, whatever its format, as deb-src.
source_entries() {
    apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sort -u
}

# Fetches with lists of its own, so that the machine's apt configuration is only read.
fetch_sodium() {
    local work=$1 entries
    entries=$(source_entries)
    if [ -z "$entries" ]; then
        as_root apt-get update -qq
        entries=$(source_entries)
    fi
    [ -n "$entries" ] || fail "apt knows no Debian archive to take libsodium's source from"
    mkdir -p "$work/lists/partial"
    printf '%s\n' "$entries" >"$work/sources.list"
    local options=(
        -qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State::lists=$work/lists" -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache="
        -o "APT::Sandbox::User=$(id -un)"
    )
    apt-get "${options[@]}" update
    (cd "$work" && apt-get "${options[@]}" source --download-only libsodium)
}

install_sodium_source() {
    [ "$(cat "$sodium_dir/.sha256" 2>/dev/null)" != "$sodium_sha256" ] || return 0
    echo "setup: fetching libsodium $sodium_version"
    local work tarball
    work=$(mktemp -d)
    # shellcheck disable=SC2064  # the path of now is meant
    trap "rm -rf '$work'" EXIT
    fetch_sodium "$work"
    tarball="$work/libsodium_$sodium_version.orig.tar.gz"
    echo "$sodium_sha256  $tarball" | sha256sum --check --quiet ||
        fail "libsodium's source is not the expected file"
    rm -rf "$sodium_dir"
    mkdir -p "$sodium_dir"
    tar -xzf "$tarball" -C "$sodium_dir" --strip-components=1
    echo "$sodium_sha256" >"$sodium_dir/.sha256"
}

install_node_packages() {
    [ -f tests/package-lock.json ] || return 0
    local stamp=tests/node_modules/.lock-sha256 now
    now=$(sha256sum <tests/package-lock.json)
    [ "$(cat "$stamp" 2>/dev/null)" != "$now" ] || return 0
    echo "setup: installing the Node packages of tests/"
    npm ci --prefix tests --no-audit --no-fund --loglevel=error </dev/null
    echo "$now" >"$stamp"
}

install_packages
install_sodium_source
install_node_packages
