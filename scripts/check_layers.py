#!/usr/bin/env python3
"""Checks the order of the C++ folders.

An include may go to the same or a lower rank, the folders form no cycle, and a library's header
stands only in the folders the table names. Prints one line for each violation and exits 1.

    check_layers.py [ROOT]
"""
import re
import sys
from pathlib import Path

# Folders under server/; "shared" is the core beside it, "main" is server/*.cpp itself.
RANKS = {
    "shared": 0,
    "base": 1,
    "http": 2,
    "store": 3,
    "auth": 4,
    "bans": 5, "identity": 5, "review": 5, "privacy": 5,
    "events": 6,
    "ingest": 7,
    "net": 8, "admin": 8, "pki": 8,
    "config": 9, "ctl": 9, "daemon": 9,
    "main": 10,
}

# First match wins, so the special parts of Boost stand before the rest of it.
VENDOR_HEADERS = [
    (r"boost/json", "boost.json"),
    (r"boost/asio", "asio"),
    (r"boost/beast", "beast"),
    (r"boost/", "boost"),
    (r"openssl/", "openssl"),
    (r"sodium(\.h$|/)", "libsodium"),
    (r"SQLiteCpp/", "sqlitecpp"),
    (r"sqlite3\.h$", "sqlite"),
    (r"httplib\.h$", "cpp-httplib"),
    (r"prometheus/", "prometheus-cpp"),
    (r"spdlog/", "spdlog"),
    (r"fmt/", "fmt"),
    (r"toml\+\+/", "toml++"),
    (r"CLI/", "cli11"),
    (r"zstd\.h$", "zstd"),
    (r"zlib\.h$", "zlib"),
    (r"systemd/", "systemd"),
]

# fmt is allowed everywhere under server/.
VENDORS = {
    "shared": {"libsodium"},
    "base": {"spdlog"},
    "store": {"sqlitecpp", "sqlite", "zstd", "libsodium"},
    "auth": {"libsodium"},
    "events": {"boost.json"},
    "ingest": {"boost.json"},
    "net": {"asio", "beast", "boost", "openssl"},
    "admin": {"cpp-httplib", "prometheus-cpp", "boost.json"},
    "pki": {"openssl"},
    "config": {"toml++"},
    "ctl": {"cpp-httplib", "boost.json", "cli11"},
    "daemon": {"systemd"},
    "main": {"cli11"},
}

STANDARD = re.compile(
    r"[a-z_0-9]+$|(sys|netinet|arpa|net)/[a-z_]+\.h$"
    r"|(cpuid|cxxabi|dirent|dlfcn|elf|fcntl|immintrin|link|netdb|poll|pwd|sched|signal|termios"
    r"|time|unistd|unwind)\.h$"
)

# The core is bytes in, values out.
NOT_IN_CORE = {
    "atomic", "chrono", "condition_variable", "cstdio", "ctime", "filesystem", "fstream",
    "future", "iostream", "mutex", "random", "thread",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def sources(root):
    for top in ("shared", "server"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                yield path


def folder_of(path, root):
    parts = path.relative_to(root).parts
    if parts[0] == "shared":
        return "shared"
    return parts[1] if len(parts) > 2 else "main"


def includes(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) == '"', match.group(2)


def check_project_include(root, folder, name):
    """The folder an include leads to, and what is wrong with it (or None)."""
    target = name.split("/")[0] if "/" in name else None
    if target is None:
        return None, f'"{name}" does not carry its folder'
    base = root if target == "shared" else root / "server"
    if not (base / name).is_file():
        return None, f'"{name}" is no file of the project'
    if target not in RANKS:
        return target, f"folder {target}/ has no rank"
    if RANKS[target] > RANKS[folder]:
        return target, f'"{name}" goes up, from rank {RANKS[folder]} to {RANKS[target]}'
    return target, None


def check_system_include(folder, name):
    if folder == "shared" and name in NOT_IN_CORE:
        return f"<{name}> is not for the core"
    for pattern, vendor in VENDOR_HEADERS:
        if re.match(pattern, name):
            allowed = VENDORS.get(folder, set()) | ({"fmt"} if folder != "shared" else set())
            return None if vendor in allowed else f"<{name}>: {vendor} is not for {folder}/"
    return None if STANDARD.match(name) else f"<{name}> is in no table of check_layers.py"


def find_cycle(edges):
    """One cycle of folders as a list that ends where it starts, or None."""
    done = set()

    def walk(folder, trail):
        if folder in trail:
            return trail[trail.index(folder):] + [folder]
        if folder in done:
            return None
        for target in sorted(edges.get(folder, ())):
            cycle = walk(target, trail + [folder])
            if cycle:
                return cycle
        done.add(folder)
        return None

    for folder in sorted(edges):
        cycle = walk(folder, [])
        if cycle:
            return cycle
    return None


def check(root):
    problems, edges = [], {}
    for path in sources(root):
        folder = folder_of(path, root)
        where = path.relative_to(root)
        if folder not in RANKS:
            problems.append(f"{where}: folder {folder}/ has no rank")
            continue
        for number, quoted, name in includes(path):
            if quoted:
                target, problem = check_project_include(root, folder, name)
                if target and target != folder:
                    edges.setdefault(folder, set()).add(target)
            else:
                problem = check_system_include(folder, name)
            if problem:
                problems.append(f"{where}:{number}: {problem}")
    cycle = find_cycle(edges)
    if cycle:
        problems.append("folders include each other: " + " -> ".join(cycle))
    return problems


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    problems = check(root)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
