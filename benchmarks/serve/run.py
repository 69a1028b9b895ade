#!/usr/bin/env python3
"""Photos a second and waiting times of `alexnet serve`, beside ONNX Runtime behind FastAPI and uvicorn: the same weights of
torchvision's network, the same photos, the same load generator, in turn.

Makes a virtual environment with the peer's packages in --venv where it is missing. The load generator works on the same
machine: both services pay for it.
"""

import argparse
import asyncio
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "serve"))
import load  # noqa: E402
from served import free_port  # noqa: E402

PACKAGES = ["fastapi==0.165.0", "uvicorn[standard]==0.54.0", "onnxruntime==1.32.0", "onnx==1.23.2", "safetensors==0.8.0",
            "pillow==13.0.0", "numpy"]
MAKE_PHOTOS = """
import pathlib, random, sys
from PIL import Image
for i in range(24):
    noise = random.Random(i)
    photo = Image.frombytes("RGB", (50, 40), noise.randbytes(6000)).resize((500, 400), Image.Resampling.BICUBIC)
    place = pathlib.Path(sys.argv[1]) / ("even", "odd")[i % 2]
    place.mkdir(parents=True, exist_ok=True)
    photo.save(place / f"{i}.jpg", quality=88)
"""


def environment(folder):
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def started(command, address):
    """The process, when it answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return process
        except urllib.error.HTTPError:
            return process
        except OSError:
            if process.poll() is not None:
                sys.exit(f"{command[0]} ended with status {process.returncode}")
            asyncio.run(asyncio.sleep(0.1))
    sys.exit(f"{address} never answered")


def answers(port, photos):
    """Name and probability of each class, of each photo."""
    async def ask():
        found = []
        for photo in photos:
            connection = load.Connection("127.0.0.1", port)
            status, body = await connection.ask(load.head_of(len(photo), port=port), photo)
            assert status == 200, body
            found.append(dict(load.answer_of(body)))
            connection.close()
        return found
    return asyncio.run(ask())


def processor():
    return re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/release/alexnet")
    parser.add_argument("--venv", type=pathlib.Path, default=HERE / ".venv")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--seconds", type=float, default=10, help="of each run (default: 10)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turn (default: 3)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)),
                        help="that compute, of both (default: the cores of this process)")
    arguments = parser.parse_args()
    python = environment(arguments.venv)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([python, "-c", MAKE_PHOTOS, folder / "photos"], check=True)
        subprocess.run([arguments.program, "train", "photos", "--network", "torchvision", "--epochs", "1", "--batch", "8",
                        "--run", "run"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        photos = [path.read_bytes() for path in sorted((folder / "photos").rglob("*.jpg"))]
        ours, theirs = free_port(), free_port()
        processes = [
            started([arguments.program, "serve", folder / "run", "--port", str(ours), "--threads",
                     str(arguments.threads)], f"http://127.0.0.1:{ours}/readyz"),
            started([python, HERE / "peer.py", folder / "run" / "model.safetensors", str(theirs),
                     str(arguments.threads)], f"http://127.0.0.1:{theirs}/docs")]
        try:
            measure(arguments, photos, ours, theirs)
        finally:
            for process in processes:
                process.terminate()
                process.wait()


def medians_of(arguments, connections, photos, runs):
    """Photos a second, p50 and p99 of each (port, with explanations), taken in turn."""
    columns = {run: [] for run in runs}
    for turn in range(arguments.rounds + 1):  # the first one warms up
        for port, explain in runs:
            report = asyncio.run(load.run("127.0.0.1", port, photos, connections, arguments.seconds if turn else 2,
                                          explain=explain))
            assert not report.wrong, report.wrong[0]
            if turn:
                columns[port, explain].append((report.photos_a_second, report.percentile(0.5), report.percentile(0.99)))
    return [[statistics.median(column) for column in zip(*columns[run])] for run in runs]


def compare(arguments, photos, names, runs):
    print("| connections | | photos/s | p50 ms | p99 ms |\n|---|---|---|---|---|")
    for connections in arguments.connections:
        medians = medians_of(arguments, connections, photos, runs)
        for name, (speed, p50, p99) in zip(names, medians):
            print(f"| {connections} | {name} | {speed:.1f} | {p50:.0f} | {p99:.0f} |")
        one, other = medians
        print(f"| {connections} | ratio | {one[0] / other[0]:.2f} | {one[1] / other[1]:.2f} | {one[2] / other[2]:.2f} |",
              flush=True)


def measure(arguments, photos, ours, theirs):
    said = [answers(port, photos) for port in (ours, theirs)]
    largest = max(abs(one[name] - other[name]) for one, other in zip(*said) for name in one)
    assert largest < 2e-3, f"the two do not compute the same: {largest}"
    print(f"{processor()}, {arguments.threads} threads; probabilities differ by {largest:.1e} at most", flush=True)
    compare(arguments, photos, ["alexnet serve", "ONNX Runtime"], [(ours, False), (theirs, False)])
    compare(arguments, photos, ["with one explanation always under way", "without"], [(ours, True), (ours, False)])


if __name__ == "__main__":
    main()
