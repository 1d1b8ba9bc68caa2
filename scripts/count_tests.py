#!/usr/bin/env python3
"""Counts the single tests in a CTest log: doctest cases, node tests, Python tests.

Prints "PASSED FAILED". A CTest entry that failed without a failing test of its own (a crash, a
time limit) counts as one failure, and so does one that ran no test.

    count_tests.py build/dev/Testing/Temporary/LastTest.log
"""
import re
import sys
from pathlib import Path

ENTRY = re.compile(r"^\d+/\d+ Testing: (.+)$", re.M)
DOCTEST = re.compile(r"^\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed", re.M)
NODE_PASS = re.compile(r"^# pass (\d+)$", re.M)
NODE_FAIL = re.compile(r"^# (?:fail|cancelled) (\d+)$", re.M)
PYTHON = re.compile(r"^Ran (\d+) tests? in", re.M)
PYTHON_FAIL = re.compile(r"(?:failures|errors)=(\d+)")


def total(pattern, text):
    return sum(int(number) for number in pattern.findall(text))


def count_entry(text):
    passed = failed = 0
    for case_passed, case_failed in DOCTEST.findall(text):
        passed, failed = passed + int(case_passed), failed + int(case_failed)
    passed, failed = passed + total(NODE_PASS, text), failed + total(NODE_FAIL, text)
    python_run = total(PYTHON, text)
    if python_run:
        python_failed = total(PYTHON_FAIL, text)
        passed, failed = passed + python_run - python_failed, failed + python_failed
    entry_passed = re.search(r"^Test Passed\.$", text, re.M) is not None
    if failed == 0 and (not entry_passed or passed == 0):
        failed = 1
    return passed, failed


def count(log):
    parts = ENTRY.split(log)[2::2]
    counts = [count_entry(part) for part in parts]
    return sum(passed for passed, _ in counts), sum(failed for _, failed in counts)


if __name__ == "__main__":
    print(*count(Path(sys.argv[1]).read_text(encoding="utf-8", errors="replace")))
