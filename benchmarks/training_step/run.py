#!/usr/bin/env python3
"""Photos a second in training, ours and PyTorch's in turn on this machine, and their ratio.

    benchmarks/training_step/run.py                       # everything: builds, makes the environment, measures
    benchmarks/training_step/run.py --networks tutorial --rounds 3 --steps 5

Speeds drift with what else a machine does, so the two run alternately, and the ratio is that of the runs side by side.
"""

import argparse
import json
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import peers  # noqa: E402

NETWORKS = ["tutorial", "alexnet-paper", "torchvision"]


def compare(network: str, program: pathlib.Path, options: argparse.Namespace) -> dict:
    """The pairs of runs of one network."""
    common = [network, "--batch", str(options.batch), "--steps", str(options.steps), "--warm-up", str(options.warm_up)]
    threads = ["--threads", str(options.threads)] if options.threads else []
    optimizer = "adam" if network == "tutorial" else "sgd"
    pairs = []
    for number in range(1, options.rounds + 1):
        ours = peers.run_json([program, "bench", *common, "--train", "--optimizer", optimizer, *threads, "--json"])
        # As many threads as ours took.
        torch = peers.run_json([peers.python_of(options.venv), HERE / "pytorch_step.py", *common,
                                "--threads", str(ours["threads"])], peers.environment(options.venv))
        speeds = [run["photos_per_second"]["median"] for run in (ours, torch)]
        print(f"{network}, round {number} of {options.rounds}: ours {speeds[0]:.1f}, PyTorch {speeds[1]:.1f} photos/s",
              file=sys.stderr, flush=True)
        pairs.append({"ours": ours, "pytorch": torch, "ratio": speeds[0] / speeds[1]})
    return {"network": network, "pairs": pairs}


def median_of(pairs: list[dict], who: str, what: str) -> float:
    return statistics.median(pair[who]["photos_per_second"][what] for pair in pairs)


def table(results: list[dict]) -> str:
    rows = ["network", "ours photos/s", "PyTorch photos/s", "ratio: median (min to max)", "memory MB ours / PyTorch",
            "processor", "versions"]
    lines = ["| " + " | ".join(rows) + " |", "|" + "---|" * len(rows)]
    for result in results:
        pairs = result["pairs"]
        ours, torch = pairs[0]["ours"], pairs[0]["pytorch"]
        ratios = [pair["ratio"] for pair in pairs]
        processor, library = ours["backend"][0], ours["backend"][1]
        memory = [max(pair[who]["peak_bytes"] for pair in pairs) / 1e6 for who in ("ours", "pytorch")]
        cells = [result["network"], f"{median_of(pairs, 'ours', 'median'):.1f}",
                 f"{median_of(pairs, 'pytorch', 'median'):.1f}",
                 f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
                 f"{memory[0]:.0f} / {memory[1]:.0f}", f"{processor}, {ours['threads']} threads",
                 f"{library}; PyTorch {torch['version']} ({torch['instructions']})"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=0, help="0: the physical cores")
    parser.add_argument("--steps", type=int, default=10, help="steps that count, of each run")
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5, help="pairs of runs")
    parser.add_argument("--venv", type=pathlib.Path, default=peers.BENCHMARKS / ".venv")
    parser.add_argument("--program", type=pathlib.Path, help="an alexnet that is built already")
    parser.add_argument("--build", type=pathlib.Path, default=peers.ROOT / "build" / "benchmarks")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write everything that was measured")
    options = parser.parse_args()
    options.venv, options.build = options.venv.absolute(), options.build.absolute()
    peers.make_environment(options.venv)
    program = options.program or peers.build_command(options.build)
    results = [compare(network, program, options) for network in options.networks]
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    print(f"batch {options.batch}, {options.rounds} pairs of {options.steps} steps after {options.warm_up} others\n")
    print(table(results))


if __name__ == "__main__":
    main()
