#!/usr/bin/env python3
"""axe-core finds nothing to complain of on the page of `alexnet serve`: in both languages, light and dark, wide and on a
phone, with every layer open.

accessibility_test.py PROGRAM FOLDER OF A VIRTUAL ENVIRONMENT
"""

import json
import pathlib
import subprocess
import sys
import unittest

import serve_test
from serve_test import Serve

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "serve"))
from served import packages  # noqa: E402

AXE = None


class Accessibility(Serve):
    maxDiff = None

    """The same service; its own tests run elsewhere."""

    def audit(self, page):
        page.value(AXE + "; 0")
        found = page.value("axe.run(document, {resultTypes: ['violations']})")
        self.assertGreater(found["testEngine"]["version"], "4")
        self.assertGreater(len(found["passes"]), 10)
        return [f"{one['id']}: {node['target']} {node['failureSummary'][:300]}" for one in found["violations"]
                for node in one["nodes"]]

    def test_axe_finds_nothing(self):
        for language in ("en", "zh"):
            for dark in (False, True):
                for width in (360, 1100):
                    with self.subTest(language=language, dark=dark, width=width):
                        page = self.named(f"?lang={language}", width, dark)
                        self.open_all(page)
                        page.value("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
                        self.assertEqual(self.audit(page), [])

    def test_axe_finds_nothing_before_a_photo_came_in_the_card_and_in_the_list_of_keys(self):
        page = self.open()
        self.assertEqual(self.audit(page), [])
        page.value("document.querySelector('#card-link').click()")
        page.wait_for("document.querySelector('#card').open")
        self.assertEqual(self.audit(page), [])
        page.value("document.querySelector('#card').close()")
        page.value("document.querySelector('#keys-button').click()")
        self.assertEqual(self.audit(page), [])


if __name__ == "__main__":
    serve_test.PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
    python = packages(sys.argv[2], "axe-playwright-python==0.1.8", "--no-deps")
    code = "import importlib.util as u, pathlib; " \
           "print(next(pathlib.Path(u.find_spec('axe_playwright_python').origin).parent.rglob('axe.min.js')))"
    AXE = pathlib.Path(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip())
    AXE = AXE.read_text()
    suite = unittest.TestSuite(Accessibility(name) for name in vars(Accessibility) if name.startswith("test"))
    sys.exit(not unittest.TextTestRunner().run(suite).wasSuccessful())
