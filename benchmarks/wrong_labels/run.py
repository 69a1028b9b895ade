#!/usr/bin/env python3
"""How well `alexnet check --labels` finds labels that were swapped on purpose: some photos of the 17 flowers are put
into another class, drawn at random, and the list that comes back is held against them.

    benchmarks/wrong_labels/run.py                                  # everything: builds, fetches, measures
    benchmarks/wrong_labels/run.py --init conv.safetensors --seeds 1 2 3

Without --init the check looks at patches of the photos; with it, at features of those weights.
"""

import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import peers  # noqa: E402


def put_photos(source: pathlib.Path, to: pathlib.Path, share: float, seed: int) -> set[str]:
    """Links to all photos, some in a wrong class; returns the paths of those, relative to `to`."""
    draws = random.Random(seed)
    photos = sorted(source.glob("*/*.jpg"))
    classes = sorted({photo.parent.name for photo in photos})
    wrong = set(draws.sample(photos, round(share * len(photos))))
    swapped = set()
    for photo in photos:
        label = photo.parent.name
        if photo in wrong:
            label = draws.choice([other for other in classes if other != label])
            swapped.add(f"{label}/{photo.name}")
        (to / label).mkdir(parents=True, exist_ok=True)
        (to / label / photo.name).symlink_to(photo.resolve())
    return swapped


def check(program: pathlib.Path, folder: pathlib.Path, options: argparse.Namespace) -> dict:
    command = [program, "check", folder, "--labels", "--json"]
    command += ["--init", options.init] if options.init else []
    command += ["--threads", str(options.threads)] if options.threads else []
    result = subprocess.run(command, stdout=subprocess.PIPE)
    if result.returncode not in (0, 3):
        sys.exit("error: the check failed")
    document = json.loads(result.stdout)
    if "error" in document:
        sys.exit(f"error: {document['error']['message']}")
    return document


def measure(program: pathlib.Path, source: pathlib.Path, seed: int, options: argparse.Namespace) -> dict:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        swapped = put_photos(source, folder, options.share, seed)
        begin = time.perf_counter()
        document = check(program, folder, options)
        seconds = time.perf_counter() - begin
    found = [finding["files"][0] in swapped for finding in document["findings"] if finding["kind"] == "wrong-label"]
    count = len(swapped)
    return {"seed": seed, "swapped": count, "listed": len(found), "precision_at_50": sum(found[:50]) / 50,
            "recall_at_swapped": sum(found[:count]) / count, "recall_of_list": sum(found) / count,
            "expected_share": document["labels"]["wrong_share"], "top1": document["labels"]["top1"],
            "seconds": seconds, "features": document["labels"]["features"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, help="JPEG photos in class folders (the 17 flowers)")
    parser.add_argument("--init", type=pathlib.Path, help="pretrained weights")
    parser.add_argument("--share", type=float, default=0.05, help="of the photos that are swapped")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=0, help="0: the physical cores")
    parser.add_argument("--program", type=pathlib.Path, help="an alexnet that is built already")
    parser.add_argument("--build", type=pathlib.Path, default=peers.ROOT / "build" / "benchmarks")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write everything that was measured")
    options = parser.parse_args()
    program = (options.program or peers.build_command(options.build.absolute())).absolute()
    results = [measure(program, options.source or peers.flowers(program), seed, options) for seed in options.seeds]
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    print(f"{results[0]['features']}\n\n| seed | swapped | precision at 50 | recall of as many as swapped | listed | recall "
          "of the list | expected share | top-1 | seconds |\n|---|---|---|---|---|---|---|---|---|")
    for one in results:
        print(f"| {one['seed']} | {one['swapped']} | {one['precision_at_50']:.2f} | {one['recall_at_swapped']:.2f} | "
              f"{one['listed']} | {one['recall_of_list']:.2f} | {100 * one['expected_share']:.1f} % | "
              f"{100 * one['top1']:.1f} % | {one['seconds']:.0f} |")
    print(f"\nmean precision at 50: {statistics.mean(one['precision_at_50'] for one in results):.2f}")


if __name__ == "__main__":
    main()
