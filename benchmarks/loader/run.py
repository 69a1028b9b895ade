#!/usr/bin/env python3
"""Photos a second decoded and augmented (JPEG of 500x700 to 224x224), ours and torchvision's in turn, and their ratio;
writes docs/performance.md's table.

    benchmarks/loader/run.py                       # everything: builds, makes the environment, fetches, measures
    benchmarks/loader/run.py --source photos --rounds 2 --threads 1 --no-write

Speeds drift with what else a machine does, so the two run alternately, and the ratio is that of the runs side by side.
The first epoch of each run, in which files come into memory and workers start, does not count.
"""

import argparse
import datetime
import json
import pathlib
import statistics
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import peers  # noqa: E402
from pages import write_part  # noqa: E402
from rows import ratio_words  # noqa: E402

PAGE = peers.ROOT / "docs" / "performance.md"
CROPS = ["random", "random-resized"]


def processor() -> str:
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


def measured(document: dict) -> float:
    return statistics.median(document["photos_per_second"][1:])


def compare(crop: str, threads: int, folder: pathlib.Path, program: pathlib.Path, options: argparse.Namespace) -> dict:
    common = [folder, "--crop", crop, "--batch", str(options.batch), "--epochs", str(options.epochs + 1)]
    pairs = []
    for number in range(1, options.rounds + 1):
        ours = peers.run_json([program, *common, "--threads", str(threads)])
        theirs = peers.run_json([peers.python_of(options.venv), HERE / "torch_loader.py", *common, "--workers",
                                 str(threads)], peers.environment(options.venv))
        pairs.append({"ours": measured(ours), "torchvision": measured(theirs),
                      "versions": f"torchvision {theirs['torchvision']}, PyTorch {theirs['torch']}"})
        print(f"{crop}, {threads} threads, round {number} of {options.rounds}: ours {pairs[-1]['ours']:.0f}, "
              f"torchvision {pairs[-1]['torchvision']:.0f} photos/s", file=sys.stderr, flush=True)
    return {"crop": crop, "threads": threads, "pairs": pairs}


def table(results: list[dict]) -> str:
    lines = ["| crop | threads or workers | ours photos/s | torchvision photos/s | ratio: median (min to max) |",
             "|---|---|---|---|---|"]
    for result in results:
        pairs = result["pairs"]
        ratios = [pair["ours"] / pair["torchvision"] for pair in pairs]
        ours, theirs = (statistics.median(pair[who] for pair in pairs) for who in ("ours", "torchvision"))
        lines.append(f"| {result['crop']} | {result['threads']} | {ours:.0f} | {theirs:.0f} | {ratio_words(ratios)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, help="JPEG photos in class folders (the 17 flowers)")
    parser.add_argument("--crops", nargs="+", choices=CROPS, default=CROPS)
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--photos", type=int, default=512)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=3, help="that count, of each run")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of runs")
    peers.add_program_options(parser, "a loader_speed")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write everything that was measured")
    parser.add_argument("--no-write", action="store_true", help="print the table only")
    options = parser.parse_args()
    options.venv, options.build = options.venv.absolute(), options.build.absolute()
    peers.make_environment(options.venv)
    program = options.program or peers.build("loader_speed", options.build, "loader")
    source = options.source or peers.flowers(peers.build_command(options.build))
    with tempfile.TemporaryDirectory() as folder:
        peers.run([peers.python_of(options.venv), HERE / "make_photos.py", source, folder, "--photos",
                   str(options.photos)])
        results = [compare(crop, threads, pathlib.Path(folder), program, options)
                   for crop in options.crops for threads in options.threads]
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    words = (f"{datetime.date.today().isoformat()}, {processor()}, {results[0]['pairs'][0]['versions']}: {options.photos} "
             f"photos, {options.rounds} pairs of {options.epochs} epochs.\n\n{table(results)}\n")
    print(words)
    if not options.no_write:
        write_part(PAGE, "loader", words)


if __name__ == "__main__":
    main()
