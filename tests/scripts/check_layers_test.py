"""scripts/check_layers.py on small trees, each with one thing wrong."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
sys.dont_write_bytecode = True
import check_layers  # noqa: E402  (the path comes first)


def problems(files):
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for path, lines in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return check_layers.check(root)


class CheckLayers(unittest.TestCase):
    def assert_one(self, files, words):
        found = problems(files)
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_going_down_is_fine(self):
        self.assertEqual(problems({
            "shared/limits.h": ["#include <cstdint>"],
            "server/base/log.h": ['#include "shared/limits.h"', "#include <string>"],
            "server/net/tls.cpp": ['#include "base/log.h"', "#include <openssl/ssl.h>"],
            "server/main.cpp": ['#include "base/log.h"', "#include <CLI/CLI.hpp>"],
        }), [])

    def test_going_up_is_refused(self):
        self.assert_one({
            "server/base/log.h": ['#include "net/tls.h"'],
            "server/net/tls.h": [],
        }, "server/base/log.h:1: \"net/tls.h\" goes up, from rank 1 to 8")

    def test_same_rank_is_fine_without_a_cycle(self):
        self.assertEqual(problems({
            "server/bans/list.h": ['#include "identity/graph.h"'],
            "server/identity/graph.h": [],
        }), [])

    def test_cycle_is_refused(self):
        self.assert_one({
            "server/bans/list.h": [],
            "server/bans/list.cpp": ['#include "identity/graph.h"'],
            "server/identity/graph.h": ['#include "review/queue.h"'],
            "server/review/queue.h": ['#include "bans/list.h"'],
        }, "bans -> identity -> review -> bans")

    def test_vendor_outside_its_folder_is_refused(self):
        self.assert_one({"server/bans/list.cpp": ["#include <sodium.h>"]}, "libsodium is not for")
        self.assert_one({"server/net/a.cpp": ["#include <boost/json.hpp>"]}, "boost.json")

    def test_header_of_no_table_is_refused(self):
        self.assert_one({"server/net/a.cpp": ["#include <curl/curl.h>"]}, "is in no table")

    def test_fmt_is_for_the_server_only(self):
        self.assertEqual(problems({"server/http/a.cpp": ["#include <fmt/format.h>"]}), [])
        self.assert_one({"shared/a.cpp": ["#include <fmt/format.h>"]}, "fmt is not for shared/")

    def test_core_has_no_clock_threads_or_streams(self):
        for name in ("thread", "chrono", "random", "iostream"):
            self.assert_one({"shared/a.cpp": [f"#include <{name}>"]}, "is not for the core")

    def test_include_without_folder_is_refused(self):
        self.assert_one({
            "server/base/log.h": [],
            "server/base/log.cpp": ['#include "log.h"'],
        }, "does not carry its folder")

    def test_missing_file_is_refused(self):
        self.assert_one({"server/base/a.cpp": ['#include "base/b.h"']}, "no file of the project")

    def test_folder_without_rank_is_refused(self):
        self.assert_one({"server/utils/a.h": []}, "has no rank")


if __name__ == "__main__":
    unittest.main()
