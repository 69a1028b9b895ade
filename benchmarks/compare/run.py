#!/usr/bin/env python3
"""Our speed beside that of PyTorch, ONNX Runtime and OpenVINO on this machine, all in one run; writes docs/performance.md.

    benchmarks/compare/run.py                    # everything: builds, makes the environment, measures
    benchmarks/compare/run.py --parts inference shell --rounds 3 --no-write
    benchmarks/compare/run.py --processor amx --parts training training-bf16

Speeds drift with what else a machine does, so all run in turn, and each ratio is that of runs side by side: above 1 we are
faster. Equal threads and batches on all sides, float32 but for the part `integers` and the parts `-bf16`, which are for
processors with AMX and run when they are named. For figures that count, leave the machine alone.
"""

import argparse
import datetime
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "training_step")]

import peers  # noqa: E402
import step_pairs  # noqa: E402
from pages import write_part  # noqa: E402
from rows import ratio_words, seconds_table  # noqa: E402

PAGE = peers.ROOT / "docs" / "performance.md"
ENGINES = ("torch", "onnxruntime", "openvino")
PARTS = ["training", "inference", "integers", "shell"]
BF16_PARTS = ["training-bf16", "inference-bf16"]


def peer(options: argparse.Namespace, engine: str, folder: pathlib.Path, *more: str, onnx: str = "alexnet.onnx") -> list:
    weights = folder / ("run/model.safetensors" if engine == "torch" else onnx)
    return [peers.python_of(options.venv), HERE / "peer_inference.py", engine, "--weights", weights, "--threads",
            str(options.threads), *more]


def inference(options: argparse.Namespace, folder: pathlib.Path, model: str = "run", engines: tuple = ENGINES,
              onnx: str = "alexnet.onnx", precision: str = "f32") -> str:
    lines = ["| batch | engine | ms a call | photos/s | ours against it |", "|---|---|---|---|---|"]
    for batch in options.batches:
        times: dict[str, list[float]] = {name: [] for name in ("ours", *engines)}
        names = {"ours": "alexnet"}
        for _ in range(options.rounds):
            document = peers.run_json([options.program, "bench", folder / model, "--batch", str(batch), "--threads",
                                       str(options.threads), "--precision", precision, "--json"])
            times["ours"].append(statistics.median(document["step_ms"]))
            for engine in engines:
                found = peers.run_json(peer(options, engine, folder, "--batch", str(batch), "--precision",
                                            "bf16" if precision == "bf16" else "f32", onnx=onnx),
                                       # OpenVINO does not survive the other allocator.
                                       peers.environment(options.venv) if engine == "torch" else None)
                times[engine].append(found["step_ms"])
                names[engine] = found["version"]
        for engine, values in times.items():
            ms = statistics.median(values)
            ratio = "" if engine == "ours" else ratio_words([b / a for a, b in zip(times["ours"], values)])
            lines.append(f"| {batch} | {names[engine]} | {ms:.2f} | {1000 * batch / ms:.1f} | {ratio} |")
    return "\n".join(lines)


def integers(options: argparse.Namespace, folder: pathlib.Path, photos: pathlib.Path) -> str:
    """The same in 8-bit integers, each calibrated by its own tool on the same photos."""
    peers.run([options.program, "export", folder / "run", "--to", folder / "i8.safetensors", "--precision", "i8",
               "--calibrate", "flowers17", "--threads", str(options.threads)])
    peers.run([peers.python_of(options.venv), HERE / "make_int8_onnx.py", folder / "alexnet.onnx",
               folder / "integers.onnx", photos])
    return inference(options, folder, "i8.safetensors", ENGINES[1:], "integers.onnx", "i8")


def seconds_of(command: list, variables: dict | None = None) -> float:
    begin = time.perf_counter()
    subprocess.run(command, env=variables, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def shell(options: argparse.Namespace, folder: pathlib.Path, photo: pathlib.Path) -> str:
    """From a cold process to the printed name; files are in the page cache."""
    engines = ENGINES[:2]
    times: dict[str, list[float]] = {name: [] for name in ("alexnet predict", *engines)}
    for number in range(options.rounds + 1):
        found = {"alexnet predict": seconds_of([options.program, "predict", folder / "run", photo, "--threads",
                                                str(options.threads)])}
        for engine in engines:
            found[engine] = seconds_of(peer(options, engine, folder, "--photo", str(photo)), peers.environment(options.venv))
        if number > 0:  # the first brings the files into memory
            for name, value in found.items():
                times[name].append(value)
    return seconds_table("program", {name if name == "alexnet predict" else "Python with " + name: values
                                     for name, values in times.items()})


def training(options: argparse.Namespace, precision: str) -> str:
    options.batch, options.steps, options.warm_up = 64, 5, 2
    results = [step_pairs.compare(name, options.program, options, precision) for name in step_pairs.NETWORKS]
    options.batch = 128
    results.append(step_pairs.compare("torchvision", options.program, options, precision))
    results[-1]["network"] += ", batch 128"
    return step_pairs.table(results)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS + BF16_PARTS, default=PARTS)
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 64])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-write", action="store_true", help="print the tables only")
    parser.add_argument("--processor", help="the page's tables of that name, such as amx, in place of the first ones")
    peers.add_program_options(parser)
    options = parser.parse_args()
    options.venv = options.venv.absolute()
    peers.make_environment(options.venv, ["onnx", "onnxruntime", "openvino"])
    options.program = options.program or peers.build_command(options.build)
    photos = peers.flowers(options.program)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        # One epoch: weights that all engines read, under torchvision's names.
        peers.run([options.program, "train", "flowers17", "--network=torchvision", "--epochs=1", "--run", folder / "run",
                   "--progress=none", "--threads", str(options.threads)])
        peers.run([peers.python_of(options.venv), HERE / "make_onnx.py", folder / "run/model.safetensors",
                   folder / "alexnet.onnx"])
        machine = peers.run_json([options.program, "bench", "lenet5", "--steps=1", "--json"])["backend"]
        head = f"{datetime.date.today().isoformat()}, {machine[0]}, {machine[1]}, {options.threads} threads.\n\n"
        parts = {"training": lambda: training(options, "f32"), "training-bf16": lambda: training(options, "bf16"),
                 "inference": lambda: inference(options, folder),
                 "inference-bf16": lambda: inference(options, folder, engines=(ENGINES[0], ENGINES[2]), precision="bf16"),
                 "integers": lambda: integers(options, folder, photos),
                 "shell": lambda: shell(options, folder, next(iter(sorted(photos.rglob("*.jpg")))))}
        for part in options.parts:
            words = head + parts[part]()
            print(f"{part}\n\n{words}\n", flush=True)
            if not options.no_write:
                write_part(PAGE, f"compare {part}" + (f" {options.processor}" if options.processor else ""), words + "\n")


if __name__ == "__main__":
    main()
