"""`alexnet serve` for the tests in Python: a small model of its own, and packages of PyPI where one asks for them."""

import pathlib
import socket
import subprocess
import sys
import urllib.request
import venv

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "browser"))
import small_run  # noqa: E402

SKIPPED = 77  # what ctest takes for a test that could not run


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Served:
    """A service on a free port over a model in `folder` (made where it is not there), until the end of `with`."""

    def __init__(self, program, folder, *options):
        program, folder = pathlib.Path(program).resolve(), pathlib.Path(folder)
        if not (folder / "run").exists():
            small_run.train(program, folder)
        self._process = subprocess.Popen([program, "serve", "run", "--port", "0", *options], cwd=folder,
                                         stdout=subprocess.PIPE, text=True)
        self.address = self._process.stdout.readline().strip()
        self.port = int(self.address.rstrip("/").rpartition(":")[2])
        self.photos = [path.read_bytes() for path in sorted((folder / "photos").rglob("*.png"))]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self._process.terminate()
        status = self._process.wait(30)
        self._process.stdout.close()
        assert kind is not None or status == 0, f"the service ended with status {status}"

    @property
    def resident_bytes(self):
        status = pathlib.Path(f"/proc/{self._process.pid}/status").read_text()
        return 1024 * int(status.partition("VmRSS:")[2].split()[0])

    def get(self, path):
        with urllib.request.urlopen(self.address.rstrip("/") + path, timeout=30) as answer:
            return answer.status, answer.read()


def packages(folder, *wanted):
    """The Python of a virtual environment with these packages, made once; skips where they cannot be had."""
    python = pathlib.Path(folder) / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    got = subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted],
                         capture_output=True, text=True)
    if got.returncode != 0:
        skip(f"{' '.join(wanted)} cannot be installed: {got.stderr.strip().splitlines()[-1]}")
    return python
