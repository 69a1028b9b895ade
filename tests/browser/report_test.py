#!/usr/bin/env python3
"""A report in a browser: no error, no request, and a cell of the matrix opens its photos with scripts on and off.

report_test.py PROGRAM
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from browser import Browser  # noqa: E402
from small_run import train  # noqa: E402

PROGRAM = None


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        train(PROGRAM, pathlib.Path(cls.folder.name))
        cls.page = pathlib.Path(cls.folder.name) / "run" / "report.html"
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.folder.cleanup()

    def test_opens_without_error_or_request(self):
        for width in (360, 800, 1600):
            for dark in (False, True):
                page = self.browser.open(self.page, width=width, dark=dark)
                self.assertEqual(page.errors(), [])
                self.assertEqual(page.requests(), [])
                self.assertIn("lenet5 tells 3 classes", page.value("document.querySelector('h1').textContent"))
                # Nothing is wider than the page: what is wide scrolls in itself.
                self.assertLessEqual(page.value("document.documentElement.scrollWidth"), width)

    def open_a_cell(self, scripts):
        page = self.browser.open(self.page, scripts=scripts)
        self.assertEqual(page.scripts_run(), scripts)
        self.assertEqual(page.value("[...document.querySelectorAll('.cell')].filter(c => c.offsetHeight > 0).length"), 0)
        page.click(".matrix td.miss a, .matrix td.hit a")
        shown = page.value("[...document.querySelectorAll('.cell')].filter(c => c.offsetHeight > 0).map(c => c.id)")
        self.assertEqual(len(shown), 1)
        cards = f"document.querySelectorAll('#{shown[0]} .card')"
        self.assertGreater(page.value(f"{cards}.length"), 0)
        # The picture is really drawn, and its words name the file.
        self.assertGreater(page.value(f"{cards}[0].querySelector('svg use').getBoundingClientRect().width"), 20)
        self.assertRegex(page.value(f"{cards}[0].querySelector('.file').textContent"), r"/\d+\.png$")
        self.assertGreaterEqual(page.value(f"{cards}[0].querySelectorAll('.values .bar').length"), 2)
        self.assertEqual(page.errors(), [])
        self.assertEqual(page.requests(), [])
        return page

    def test_a_cell_opens_its_photos_with_scripts(self):
        self.open_a_cell(True)

    def test_a_cell_opens_its_photos_without_scripts(self):
        self.open_a_cell(False)

    def test_tables_are_sorted_and_sorted_back(self):
        page = self.browser.open(self.page)
        column = "[...document.querySelectorAll('#epochs tbody tr')].map(r => parseFloat(r.cells[3].textContent))"
        page.value("document.querySelector('#epochs').closest('details').open = true")
        page.click("#epochs th:nth-child(4) button")
        self.assertEqual(page.value(column), sorted(page.value(column), reverse=True))
        page.click("#epochs th:nth-child(4) button")
        self.assertEqual(page.value(column), sorted(page.value(column)))

    def test_a_file_list_can_be_copied(self):
        page = self.browser.open(self.page)
        self.assertGreater(page.value("document.querySelectorAll('.files button.copy').length"), 3)
        self.assertIn("/photos/", page.value("document.querySelector('.files textarea').value"))

    def test_names_are_never_markup(self):
        page = self.browser.open(self.page)
        self.assertIn("rose <b>", page.value("document.querySelector('#class-table').textContent"))
        self.assertIn("向日葵", page.value("document.querySelector('.matrix').textContent"))

    def english_in(self, name):
        """Runs of three English words that a reader of a Chinese page sees, without names, commands and keys."""
        page = self.browser.open(self.page.parent / name)
        self.assertEqual(page.errors(), [])
        self.assertEqual(page.value("document.documentElement.lang"), "zh-Hans")
        texts = page.value("""(() => {
            for (const e of document.querySelectorAll('code, pre, textarea, style, script, .file')) e.remove();
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
            while (walk.nextNode()) texts.push(walk.currentNode.textContent);
            for (const e of document.querySelectorAll('[aria-label]')) texts.push(e.getAttribute('aria-label'));
            for (const e of document.querySelectorAll('[alt]')) texts.push(e.alt);
            return texts; })()""")
        return [t for t in texts if re.search(r"[A-Za-z][a-z]+ [a-z]+ [a-z]+", t) and "alexnet " not in t]

    def test_speaks_chinese(self):
        folder = self.page.parent
        subprocess.run([PROGRAM, "report", "run", "--lang", "zh", "--to", "run/zh.html"], cwd=folder.parent, check=True,
                       capture_output=True)
        self.assertEqual(self.english_in("zh.html"), [])
        page = self.browser.open(folder / "zh.html")
        self.assertIn("lenet5 区分 photos 的 3 个类别", page.value("document.querySelector('h1').textContent"))

    def test_the_page_of_a_check_speaks_chinese(self):
        folder = self.page.parent
        subprocess.run([PROGRAM, "check", "photos", "--lang", "zh", "--report", "run/check.html"], cwd=folder.parent,
                       check=True, capture_output=True)
        self.assertEqual(self.english_in("check.html"), [])


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
