#!/usr/bin/env python3
"""Photos a second, waiting times and first answers of `alexnet serve`, beside ONNX Runtime and PyTorch behind FastAPI and
uvicorn: the same weights of torchvision's network, the same photos, the same load generator, in turn; writes docs/serve.md.

    benchmarks/serve/run.py                    # everything, in six minutes: builds, makes the environment, measures
    benchmarks/serve/run.py --parts speed --rounds 5 --no-write

The load generator works on the same machine: all services pay for it. For figures that count, leave the machine alone.
"""

import argparse
import asyncio
import contextlib
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "tests" / "serve")]

import load  # noqa: E402
import peers  # noqa: E402
from pages import write_part  # noqa: E402
from rows import ratio_words, seconds_table  # noqa: E402
from served import free_port  # noqa: E402

PAGE = peers.ROOT / "docs" / "serve.md"
PACKAGES = ["fastapi==0.165.0", "uvicorn[standard]==0.54.0", "onnxruntime==1.32.0", "onnx==1.23.2", "safetensors==0.8.0",
            "pillow==13.0.0"]
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
OURS, PEER, AUTO = "`alexnet serve`, f32", "ONNX Runtime, f32", "`alexnet serve`, auto ({})"


class Bench:
    """What is measured with what, in a folder of its own."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.python = peers.python_of(options.venv)
        self.model, self.integers = folder / "run" / "model.safetensors", folder / "i8.safetensors"
        peers.run([self.python, "-c", MAKE_PHOTOS, folder / "photos"])
        self.alexnet("train", "photos", "--network=torchvision", "--epochs=1", "--batch=8", "--run=run", "--progress=none")
        self.alexnet("export", "run", "--to", self.integers, "--precision=i8", "--calibrate=photos")
        peers.run([self.python, HERE.parent / "compare" / "make_onnx.py", self.model, folder / "alexnet.onnx"])
        self.photos = [path.read_bytes() for path in sorted((folder / "photos").rglob("*.jpg"))]

    def alexnet(self, *words):
        subprocess.run([self.options.program, *words], cwd=self.folder, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def ours(self, port, model, precision):
        return [self.options.program, "serve", model, "--port", str(port), "--threads", str(self.options.threads),
                "--precision", precision], None

    def peer(self, port, engine):
        weights = self.model if engine == "torch" else self.folder / "alexnet.onnx"
        return [self.python, HERE / "peer.py", engine, self.model, weights, str(port),
                str(self.options.threads)], peers.environment(self.options.venv)

    @contextlib.contextmanager
    def running(self, command, port):
        """Seconds from the start of a service until it had answered a first photo."""
        words, variables = command
        began = time.perf_counter()
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, env=variables)
        try:
            while first_answer(port, self.photos[0]) is None:
                if process.poll() is not None:
                    sys.exit(f"{words[0]} ended with status {process.returncode}")
                time.sleep(0.005)
            yield time.perf_counter() - began
        finally:
            process.terminate()
            process.wait()


def first_answer(port, photo):
    """None where nobody listens yet."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/predict", photo, {"Content-Type": "image/jpeg"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit(f"the first answer is {error.code}: {error.read()[:300]!r}")
    except OSError:
        return None


def probabilities(port, photos):
    """Of each class, of each photo."""
    return [dict(load.answer_of(json.dumps(first_answer(port, photo)))) for photo in photos]


def loads(bench, connections, runs):
    """Photos a second, p50 and p99 of each run (port, with explanations, are answers checked), a row a round, in turn."""
    found = [[] for _ in runs]
    for turn in range(bench.options.rounds + 1):  # the first one warms up
        for rows, (port, explain, check) in zip(found, runs):
            report = asyncio.run(load.run("127.0.0.1", port, bench.photos, connections,
                                          bench.options.seconds if turn else 2, explain=explain, check=check))
            assert not report.wrong, report.wrong[0]
            if turn:
                rows.append((report.photos_a_second, report.percentile(0.5), report.percentile(0.99)))
    return found


def ratios(ours, theirs):
    """Of runs side by side: speed, p50, p99, in words."""
    return [ratio_words([a / b for a, b in zip(one, other)]) for one, other in zip(zip(*ours), zip(*theirs))]


def table(bench, names, runs, compared):
    """`compared`: pairs of runs, the second of which the first is divided by."""
    lines = ["| connections | | photos/s | p50 ms | p99 ms |", "|---|---|---|---|---|"]
    for connections in bench.options.connections:
        found = loads(bench, connections, runs)
        for name, rows in zip(names, found):
            speed, p50, p99 = (statistics.median(column) for column in zip(*rows))
            lines.append(f"| {connections} | {name} | {speed:.1f} | {p50:.0f} | {p99:.0f} |")
        for one, other in compared:
            speed, p50, p99 = ratios(found[one], found[other])
            lines.append(f"| {connections} | ratio, {names[one]} | {speed} | {p50} | {p99} |")
    return "\n".join(lines)


def speed(bench):
    ours, peer, auto = free_port(), free_port(), free_port()
    with bench.running(bench.ours(ours, bench.model, "f32"), ours), bench.running(bench.peer(peer, "onnxruntime"), peer), \
            bench.running(bench.ours(auto, bench.integers, "auto"), auto):
        said = [probabilities(port, bench.photos) for port in (ours, peer)]
        largest = max(abs(one[name] - other[name]) for one, other in zip(*said) for name in one)
        assert largest < 2e-3, f"the two do not compute the same: {largest}"
        with urllib.request.urlopen(f"http://127.0.0.1:{auto}/v1/model") as answer:
            precision = json.load(answer)["model"]["precision"]
        lines = table(bench, [OURS, PEER, AUTO.format(precision)],
                      [(ours, False, True), (peer, False, True), (auto, False, False)], [(0, 1), (2, 1)])
        return f"Probabilities at f32 differ by {largest:.0e} at most.\n\n{lines}"


def explanations(bench):
    port = free_port()
    with bench.running(bench.ours(port, bench.model, "f32"), port):
        return table(bench, ["one explanation always under way", "none"], [(port, True, True), (port, False, True)],
                     [(0, 1)])


def cold(bench):
    times = {"alexnet serve": [], "Python with torch": [], "Python with onnxruntime": []}
    for turn in range(bench.options.rounds + 1):  # the first one brings the files into memory
        for name, rows in times.items():
            port = free_port()
            command = bench.ours(port, bench.model, "f32") if name == "alexnet serve" else bench.peer(port, name.split()[-1])
            with bench.running(command, port) as seconds:
                if turn:
                    rows.append(seconds)
    return seconds_table("service", times)


PARTS = {"speed": speed, "explanations": explanations, "cold": cold}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--seconds", type=float, default=6, help="of each run (default: 6)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turn (default: 3)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)),
                        help="that compute, of each service (default: the cores of this process)")
    parser.add_argument("--no-write", action="store_true", help="print the tables only")
    parser.add_argument("--venv", type=pathlib.Path, default=peers.BENCHMARKS / ".venv")
    parser.add_argument("--program", type=pathlib.Path, help="an alexnet that is built already")
    parser.add_argument("--build", type=pathlib.Path, default=peers.ROOT / "build" / "benchmarks")
    options = parser.parse_args()
    options.venv = options.venv.absolute()
    peers.make_environment(options.venv)
    peers.pip(options.venv, *PACKAGES)
    options.program = (options.program or peers.build_command(options.build)).absolute()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(options, pathlib.Path(name))
        machine = peers.run_json([options.program, "bench", "lenet5", "--steps=1", "--json"])["backend"]
        head = f"{datetime.date.today().isoformat()}, {machine[0]}, {machine[1]}, {options.threads} threads."
        for part in options.parts:
            words = f"{head}\n\n{PARTS[part](bench)}"
            print(f"{part}\n\n{words}\n", flush=True)
            if not options.no_write:
                write_part(PAGE, f"serve {part}", words + "\n")


if __name__ == "__main__":
    main()
