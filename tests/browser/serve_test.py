#!/usr/bin/env python3
"""The page of `alexnet serve` in a browser: a photo is named and explained, in both languages, on a phone, in the dark,
by keyboard, without an error of the console or a request to anywhere else.

serve_test.py PROGRAM [FOLDER FOR SCREENSHOTS]
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from browser import Browser, Page  # noqa: E402
from small_run import make_photos  # noqa: E402

PROGRAM = None
SCREENSHOTS = None

# A file comes in as a dropped or chosen one does: fetch() would be an outside request to no avail.
DROP = """(async () => {
  const bytes = Uint8Array.from(atob(%s), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], 'photo.png', { type: 'image/png' }));
  document.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
})()"""


def train(folder):
    """A network of every common kind of layer, trained for a moment."""
    make_photos(folder / "photos", {"daisy": (120, 40, 40), "rose <b>": (40, 120, 40), "向日葵": (40, 40, 120)})
    layers = [{"kind": "normalize", "name": "normalize"},
              {"kind": "conv2d", "name": "conv1", "filters": 8, "kernel": 5, "padding": "same"},
              {"kind": "relu", "name": "relu1"},
              {"kind": "lrn", "name": "lrn1", "alpha": 0.1},
              {"kind": "max_pool2d", "name": "pool1", "window": 3, "stride": 2},
              {"kind": "conv2d", "name": "conv2", "filters": 8, "kernel": 3, "groups": 2, "padding": "same"},
              {"kind": "batch_norm", "name": "bn2"},
              {"kind": "relu", "name": "relu2"},
              {"kind": "avg_pool2d", "name": "pool2", "window": 3, "stride": 2},
              {"kind": "flatten", "name": "flatten"},
              {"kind": "dense", "name": "fc3", "units": 16},
              {"kind": "tanh", "name": "tanh3"},
              {"kind": "dropout", "name": "drop3"},
              {"kind": "dense", "name": "fc4", "units": 3}]
    (folder / "net.json").write_text(json.dumps(
        {"schema": "alexnet.network", "version": 1, "name": "small", "input": [3, 32, 32], "output": "probabilities",
         "layers": layers}))
    subprocess.run([PROGRAM, "train", "photos", "--network", "net.json", "--epochs", "2", "--batch", "8", "--run",
                    "run"], cwd=folder, check=True, capture_output=True)


class Serve(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        train(cls.folder)
        cls.server = subprocess.Popen([PROGRAM, "serve", "run", "--port", "0", "--photos", "photos", "--corrections",
                                       "kept"], cwd=cls.folder, stdout=subprocess.PIPE, text=True)
        cls.address = cls.server.stdout.readline().strip()
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.server.terminate()
        assert cls.server.wait(30) == 0
        cls.server.stdout.close()
        cls.temporary.cleanup()

    def open(self, query="", width=1100, dark=False):
        page = Page(self.browser, self.address + query, width, 900, True, dark)
        page.wait_for("document.querySelector('#model').textContent !== ''")
        return page

    def drop(self, page, bytes_=None):
        import base64
        data = bytes_ if bytes_ is not None else (self.folder / "photos" / "daisy" / "3.png").read_bytes()
        page.value(DROP % json.dumps(base64.b64encode(data).decode()))

    def named(self, query="", width=1100, dark=False):
        page = self.open(query, width, dark)
        self.drop(page)
        page.wait_for("!document.querySelector('#walk').hidden && !document.querySelector('#heat-controls').hidden")
        page.wait_for("!document.querySelector('#similar').hidden")
        return page

    def check_clean(self, page):
        self.assertEqual(page.errors(), [])
        for address in page.requests():
            self.assertTrue(address.startswith((self.address, "blob:" + self.address)), address)

    def screenshot(self, page, name):
        if SCREENSHOTS:
            page.screenshot(SCREENSHOTS / f"{name}.png", full=True)

    def open_all(self, page):
        page.value("document.querySelectorAll('details.layer').forEach((d) => { d.open = true; })")
        page.wait_for("[...document.querySelectorAll('details.layer .body')].every((b) => b.childElementCount > 0)")

    def test_names_a_photo_and_shows_where_and_how(self):
        page = self.named()
        names = page.value("[...document.querySelectorAll('#bars .name')].map((e) => e.textContent)")
        self.assertEqual(sorted(names), sorted(["daisy", "rose <b>", "向日葵"]))
        self.assertIn(names[0], page.value("document.querySelector('#said').textContent"))
        self.assertNotEqual(page.value("document.querySelector('#confidence').textContent"), "")
        self.assertEqual(page.value("document.querySelectorAll('#similar-photos img').length"), 5)
        self.open_all(page)
        layers = page.value("[...document.querySelectorAll('details.layer h3')].map((e) => e.textContent)")
        self.assertEqual(layers[1:4], ["normalize", "conv1", "relu1"])
        self.assertEqual(len(layers), 16)
        self.screenshot(page, "wide")
        self.check_clean(page)

    def test_stays_within_a_phone_and_in_the_dark_in_both_languages(self):
        for language in ("en", "zh"):
            page = self.named(f"?lang={language}", width=360, dark=True)
            self.open_all(page)
            self.assertLessEqual(page.value("document.documentElement.scrollWidth"),
                                 page.value("document.documentElement.clientWidth"))
            self.assertEqual(page.value("document.documentElement.lang"), "zh-CN" if language == "zh" else "en")
            self.assertLess(page.value("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"), 60)
            small = page.value("[...document.querySelectorAll('button, select, input:not([type=file]):not([type=range])"
                               ":not([type=checkbox]), label:has([type=checkbox]), summary')].filter((e) => e.offsetHeight > 0 && e.offsetHeight < 44).map((e) => "
                               "e.outerHTML.slice(0, 80))")
            self.assertEqual(small, [])
            self.screenshot(page, f"phone-{language}")
            self.check_clean(page)

    def test_the_place_moves_with_the_arrow_keys_and_stands_in_the_address(self):
        page = self.named()
        page.value("document.querySelector('#layer-conv1 .pad').focus()")
        before = page.value("[...document.querySelectorAll('#layer-conv1 input')].map((e) => Number(e.value))")
        key = "ArrowLeft" if before[2] > 15 else "ArrowRight"
        for kind in ("keyDown", "keyUp"):
            page.send("Input.dispatchKeyEvent", type=kind, key=key, code=key)
        column = before[2] + (1 if key == "ArrowRight" else -1)
        page.wait_for(f"location.hash.includes('column={column}')")
        self.assertTrue(page.value("document.activeElement.matches('#layer-conv1 .pad')"))
        self.assertIn("conv1", page.value("document.querySelector('#said').textContent"))
        again = self.named(page.value("location.hash"))
        again.wait_for(f"document.querySelectorAll('#layer-conv1 input')[2]?.value === '{column}'")
        self.check_clean(page)

    def test_shown_numbers_add_up(self):
        page = self.named()
        self.open_all(page)
        number = ("(text) => Number(text.replaceAll('\\u2212', '-'))")
        sums = page.value(
            f"(() => {{ const n = {number}; return [...document.querySelectorAll('#layer-conv1 .channel')].length; }})()")
        self.assertEqual(sums, 3)
        rows = page.value(f"""(() => {{ const n = {number};
            const table = [...document.querySelectorAll('#layer-conv1 .example table')].find((t) => t.querySelector('strong'));
            return [...table.tBodies[0].rows].map((r) => n(r.cells[1].textContent)); }})()""")
        self.assertAlmostEqual(sum(rows[:-1]), rows[-1], delta=2e-3 * max(map(abs, rows)))
        shares = page.value("""[...document.querySelectorAll('#layer-softmax tbody tr')]
            .map((r) => parseFloat(r.cells[3].textContent.replace(/[<>] /, '')))""")
        self.assertAlmostEqual(sum(shares), 100, delta=0.3)

    def test_a_photo_of_the_service_may_be_tried(self):
        page = self.open()
        page.wait_for("document.querySelectorAll('#sample-photos img').length === 6")
        page.value("document.querySelector('#sample-photos button').click()")
        page.wait_for("!document.querySelector('#result').hidden")
        self.assertEqual(page.value("document.querySelector('#photo').naturalWidth"), 32)
        self.check_clean(page)

    def test_a_live_camera_gives_photos(self):
        page = self.open()
        page.value("document.querySelector('#camera').click()")
        page.wait_for("document.querySelector('#camera-video').videoWidth > 0")
        page.value("document.querySelector('#camera-shoot').click()")
        page.wait_for("!document.querySelector('#result').hidden")
        self.assertGreater(page.value("document.querySelector('#photo').naturalWidth"), 32)
        self.assertFalse(page.value("document.querySelector('#camera-view').open"))
        self.assertEqual(page.value("document.querySelector('#camera-video').srcObject"), None)
        self.check_clean(page)

    def test_a_wrong_name_is_put_right_after_a_clear_yes(self):
        page = self.named()
        said = page.value("document.querySelector('#bars .name').textContent")
        page.value("document.querySelector('#wrong summary').click()")
        names = page.value("[...document.querySelectorAll('#right option')].map((e) => e.value)")
        self.assertEqual(sorted(names), sorted(["", "daisy", "rose <b>", "向日葵"][:1] + [
            name for name in ("daisy", "rose <b>", "向日葵") if name != said]))
        page.value(f"document.querySelector('#right').value = {json.dumps(names[-1])}")
        press = "document.querySelector('#wrong-form button').click()"
        page.value(press)
        self.assertFalse((self.folder / "kept").exists())  # the box is not ticked
        page.value("document.querySelector('#wrong-yes').click()")
        page.value(press)
        page.wait_for("document.querySelector('#wrong-done').textContent !== ''")
        kept = list((self.folder / "kept" / names[-1]).iterdir())
        self.assertEqual([one.read_bytes() for one in kept],
                         [(self.folder / "photos" / "daisy" / "3.png").read_bytes()])
        self.screenshot(page, "wrong")
        self.check_clean(page)

    def test_towers_are_drawn(self):
        page = self.named()
        self.assertEqual(page.value("[...document.querySelectorAll('.towers text')].map((e) => e.textContent)"),
                         ["conv1", "conv2, tower 1", "conv2, tower 2", "fc3", "fc4"])
        self.assertEqual(page.value("document.querySelectorAll('.towers line').length"), 5)
        self.screenshot(page, "towers")
        self.assertIn("conv2 (2)", page.value("document.querySelector('.towers').getAttribute('aria-label')"))

    def test_shows_the_card_of_the_model_in_the_readers_language(self):
        for language, heading in (("en", "Results"), ("zh", "结果")):
            page = self.open(f"?lang={language}", width=360)
            page.value("document.querySelector('#card-link').click()")
            page.wait_for("document.querySelector('#card').open")
            self.assertIn("small", page.value("document.querySelector('#card-title').textContent"))
            self.assertIn(heading, page.value("[...document.querySelectorAll('#card h3')].map((e) => e.textContent)"))
            self.assertIn("向日葵", page.value("document.querySelector('#card-text').textContent"))
            self.assertLessEqual(page.value("document.documentElement.scrollWidth"),
                                 page.value("document.documentElement.clientWidth"))
            self.screenshot(page, f"card-{language}")
            self.check_clean(page)

    def test_speaks_clearly_of_what_it_cannot_read(self):
        page = self.open()
        self.drop(page, b"this is no photo")
        page.wait_for("!document.querySelector('#trouble').hidden")
        self.assertIn("JPEG", page.value("document.querySelector('#trouble').textContent"))
        self.drop(page, b"\0\0\0\x18ftypheic\0\0\0\0")
        page.wait_for("document.querySelector('#trouble').textContent.includes('HEIC')")
        self.drop(page)
        page.wait_for("!document.querySelector('#result').hidden")
        self.assertTrue(page.value("document.querySelector('#trouble').hidden"))

    def test_the_convolution_by_hand_follows_its_fields(self):
        page = self.open()
        self.assertIn("= 3", page.value("document.querySelector('#toy-figures p').textContent"))
        choose = ("(() => {{ const e = document.querySelectorAll('#toy {0}')[{1}]; e.value = '{2}';"
                  " e.dispatchEvent(new Event('{3}', {{bubbles: true}})); }})()")
        page.value(choose.format("select", 0, "SAME", "change"))
        self.assertIn("ceil(7 / 2) = 4", page.value("document.querySelector('#toy-figures p').textContent"))
        page.value(choose.format("select", 0, "VALID", "change"))
        page.value(choose.format("input", 0, "3", "input"))
        page.value(choose.format("input", 1, "5", "input"))
        self.assertTrue(page.value("document.querySelector('#toy-figures .banner') !== null"))
        self.check_clean(page)

    def test_everything_has_a_name_for_a_screen_reader(self):
        page = self.named()
        self.open_all(page)
        nodes = page.send("Accessibility.getFullAXTree")["nodes"]
        nameless = [n["role"]["value"] for n in nodes if not n.get("ignored")
                    and n["role"]["value"] in ("button", "combobox", "textbox", "spinbutton", "slider", "image", "link")
                    and not n.get("name", {}).get("value")]
        self.assertEqual(nameless, [])
        levels = page.value("[...document.querySelectorAll('h1, h2, h3, h4, h5')].filter((e) => e.offsetHeight > 0)"
                            ".map((e) => Number(e.tagName[1]))")
        self.assertEqual(levels[0], 1)
        for first, second in zip(levels, levels[1:]):
            self.assertLessEqual(second, first + 1, levels)


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        SCREENSHOTS = pathlib.Path(sys.argv.pop(1))
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    unittest.main()
