"""The vectors and the worked example of docs/protocol.md are what generate.py makes of them."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import primitives  # noqa: E402  (the path comes first)
from generate import wanted_files  # noqa: E402


class GenerateTest(unittest.TestCase):
    def test_primitives_meet_published_answers(self):
        primitives.self_test()

    def test_files_are_what_the_generator_makes(self):
        files = list(wanted_files())
        self.assertGreater(len(files), 10)
        for path, text in files:
            with self.subTest(path.name):
                self.assertEqual(path.read_text(encoding="utf-8"), text)


if __name__ == "__main__":
    unittest.main()
