#!/usr/bin/env python3
"""What the recipes reach on the 17 flowers, CIFAR-10 and Fashion-MNIST: one training for each case and seed.

    benchmarks/recipes/run.py --init bvlc-alexnet-conv.safetensors --minutes 60   # trains what is not there yet
    benchmarks/recipes/run.py --report                                           # writes the tables again

Rows that are in docs/recipes/results.csv are not trained again, and a training that was stopped goes on from its last epoch
(--runs), so it may be stopped and started. Cases are fixed in cases.py. Of the flowers 52 photos of each class train, 8 choose
the epoch, and 20 are looked at once, at the end; the case `pytorch-scratch` trains torchvision's network on the same photos, by pytorch_scratch.py, and has nothing to choose.
"""

import argparse
import datetime
import json
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import peers  # noqa: E402
from cases import CASES, SEEDS, Case  # noqa: E402
from pages import write_part  # noqa: E402
from rows import append_rows, read_rows  # noqa: E402

RESULTS = peers.ROOT / "docs" / "recipes" / "results.csv"
PAGE = peers.ROOT / "docs" / "recipes.md"
COLUMNS = ["case", "seed", "test_top1", "ten_views", "val_top1", "train_top1", "best_epoch", "seconds",
           "processor_seconds", "date", "processor", "threads"]


def run_of(case: Case, seed: int, options: argparse.Namespace, run: pathlib.Path) -> dict:
    """Trains into `run`, or goes on there, and returns its run.json."""
    ended = run / "run.json"
    if ended.exists() and json.loads(ended.read_text())["state"] == "done":
        return json.loads(ended.read_text())
    init = [f"--init={options.init}"] if case.init else []
    what = ["--resume", run] if (run / "last.safetensors").exists() else [
        case.data, *case.options, *init, f"--seed={seed}", "--run", run]
    subprocess.run([options.program, "train", *what, "--progress", "none", "--threads", str(options.threads)], check=True,
                   stdout=subprocess.DEVNULL)
    return json.loads(ended.read_text())


def measured(case: Case, seed: int, options: argparse.Namespace, run: pathlib.Path) -> dict:
    document = run_of(case, seed, options, run)
    best = document["best"]
    row = {"test_top1": document["result"]["top1"], "val_top1": best["val_top1"], "train_top1": best["train_top1"],
           "best_epoch": best["epoch"], "processor": document["machine"]["processor"]}
    if case.ten_views:
        ten = peers.run_json([options.program, "evaluate", run, "--split", "test", "--views", "ten", "--json",
                              "--threads", str(options.threads)])
        row["ten_views"] = ten["top1"]
    return row


def pytorch(case: Case, seed: int, options: argparse.Namespace, run: pathlib.Path) -> dict:
    """Of the peer, on the split of a run of ours."""
    document = run_of(case, seed, options, run)
    peer = peers.run_json([peers.python_of(options.venv), HERE / "pytorch_scratch.py", "--data", peers.flowers(options.program),
                           "--split", run / "split.csv", "--seed", str(seed), "--threads",
                           str(options.threads)], peers.environment(options.venv))
    return {"test_top1": peer["test_top1"], "train_top1": peer["train_top1"],
            "processor": document["machine"]["processor"]}


def processor_seconds() -> float:
    """Of all children so far, over all threads: what other work on the machine does not lengthen much."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def train_all(options: argparse.Namespace) -> None:
    deadline = time.monotonic() + 60 * options.minutes
    for seed in SEEDS:
        for case in CASES:
            there = any(row["case"] == case.name and row["seed"] == str(seed) for row in read_rows(RESULTS))
            wanted = seed in case.seeds and (not options.cases or case.name in options.cases)
            if there or not wanted or (case.init and options.init is None):
                continue
            if time.monotonic() > deadline:
                return
            print(f"{case.name}, seed {seed}", file=sys.stderr, flush=True)
            run = options.runs / f"{case.name}-{seed}"
            resumes = (run / "last.safetensors").exists()
            began, used = time.monotonic(), processor_seconds()
            row = (pytorch if case.peer else measured)(case, seed, options, run)
            if not resumes:  # else these are those of the last part
                row |= {"seconds": round(time.monotonic() - began), "processor_seconds": round(processor_seconds() - used)}
            append_rows(RESULTS, COLUMNS, [{"case": case.name, "seed": seed, **row,
                                            "date": datetime.date.today().isoformat(), "threads": options.threads}])
            shutil.rmtree(run)


def percent(values: list[str]) -> str:
    """Mean and range of shares."""
    known = [100 * float(value) for value in values if value]
    if not known:
        return ""
    ends = f" ({min(known):.1f} to {max(known):.1f})" if len(known) > 1 else ""
    return f"{statistics.mean(known):.1f} %{ends}"


def minutes(rows: list[dict]) -> str:
    """Of the processor, where rows have them."""
    for key, words in (("processor_seconds", ""), ("seconds", " by the clock")):
        known = [float(row[key]) for row in rows if row[key]]
        if known:
            return f"{statistics.mean(known) / 60:.1f}{words}"
    return ""


def table(rows: list[dict]) -> str:
    lines = ["| case | what | seeds | test top-1 | ten views | val top-1 | minutes of processor each | processor |",
             "|---|---|---|---|---|---|---|---|"]
    for case in CASES:
        own = [row for row in rows if row["case"] == case.name]
        if not own:
            continue
        cells = [f"`{case.name}`", case.words, str(len(own)), *(percent([row[key] for row in own])
                 for key in ("test_top1", "ten_views", "val_top1")), minutes(own),
                 ", ".join(sorted({f"{row['processor']}, {row['date']}" for row in own}))]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--init", type=pathlib.Path, help="pretrained convolutions, for the case fine-tune")
    parser.add_argument("--minutes", type=float, default=60, help="begin no other training after these")
    parser.add_argument("--cases", nargs="+", help="these alone")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=pathlib.Path, default=peers.ROOT / "build" / "recipes",
                        help="where trainings under way lie (default: build/recipes)")
    parser.add_argument("--report", action="store_true", help="train nothing, write the tables")
    peers.add_program_options(parser)
    options = parser.parse_args()
    if not options.report:
        options.venv = options.venv.absolute()
        options.program = options.program or peers.build_command(options.build)
        train_all(options)
    write_part(PAGE, "results", table(read_rows(RESULTS)))


if __name__ == "__main__":
    main()
