#!/usr/bin/env bash
# Checks without running anything of ours: format, layers, types, lint.
#   check.sh [--fix] [--all]
#   --fix  formats the C++ files instead of complaining
#   --all  lints every C++ file (hours of one core; the default takes what the branch changed)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fix=no all=no failures=0
# One lint takes about 20 s, and the default run is part of every test run.
tidy_limit=${DRAWBRIDGE_TIDY_LIMIT:-16}
for argument in "$@"; do
    case $argument in
        --fix) fix=yes ;;
        --all) all=yes ;;
        *) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
    esac
done

# step NAME COMMAND…: runs it, says how it went, goes on either way.
step() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "check: $name: ok${output:+ ($output)}"
    else
        echo "check: $name: FAILED"
        printf '%s\n' "$output"
        failures=$((failures + 1))
    fi
}

# Files of git, new ones included, that exist.
tracked() {
    git ls-files --cached --others --exclude-standard -- "$@" | sort -u |
        while IFS= read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}

check_format() {
    if [ "$fix" = yes ]; then
        tracked '*.cpp' '*.h' | xargs -r clang-format-14 -i
        return
    fi
    local wrong
    wrong=$(tracked '*.cpp' '*.h' | xargs -r clang-format-14 --dry-run 2>&1 |
        sed -n 's/^\([^: ]*\):[0-9]*:[0-9]*: warning: .*/\1/p' | sort -u)
    [ -z "$wrong" ] || { echo "scripts/check.sh --fix would change:"; echo "$wrong"; return 1; }
}

check_shell() {
    local file
    while IFS= read -r file; do
        bash -n "$file" || return 1
    done < <(tracked '*.sh' '.ci/run')
}

check_node_syntax() {
    tracked 'resource/*.js' 'tests/*.js' 'scripts/*.js' | xargs -r -n 1 node --check
}

check_types() {
    tests/node_modules/.bin/tsc -p tests
}

# A lock file must not tie the project to the registry it was written behind. What packages say
# of their funding ("url") names none.
check_lock_files() {
    ! tracked '*package-lock.json' | xargs -r grep -nE '"resolved"|https?://' | grep -v '"url": '
}

check_manifest_version() {
    [ -f fxmanifest.lua ] || return 0
    local version
    version=$(sed -n 's/^project(drawbridge VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
    grep -q "^version '$version'" fxmanifest.lua ||
        { echo "fxmanifest.lua does not say version '$version'"; return 1; }
}

# The point the lint starts from: where this branch left main; on main itself, the last commit.
lint_base() {
    local base head
    head=$(git rev-parse HEAD)
    base=$(git merge-base HEAD main 2>/dev/null || git merge-base HEAD origin/main 2>/dev/null)
    if [ -z "$base" ] || [ "$base" = "$head" ]; then
        base=$(git rev-parse -q --verify HEAD~1 2>/dev/null)
    fi
    printf '%s' "$base"
}

# Sources the lint can read: those of the server and the native core. exports.cpp and traps.cpp
# are compiled for WebAssembly only.
lintable() {
    grep -E '^(server|shared)/.*\.cpp$' | grep -v '^shared/wasm/'
}

changed_sources() {
    local base
    base=$(lint_base)
    [ -n "$base" ] || return 0
    { git diff --name-only "$base" && git ls-files --others --exclude-standard; } | sort -u |
        lintable | while IFS= read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}

check_tidy() {
    local files
    if [ "$all" = yes ]; then
        mapfile -t files < <(tracked 'server/*.cpp' 'shared/*.cpp' | lintable)
    else
        mapfile -t files < <(changed_sources)
    fi
    if [ "${#files[@]}" -eq 0 ]; then
        [ -n "$(lint_base)" ] && echo "no source changed" || echo "skipped: no earlier commit known"
        return 0
    fi
    if [ "$all" = no ] && [ "${#files[@]}" -gt "$tidy_limit" ]; then
        echo "the last $tidy_limit of ${#files[@]} changed files; --all takes every file"
        mapfile -t files < <(ls -t "${files[@]}" | head -n "$tidy_limit")
    else
        echo "${#files[@]} files"
    fi
    [ -f build/dev/compile_commands.json ] || cmake --preset dev >/dev/null || return 1
    local findings
    if ! findings=$(printf '%s\n' "${files[@]}" |
        xargs -P 2 -n 1 clang-tidy-14 --quiet -p build/dev 2>&1); then
        printf '%s\n' "$findings" | grep -vE '^[0-9]+ warnings? (generated|treated)'
        return 1
    fi
}

step "clang-format" check_format
step "layers" scripts/check_layers.py
step "shell syntax" check_shell
step "lock files" check_lock_files
step "manifest version" check_manifest_version
step "node --check" check_node_syntax
step "tsc --checkJs" check_types
step "clang-tidy" check_tidy
[ "$failures" -eq 0 ] || { echo "check: $failures failed"; exit 1; }
