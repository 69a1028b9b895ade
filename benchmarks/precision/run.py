#!/usr/bin/env python3
"""What lower precisions cost in accuracy and win in time, beside float32 of the same program in turn.

    benchmarks/precision/run.py accuracy MODEL PHOTOS      # i8: a model or run, and a set with parts train and test
    benchmarks/precision/run.py speed [--network NAME] [--batches 1 64] [--pairs 3]
    benchmarks/precision/run.py training PHOTOS --network NAME [--recipe quick] [--epochs 4] [--seeds 1 2 3]

`accuracy` calibrates on PHOTOS' part train and shows the test part to both: the difference in top-1 is paired, photo by
photo, with its 95 % interval (normal: mean +- 1.96 standard errors of the differences -1, 0 and 1). `training` trains at f32
and at bf16 and shows the test part to each model at its own precision. Needs no package.
"""

import argparse
import csv
import json
import math
import pathlib
import statistics
import subprocess
import tempfile

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "build/release/alexnet"


def run(program: pathlib.Path, *arguments: object) -> str:
    return subprocess.run([program, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout


def right_answers(program: pathlib.Path, model: pathlib.Path, photos: str, precision: str, folder: pathlib.Path,
                  threads: int) -> dict[str, bool]:
    tables = folder / precision
    run(program, "evaluate", model, photos, "--split", "test", "--precision", precision, "--csv", tables, "--threads",
        threads, "--progress", "none")
    with open(tables / "predictions.csv", newline="", encoding="utf-8") as file:
        return {row["path"]: row["label"] == row["predicted"] for row in csv.DictReader(file)}


def accuracy(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        small = folder / "i8.safetensors"
        run(options.program, "export", options.model, "--to", small, "--precision", "i8", "--calibrate", options.photos,
            "--photos", options.calibration_photos, "--threads", options.threads)
        model = pathlib.Path(options.model)
        whole = model / "model.safetensors" if model.is_dir() else model
        f32 = right_answers(options.program, whole, options.photos, "f32", folder, options.threads)
        i8 = right_answers(options.program, small, options.photos, "i8", folder, options.threads)
        differences = [int(i8[path]) - int(f32[path]) for path in f32]
        mean = statistics.fmean(differences)
        error = 1.96 * statistics.stdev(differences) / math.sqrt(len(differences))
        print(json.dumps({"model": options.model, "photos": len(differences), "calibration_photos": options.calibration_photos,
                          "top1_f32": statistics.fmean(f32.values()), "top1_i8": statistics.fmean(i8.values()),
                          "points": 100 * mean, "low": 100 * (mean - error), "high": 100 * (mean + error),
                          "fixed": differences.count(1), "broken": differences.count(-1),
                          "bytes_f32": whole.stat().st_size, "bytes_i8": small.stat().st_size}))


def speed(options: argparse.Namespace) -> None:
    for batch in options.batches:
        ratios = []
        for _ in range(options.pairs):
            best = {}
            for precision in ("f32", "i8"):
                result = json.loads(run(options.program, "bench", options.network, "--batch", batch, "--precision",
                                        precision, "--threads", options.threads, "--json"))
                best[precision] = min(result["step_ms"])
            ratios.append(best["f32"] / best["i8"])
            print(json.dumps({"network": options.network, "batch": batch, "ms_f32": best["f32"], "ms_i8": best["i8"],
                              "ratio": ratios[-1], "backend": result["backend"]}), flush=True)
        print(json.dumps({"network": options.network, "batch": batch, "median_ratio": statistics.median(ratios)}))


def training(options: argparse.Namespace) -> None:
    """A line a seed and precision as it ends, and then the means."""
    found: dict[str, list[float]] = {"f32": [], "bf16": []}
    with tempfile.TemporaryDirectory() as place:
        for seed in options.seeds:
            for precision, top1 in found.items():
                folder = pathlib.Path(place) / f"{precision}-{seed}"
                epochs = ["--epochs", options.epochs] if options.epochs else []
                run(options.program, "train", options.photos, "--network", options.network, "--recipe", options.recipe,
                    *epochs, "--seed", seed, "--precision", precision, "--run", folder, "--threads", options.threads,
                    "--progress", "none")
                answer = json.loads(run(options.program, "evaluate", folder, "--split", "test", "--precision", precision,
                                        "--threads", options.threads, "--json"))
                top1.append(100 * answer["top1"])
                print(json.dumps({"seed": seed, "precision": precision, "top1": top1[-1]}), flush=True)
    for precision, top1 in found.items():
        print(f"{precision}: {', '.join(f'{value:.2f}' for value in top1)} %: mean {statistics.fmean(top1):.2f}, "
              f"{min(top1):.2f} to {max(top1):.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=PROGRAM)
    parser.add_argument("--threads", type=int, default=2)
    commands = parser.add_subparsers(required=True)
    of_accuracy = commands.add_parser("accuracy")
    of_accuracy.add_argument("model")
    of_accuracy.add_argument("photos")
    of_accuracy.add_argument("--calibration-photos", type=int, default=500)
    of_accuracy.set_defaults(run=accuracy)
    of_speed = commands.add_parser("speed")
    of_speed.add_argument("--network", default="torchvision")
    of_speed.add_argument("--batches", type=int, nargs="+", default=[1, 64])
    of_speed.add_argument("--pairs", type=int, default=3)
    of_speed.set_defaults(run=speed)
    of_training = commands.add_parser("training")
    of_training.add_argument("photos")
    of_training.add_argument("--network", required=True)
    of_training.add_argument("--recipe", default="quick")
    of_training.add_argument("--epochs", type=int, help="those of the recipe unless given")
    of_training.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    of_training.set_defaults(run=training)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
