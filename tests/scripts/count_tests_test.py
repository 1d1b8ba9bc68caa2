"""scripts/count_tests.py on cut-down CTest logs."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
sys.dont_write_bytecode = True
from count_tests import count  # noqa: E402  (the path comes first)

DOCTEST = "[doctest] test cases:  5 |  4 passed | 1 failed | 0 skipped\n"
NODE = "# tests 3\n# pass 3\n# fail 0\n# cancelled 0\n"


def entry(number, body, passed=True):
    verdict = "Test Passed." if passed else "Test Failed."
    return f"{number}/9 Testing: some.name\nOutput:\n{body}<end of output>\n{verdict}\n"


class CountTests(unittest.TestCase):
    def test_adds_up_all_runners(self):
        python = "Ran 4 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n"
        log = entry(1, DOCTEST, False) + entry(2, NODE) + entry(3, python, False)
        self.assertEqual(count(log), (4 + 3 + 2, 1 + 0 + 2))

    def test_crash_counts_as_one_failure(self):
        self.assertEqual(count(entry(1, "", passed=False)), (0, 1))
        self.assertEqual(count(entry(1, NODE, passed=False)), (3, 1))

    def test_entry_that_ran_nothing_fails(self):
        empty = "[doctest] test cases: 0 | 0 passed | 0 failed | 0 skipped\n"
        self.assertEqual(count(entry(1, empty)), (0, 1))

    def test_cancelled_node_test_fails(self):
        self.assertEqual(count(entry(1, "# pass 1\n# fail 0\n# cancelled 2\n")), (1, 2))

    def test_empty_log_counts_nothing(self):
        self.assertEqual(count(""), (0, 0))


if __name__ == "__main__":
    unittest.main()
