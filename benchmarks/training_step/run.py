#!/usr/bin/env python3
"""Photos a second in training, ours and PyTorch's in turn on this machine, and their ratio.

    benchmarks/training_step/run.py                       # everything: builds, makes the environment, measures
    benchmarks/training_step/run.py --networks tutorial --rounds 3 --steps 5

Speeds drift with what else a machine does, so the two run alternately, and the ratio is that of the runs side by side.
"""

import argparse
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import peers  # noqa: E402
from step_pairs import NETWORKS, compare, table  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=0, help="0: the physical cores")
    parser.add_argument("--steps", type=int, default=10, help="steps that count, of each run")
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5, help="pairs of runs")
    peers.add_program_options(parser)
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
