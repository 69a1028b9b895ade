#!/usr/bin/env python3
"""The page of `alexnet watch` in a browser: no error, no request to elsewhere, and a run shows what it holds.

watch_test.py PROGRAM
"""

import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from browser import Browser  # noqa: E402
from small_run import train  # noqa: E402

PROGRAM = None


class Watch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()  # first: it skips the test where there is none
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        for run in ("runs/first", "runs/second"):
            train(PROGRAM, folder, run)
        cls.server = subprocess.Popen([PROGRAM, "watch", "runs", "--port", "0"], cwd=folder, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)
        cls.address = None
        while cls.address is None:
            line = cls.server.stdout.readline()
            if line == "":
                raise RuntimeError("watch has ended")
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            cls.address = found and found.group(0)

    @classmethod
    def tearDownClass(cls):
        cls.server.send_signal(signal.SIGTERM)
        cls.server.wait(20)
        cls.server.stdout.close()
        cls.browser.__exit__()
        cls.folder.cleanup()

    def page(self, run=None, **options):
        page = self.browser.open(self.address + (f"#run={run}" if run else ""), **options)
        page.wait_for("document.querySelectorAll('#runs tbody tr').length === 2")
        return page

    def quiet(self, page):
        self.assertEqual(page.errors(), [])
        self.assertEqual([r for r in page.requests() if not r.startswith(self.address)], [])

    def test_opens_at_every_size_light_and_dark(self):
        for width in (360, 800, 1600):
            for dark in (False, True):
                page = self.page("first", width=width, dark=dark)
                page.wait_for("!document.querySelector('#one').hidden && document.querySelector('#chart').complete")
                self.quiet(page)
                self.assertLessEqual(page.value("document.documentElement.scrollWidth"), width)
                light = page.value("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]")
                self.assertEqual(light > 128, not dark)

    def test_shows_a_run(self):
        page = self.page("first")
        page.wait_for("document.querySelectorAll('#epochs tbody tr').length === 3")
        self.assertGreater(page.value("document.querySelector('#chart').naturalWidth"), 300)
        page.wait_for("document.querySelector('#filter-picture').naturalWidth > 0")
        self.assertIn("lenet5", page.value("document.querySelector('#log').textContent"))
        page.value("document.querySelector('#wrong-part').open = true")
        wrong = page.value("[...document.querySelectorAll('#wrong tbody tr')].map(r => r.cells[0].textContent)")
        self.assertGreater(len(wrong), 0)
        self.assertRegex(wrong[0], r"/\d+\.png$")
        self.assertIn("first", page.value("document.querySelector('#one-title').textContent"))
        self.quiet(page)

    def test_shows_what_layers_do_and_keeps_a_note(self):
        page = self.page("first")
        page.wait_for("document.querySelectorAll('#layers tbody tr').length > 0")
        page.value("document.querySelector('#layers-part').open = true")
        rows = page.value("[...document.querySelectorAll('#layers tbody tr')].map(r => r.cells[0].textContent)")
        self.assertIn("conv1", rows)
        self.assertEqual(page.value("document.querySelectorAll('#layers svg polyline').length"), 2 * len(rows))
        page.value("document.querySelector('#note').value = 'the <b>first</b> try'")
        page.click("#note-form button")
        page.wait_for("document.querySelector('#runs .note')?.textContent === 'the <b>first</b> try'")
        self.quiet(page)

    def test_compares_two_runs(self):
        page = self.page("first&run=second")
        page.wait_for("document.querySelectorAll('#classes tbody tr').length === 3")
        self.assertIn("向日葵", page.value("document.querySelector('#classes').textContent"))
        self.assertIn("rose <b>", page.value("document.querySelector('#classes').textContent"))
        self.quiet(page)

    def test_a_run_is_chosen_and_filtered(self):
        page = self.page()
        page.click("#runs [data-run=second]")
        page.wait_for("location.hash === '#run=second'")
        page.value("document.querySelector('#filter').value = 'fir';"
                   "document.querySelector('#filter').dispatchEvent(new Event('input'))")
        self.assertEqual(page.value("[...document.querySelectorAll('#runs [data-run]')].map(b => b.dataset.run)"),
                         ["first"])
        self.quiet(page)

    def test_speaks_chinese(self):
        page = self.page("first")
        page.value("document.querySelector('#language').value = 'zh';"
                   "document.querySelector('#language').dispatchEvent(new Event('change'))")
        self.assertEqual(page.value("document.documentElement.lang"), "zh-Hans")
        self.assertRegex(page.value("document.querySelector('#runs-title').textContent"), "[\u4e00-\u9fff]")
        page.value("localStorage.clear()")
        self.quiet(page)


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
