"""Drives Debian's chromium through its own pipe: no package beside it and Python is needed.

    with Browser() as browser:
        page = browser.open(pathlib.Path("report.html"))
        page.value("document.title")
"""

import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77  # what ctest takes for a test that could not run


class Browser:
    def __init__(self, dark=False):
        program = shutil.which("chromium")
        if program is None:
            print("skipped: chromium is not there (Debian's package chromium)")
            sys.exit(SKIPPED)
        self._profile = tempfile.TemporaryDirectory()
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        # The browser reads commands from 3 and writes answers to 4.
        command = [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
                   "--disable-extensions", "--no-first-run", "--use-fake-device-for-media-stream",
                   "--use-fake-ui-for-media-stream", f"--user-data-dir={self._profile.name}"]
        if dark:
            command.append("--blink-settings=preferredColorScheme=0")

        def place_pipes():
            # Copies above 10 first: one of the two may be 3 or 4 itself.
            read, write = os.dup2(to_browser, 10), os.dup2(from_browser, 11)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self._process = subprocess.Popen(command, preexec_fn=place_pipes, close_fds=False,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self._numbers = itertools.count(1)
        self._buffer = b""
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close")
        except (EOFError, BrokenPipeError):
            pass
        self._process.wait(20)
        os.close(self._write)
        os.close(self._read)
        self._profile.cleanup()

    def _message(self):
        while b"\0" not in self._buffer:
            piece = os.read(self._read, 1 << 20)
            if not piece:
                raise EOFError("chromium has ended")
            self._buffer += piece
        text, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(text)

    def send(self, method, session=None, **parameters):
        """The answer of a command; events on the way are kept in `events`."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def open(self, place, width=800, height=900, scripts=True, dark=False):
        """A file, or an address that begins with http."""
        is_address = str(place).startswith("http")
        address = place if is_address else pathlib.Path(place).resolve().as_uri()
        return Page(self, address, width, height, scripts, dark)


class Page:
    """A page in a tab of its own, loaded."""

    def __init__(self, browser, address, width, height, scripts, dark):
        self._browser = browser
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.send("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.send("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.address = address
        self.send("Page.navigate", url=address)
        end = time.monotonic() + 60
        while not any(e["method"] == "Page.loadEventFired" for e in self._events()):
            if time.monotonic() > end:
                raise TimeoutError(address)
            self.value("0")
            time.sleep(0.05)

    def _events(self):
        return [e for e in self._browser.events if e.get("sessionId") == self._session]

    def send(self, method, **parameters):
        return self._browser.send(method, self._session, **parameters)

    def value(self, expression):
        """What a JavaScript expression gives, with the page's own scripts on or off."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", expression))
        return answer["result"].get("value")

    def click(self, selector):
        """Presses the mouse on the middle of an element, as a reader does."""
        place = self.value(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center'}});"
            " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
        self.value("new Promise(done => setTimeout(done, 100))" if self.scripts_run() else "0")
        time.sleep(0.2)

    def scripts_run(self):
        return self.value("document.querySelector('button.copy') !== null")

    def errors(self):
        """Messages of the console and errors of the page."""
        found = []
        for event in self._events():
            kind = event["method"]
            if kind == "Runtime.exceptionThrown":
                found.append(event["params"]["exceptionDetails"].get("text", "an exception"))
            elif kind == "Runtime.consoleAPICalled" and event["params"]["type"] in ("error", "warning", "assert"):
                found.append(str(event["params"]["args"]))
            elif kind == "Log.entryAdded" and event["params"]["entry"]["level"] in ("error", "warning"):
                found.append(event["params"]["entry"]["text"])
        return found

    def requests(self):
        """Addresses that were asked for, without the page's own and those that stand in it."""
        asked = [e["params"]["request"]["url"] for e in self._events() if e["method"] == "Network.requestWillBeSent"]
        return [a for a in asked if a.partition("#")[0] != self.address and not a.startswith("data:")]

    def wait_for(self, expression, seconds=20):
        """Until a JavaScript expression is true."""
        end = time.monotonic() + seconds
        while not self.value(expression):
            if time.monotonic() > end:
                raise TimeoutError(f"{expression}; {[error[:300] for error in self.errors()]}")
            time.sleep(0.1)

    def screenshot(self, path, full=False, clip=None):
        """`clip`: left, top, width and height on the page."""
        import base64
        options = {"captureBeyondViewport": full or clip is not None}
        if clip is not None:
            options["clip"] = dict(zip(("x", "y", "width", "height"), clip), scale=1)
        answer = self.send("Page.captureScreenshot", format="png", **options)
        pathlib.Path(path).write_bytes(base64.b64decode(answer["data"]))

    def pdf(self, path):
        import base64
        answer = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        pathlib.Path(path).write_bytes(base64.b64decode(answer["data"]))
