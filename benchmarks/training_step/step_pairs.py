"""Training steps, ours and PyTorch's in turn, and the table of them."""

import argparse
import pathlib
import statistics
import sys

import peers

HERE = pathlib.Path(__file__).resolve().parent
NETWORKS = ["tutorial", "alexnet-paper", "torchvision"]


def compare(network: str, program: pathlib.Path, options: argparse.Namespace, precision: str = "f32") -> dict:
    """The pairs of runs of one network."""
    common = [network, "--batch", str(options.batch), "--steps", str(options.steps), "--warm-up", str(options.warm_up),
              "--precision", precision]
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
