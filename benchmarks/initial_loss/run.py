#!/usr/bin/env python3
"""Loss and gradients of each network before training, ours beside PyTorch's for the same weights and photos.

    benchmarks/initial_loss/run.py                        # everything: builds, makes the environment, compares
    benchmarks/initial_loss/run.py --networks tutorial

PyTorch rebuilds the network from its JSON document with plain functions, so nothing of ours takes part. The last row is
the tutorial's network with batch normalisation over the batch (and no dropout). Ends with 1 if a loss of ours differs
from PyTorch's in double by more than 1e-5, relatively.
"""

import argparse
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import peers  # noqa: E402

NETWORKS = ["lenet5", "tutorial", "alexnet-2012", "alexnet-paper", "torchvision"]
OVER_THE_BATCH = "tutorial, statistics of the batch"
TOLERANCE = 1e-5


def compare(case: str, program: pathlib.Path, options: argparse.Namespace) -> dict:
    network = case.split(",")[0]
    arguments = ["--batch", str(options.batch), "--seed", str(options.seed)]
    if case == OVER_THE_BATCH:
        arguments.append("--batch-statistics")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / f"{network}.safetensors"
        peers.run([program, network, *arguments, "--to", file])
        result = peers.run_json([peers.python_of(options.venv), HERE / "compare.py", file],
                                peers.environment(options.venv))
    return {"case": case, **result}


def relative(ours: float, theirs: float) -> float:
    return abs(ours - theirs) / abs(theirs)


def loss_row(result: dict) -> list[str]:
    return [result["case"], *(f"{result[who]:.9f}" for who in ("cpu", "pytorch_f32", "reference", "pytorch_f64")),
            f"{relative(result['cpu'], result['pytorch_f32']):.1e}",
            f"{relative(result['reference'], result['pytorch_f64']):.1e}"]


def gradient_row(result: dict) -> list[str]:
    return [result["case"], *("{:.1e} ({})".format(*result["gradients"][who])
                              for who in ("cpu", "pytorch_f32", "reference"))]


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--venv", type=pathlib.Path, default=peers.BENCHMARKS / ".venv")
    parser.add_argument("--build", type=pathlib.Path, default=peers.ROOT / "build" / "benchmarks")
    options = parser.parse_args()
    options.venv, options.build = options.venv.absolute(), options.build.absolute()
    peers.make_environment(options.venv)
    program = peers.build("initial_loss", options.build)
    cases = options.networks + ([OVER_THE_BATCH] if "tutorial" in options.networks else [])
    results = [compare(case, program, options) for case in cases]
    print(f"\nLoss before training, {options.batch} photos of random bytes, PyTorch {results[0]['version']}\n")
    print(table(["network", "cpu (f32)", "PyTorch (f32)", "reference (f64)", "PyTorch (f64)", "difference in f32",
                 "difference in f64"], [loss_row(result) for result in results]))
    print("\nWorst difference of a gradient from PyTorch's in f64, relative to the largest of its tensor\n")
    print(table(["network", "cpu (f32)", "PyTorch (f32)", "reference (f64, rounded to f32)"],
                [gradient_row(result) for result in results]))
    # Against PyTorch's double: its float32 has an error of its own.
    if any(relative(result[ours], result["pytorch_f64"]) > TOLERANCE
           for result in results for ours in ("cpu", "reference")):
        sys.exit(f"error: a loss differs from PyTorch's in f64 by more than {TOLERANCE}")


if __name__ == "__main__":
    main()
