#!/usr/bin/env python3
"""What AlexNet brought, measured on CIFAR-10: one training for each case and seed.

    benchmarks/claims/run.py --data cifar10 --minutes 60    # trains what is not there yet, seed by seed
    benchmarks/claims/run.py --report                       # writes the tables and curves again, trains nothing

Rows that are in docs/claims/results.csv are not trained again, so it may be stopped and started. Each row is a training
by `alexnet train`, but for `cifar10-quick-pytorch`: where --venv has a PyTorch and Pillow, pytorch_cifar10_quick.py trains
it right behind ours, on the same photos.
"""

import argparse
import datetime
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import peers  # noqa: E402
import report  # noqa: E402
from cases import SEEDS, Case, all_cases  # noqa: E402
from rows import append_rows, read_rows  # noqa: E402

RESULTS = peers.ROOT / "docs" / "claims"
COLUMNS = ["case", "seed", "rate", "epochs", "reached", "train_top1", "val_top1", "test_top1", "seconds", "date",
           "processor", "threads"]
CURVE_COLUMNS = ["case", "seed", "rate", "epoch", "train_top1", "val_top1"]


def reached(epochs: list[dict], share: float) -> str:
    """The first epoch whose training photos were right to `share`, or nothing."""
    return next((row["epoch"] for row in epochs if row["train_top1"] and float(row["train_top1"]) >= share), "")


def few_photos(data: pathlib.Path, photos: int, folder: pathlib.Path) -> pathlib.Path:
    """The first `photos` of each class to train on, and all test photos, as links."""
    for part, most in (("train", photos), ("test", None)):
        for source in sorted((data / part).iterdir()):
            (folder / part / source.name).mkdir(parents=True)
            for photo in sorted(source.iterdir())[:most]:
                (folder / part / source.name / photo.name).symlink_to(photo)
    return folder


def train(program: pathlib.Path, case: Case, seed: int, rate: float | None, options: argparse.Namespace,
          folder: pathlib.Path) -> tuple[dict, list[dict]]:
    """One training; its row, and one row an epoch."""
    run, network = folder / "run", case.network
    data = few_photos(pathlib.Path(options.data).absolute(), case.photos, folder / "few") if case.photos else options.data
    if isinstance(network, dict):
        network = folder / f"{case.name}.json"
        network.write_text(json.dumps(case.network))
    settings = case.recipe | ({} if rate is None else {"rate": rate}) | {"seed": seed}
    arguments = [f"--{key.replace('_', '-')}={value}" for key, value in settings.items()]
    began = time.monotonic()
    process = subprocess.Popen([program, "train", data, "--network", network, "--run", run, "--progress", "none",
                                "--threads", str(options.threads), "--loader-threads=1", *arguments],
                               stdout=subprocess.DEVNULL)
    while process.poll() is None:
        time.sleep(1)
        if case.until_train_top1 < 1 and reached(read_rows(run / "metrics.csv"), case.until_train_top1):
            process.send_signal(signal.SIGTERM)
            process.wait()
    if process.returncode not in (0, 143):
        raise SystemExit(f"error: {case.name}, seed {seed}: alexnet train ended with {process.returncode}")
    epochs = [row for row in read_rows(run / "metrics.csv") if row["train_top1"]]
    document = json.loads((run / "run.json").read_text())
    result = document.get("result") or {}
    row = {"case": case.name, "seed": seed, "rate": rate or "", "epochs": len(epochs),
           "reached": reached(epochs, case.until_train_top1) if case.until_train_top1 < 1 else "",
           "train_top1": epochs[-1]["train_top1"], "val_top1": max(float(e["val_top1"]) for e in epochs),
           "test_top1": result.get("top1", ""), "seconds": round(time.monotonic() - began, 1),
           "date": datetime.date.today().isoformat(), "processor": document["machine"]["processor"], "threads": options.threads}
    curve = [{"case": case.name, "seed": seed, "rate": rate or "", "epoch": e["epoch"], "train_top1": e["train_top1"],
              "val_top1": e["val_top1"]} for e in epochs]
    return row, curve


def pytorch_twin(case: Case, seed: int, options: argparse.Namespace, run: pathlib.Path) -> dict:
    """The row of the same network and recipe in PyTorch, on the photos and parts of our run."""
    document = peers.run_json([peers.python_of(options.venv), HERE / "pytorch_cifar10_quick.py", "--data", options.data,
                               "--run", run, "--seed", str(seed), "--threads", str(options.threads)],
                              peers.environment(options.venv))
    processor = json.loads((run / "run.json").read_text())["machine"]["processor"]
    return {"case": f"{case.name}-pytorch", "seed": seed, "epochs": 10, "train_top1": document["train_top1"],
            "test_top1": document["test_top1"], "seconds": document["seconds"],
            "date": datetime.date.today().isoformat(), "processor": processor, "threads": options.threads}


def best_rate(case: Case, rows: list[dict]) -> float:
    """Of those tried with seed 1: the earliest to reach the share, then the one that learnt most."""
    tried = [row for row in rows if row["case"] == case.name and row["seed"] == "1"]
    best = min(tried, key=lambda row: (float(row["reached"] or "inf"), -float(row["train_top1"])))
    return float(best["rate"])


def wanted(case: Case, seed: int, rows: list[dict]) -> list[float | None]:
    """The rates that a case trains with for a seed, without those that are there."""
    if not case.rates:
        rates = [None]
    else:
        rates = list(case.rates) if seed == 1 else [best_rate(case, rows)]
    there = {row["rate"] for row in rows if row["case"] == case.name and row["seed"] == str(seed)}
    return [rate for rate in rates if str(rate or "") not in there]


def train_all(options: argparse.Namespace) -> None:
    program = options.program or peers.build_command(options.build)
    deadline = time.monotonic() + 60 * options.minutes
    cases = [case for case in all_cases() if not options.cases or case.name in options.cases]
    for seed in SEEDS:
        for case in cases:
            for rate in wanted(case, seed, read_rows(RESULTS / "results.csv")):
                if time.monotonic() > deadline:
                    return
                print(f"{case.name}, seed {seed}" + (f", rate {rate}" if rate else ""), file=sys.stderr, flush=True)
                with tempfile.TemporaryDirectory() as folder:
                    row, curve = train(program, case, seed, rate, options, pathlib.Path(folder))
                    rows = [row]
                    if case.network == "cifar10-quick" and peers.python_of(options.venv).exists():
                        rows.append(pytorch_twin(case, seed, options, pathlib.Path(folder) / "run"))
                append_rows(RESULTS / "results.csv", COLUMNS, rows)
                append_rows(RESULTS / "curves.csv", CURVE_COLUMNS, curve)


def draw_curves(program: pathlib.Path) -> None:
    rows = read_rows(RESULTS / "results.csv")
    activations = [f"{case.name}:{best_rate(case, rows)}" for case in all_cases() if case.rates
                   and any(row["case"] == case.name for row in rows)]
    for name, title, cases in (("architecture", "Architecture", report.ARCHITECTURE),
                               ("regularisation", "Regularisation", report.REGULARISATION),
                               ("activations", "Activations", activations)):
        if cases:
            peers.run([program, RESULTS / "curves.csv", RESULTS / f"{name}.svg", title, *cases])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="cifar10", help="CIFAR-10: a known set or a folder of train/ and test/")
    parser.add_argument("--minutes", type=float, default=60, help="no training begins after so many")
    parser.add_argument("--cases", nargs="+", help="only these")
    parser.add_argument("--threads", type=int, default=2, help="threads that compute")
    parser.add_argument("--report", action="store_true", help="only write docs/claims.md and its curves")
    peers.add_program_options(parser)
    options = parser.parse_args()
    if not options.report:
        train_all(options)
    draw_curves(peers.build("draw_curves", options.build, "claims"))
    report.write(read_rows(RESULTS / "results.csv"), RESULTS.with_suffix(".md"))


if __name__ == "__main__":
    main()
