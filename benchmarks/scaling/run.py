#!/usr/bin/env python3
"""How training scales over several nodes: measured over slow links, and a model that goes on from there.

    benchmarks/scaling/run.py            # measures what is not there yet (as root: it makes network namespaces)
    benchmarks/scaling/run.py --report   # writes docs/scaling.md's tables and curves again

Two processes of one thread, each in a network namespace of its own, joined by a veth pair whose two ends `tc` limits with
its token bucket (tbf). Rows that are in docs/scaling/measured.csv are not measured again. Cases, and which of them the
model is fitted to, are fixed in cases.py.
"""

import argparse
import contextlib
import csv
import dataclasses
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import model  # noqa: E402
import peers  # noqa: E402
from cases import CASES, GBIT_S, LATENCY, MOST_TOWERS, NODES, PHOTOS, PUBLISHED, RANKS, Case  # noqa: E402
from rows import append_rows, read_rows  # noqa: E402

FOLDER = peers.ROOT / "docs" / "scaling"
MEASURED, CURVES = FOLDER / "measured.csv", FOLDER / "curves.csv"
PAGE = peers.ROOT / "docs" / "scaling.md"
COLUMNS = ["way", "mbit_s", "batch", "delay_us", "apart", "together", "sent_bytes", "calls", "hidden", "date",
           "processor"]
SPACES = ["alexnet-a", "alexnet-b"]
NET = "10.97.0.0/24"
ADDRESSES = ["10.97.0.1", "10.97.0.2"]


def call(*words: str) -> None:
    subprocess.run(words, check=True)


@contextlib.contextmanager
def namespaces():
    """Two of them, joined by a veth pair."""
    for space in SPACES:
        call("ip", "netns", "add", space)
    try:
        call("ip", "link", "add", "link-a", "netns", SPACES[0], "type", "veth", "peer", "name", "link-b", "netns",
             SPACES[1])
        for space, link, address in zip(SPACES, ["link-a", "link-b"], ADDRESSES):
            call("ip", "-n", space, "link", "set", "lo", "up")
            call("ip", "-n", space, "addr", "add", f"{address}/24", "dev", link)
            call("ip", "-n", space, "link", "set", link, "up")
        yield
    finally:
        for space in SPACES:
            call("ip", "netns", "del", space)


def limit(mbit_s: int) -> None:
    for space, link in zip(SPACES, ["link-a", "link-b"]):
        # A bucket of 2 ms: the kernel fills it at each of its ticks.
        call("ip", "netns", "exec", space, "tc", "qdisc", "replace", "dev", link, "root", "tbf", "rate",
             f"{mbit_s}mbit", "burst", str(max(65536, mbit_s * 250)), "latency", "50ms")


def measured(case: Case, program: pathlib.Path, agent: pathlib.Path, steps: int) -> dict:
    limit(case.mbit_s)
    settings = {"plm_rsh_agent": agent, "oob_tcp_if_include": NET, "btl_tcp_if_include": NET, "btl": "tcp,self",
                "hwloc_base_binding_policy": "none", "coll_libnbc_iallreduce_algorithm": 3}  # as tools/run_ranks.sh
    words = [word for name, value in settings.items() for word in ("--mca", name, str(value))]
    text = subprocess.run(
        ["ip", "netns", "exec", SPACES[0], "mpirun", "--allow-run-as-root", *words, "--host", ",".join(ADDRESSES), "-n",
         "2", "-x", "OMP_NUM_THREADS=1", str(program), "--way", case.way, "--batch", str(case.batch), "--steps",
         str(steps), "--delay-us", str(case.delay_us)],
        check=True, capture_output=True, text=True, env={**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1",
                                                         "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}, timeout=900).stdout
    document = json.loads(text)
    # The least of the steps: whatever else the machine does only ever makes one longer.
    return {"way": case.way, "mbit_s": case.mbit_s, "batch": case.batch, "delay_us": case.delay_us,
            "apart": round(min(document["apart"]), 4), "together": round(min(document["together"]), 4),
            "sent_bytes": document["sent_bytes"], "calls": document["calls"], "hidden": round(document["hidden"], 3)}


def find(case: Case) -> dict | None:
    for row in read_rows(MEASURED):
        if all(row[name] == str(getattr(case, name)) for name in ("way", "mbit_s", "batch", "delay_us")):
            return row
    return None


def processor() -> str:
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")


def measure_all(program: pathlib.Path, steps: int) -> None:
    with tempfile.TemporaryDirectory() as folder, namespaces():
        agent = pathlib.Path(folder) / "agent"
        agent.write_text("#!/bin/sh\n# What mpirun starts a process on the other host with.\nshift\n"
                         f'exec ip netns exec {SPACES[1]} sh -c "$*"\n')
        agent.chmod(0o755)
        for case in CASES:
            if find(case) is None:
                print(case.name, file=sys.stderr, flush=True)
                append_rows(MEASURED, COLUMNS, [{**measured(case, program, agent, steps),
                                                 "date": datetime.date.today().isoformat(),
                                                 "processor": processor()}])


def observed() -> list[tuple[Case, dict]]:
    return [(case, row) for case in CASES if (row := find(case)) is not None]


def numbers(case: Case, row: dict) -> dict:
    return {"way": case.way, "batch": case.batch, "gbit_s": case.mbit_s / 1000, "latency": case.delay_us * 1e-6,
            "apart": float(row["apart"]), "together": float(row["together"])}


def fitted_machine() -> model.Machine:
    return model.fitted([numbers(case, row) for case, row in observed() if case.fits])


def measured_table(machine: model.Machine) -> str:
    lines = ["| way | link Mbit/s | delay of a call | batch | MB sent | apart s | together s | model s | model against it |",
             "|---|---|---|---|---|---|---|---|---|"]
    worst = {True: 0.0, False: 0.0}
    within = [0, 0]
    for case, row in observed():
        seconds, together = model.paired(machine, numbers(case, row)), float(row["together"])
        off = seconds / together - 1
        worst[case.fits] = max(worst[case.fits], abs(off))
        if not case.fits:
            within[0] += abs(off) <= 0.2
            within[1] += 1
        lines.append(f"| {case.way}{' (fitted)' if case.fits else ''} | {case.mbit_s} | {case.delay_us / 1000:g} ms | "
                     f"{case.batch} | {int(row['sent_bytes']) / 1e6:.1f} | {float(row['apart']):.2f} | {together:.2f} | "
                     f"{seconds:.2f} | {100 * off:+.0f} % |")
    rows = [row for _, row in observed()]
    return "\n".join([
        *lines, "", f"{rows[0]['date']}, {rows[0]['processor']}, two processes of one thread. The model predicts "
        f"{within[0]} of {within[1]} rows that it has not seen within 20 %; the worst is {100 * worst[False]:.0f} % off, of "
        f"those that it was fitted to {100 * worst[True]:.0f} %."]) + "\n"


def fit_table(machine: model.Machine) -> str:
    return "\n".join([
        "| fitted | |", "|---|---|",
        f"| computing a photo, forward and back | {1000 * machine.photo:.1f} ms |",
        f"| gradients and update of all weights, a step | {1000 * machine.weights:.0f} ms |",
        f"| payload of what a link carries | {100 * machine.efficiency:.0f} % |",
        f"| work for a byte that is summed | {1e9 * machine.handling:.2f} ns |",
        f"| share of computing behind which sums hide | {100 * machine.overlap:.0f} % |"]) + "\n"


def node(machine: model.Machine, name: str) -> model.Machine:
    faster = NODES[name].faster or 326 * (machine.photo + machine.weights / PHOTOS)
    return dataclasses.replace(machine, photo=machine.photo / faster, weights=machine.weights / faster,
                               handling=machine.handling / faster)


def curve_rows(machine: model.Machine) -> list[dict]:
    rows = []
    for name in NODES:
        own = node(machine, name)
        alone = PHOTOS / own.compute(PHOTOS)
        for gbit_s in GBIT_S:
            linked = dataclasses.replace(own, latency=LATENCY[gbit_s])
            for way in ("data", "hybrid-a", "towers"):
                for ranks in RANKS:
                    if way == "towers" and ranks > MOST_TOWERS:
                        continue
                    seconds = model.WAYS[way](linked, ranks, PHOTOS, gbit_s)
                    photos_s = PHOTOS * (1 if way == "towers" else ranks) / seconds
                    rows.append({"node": name, "gbit_s": gbit_s, "way": way, "nodes": ranks,
                                 "photos_s": f"{photos_s:.1f}", "efficiency": f"{photos_s / alone / ranks:.4f}"})
            if name == "card":
                rows += [{"node": name, "gbit_s": gbit_s, "way": "published hybrid of K20", "nodes": 1,
                          "photos_s": "326.3", "efficiency": "1"}]
                rows += [{"node": name, "gbit_s": gbit_s, "way": "published hybrid of K20", "nodes": point.ranks,
                          "photos_s": f"{point.photos_s:.1f}", "efficiency": f"{point.efficiency:.4f}"}
                         for point in PUBLISHED if point.efficiency]
    return rows


def curve_table(rows: list[dict]) -> str:
    shown = [2, 4, 8, 32, 128, 1024]
    lines = ["| node | link Gbit/s | way | " + " | ".join(f"{ranks:,}" for ranks in shown) + " |",
             "|---|---|---|" + "---|" * len(shown)]
    for name in NODES:
        for gbit_s in GBIT_S:
            for way in ("data", "hybrid-a", "towers"):
                share = {row["nodes"]: row for row in rows
                         if (row["node"], row["gbit_s"], row["way"]) == (name, gbit_s, way)}
                cells = [f"{100 * float(share[ranks]['efficiency']):.0f} % ({float(share[ranks]['photos_s']):,.0f})"
                         if ranks in share else "" for ranks in shown]
                lines.append(f"| {NODES[name].words} | {gbit_s} | {way} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def published_table(machine: model.Machine) -> str:
    """Beside the model at 100 Gbit/s, of nodes as fast as the published ones alone where that is known."""
    card = dataclasses.replace(node(machine, "card"), latency=LATENCY[100])
    alone = PHOTOS / card.compute(PHOTOS)
    lines = ["| published | photos/s | of linear | the model's card at 100 Gbit/s | source |", "|---|---|---|---|---|"]
    for point in PUBLISHED:
        photos = PHOTOS * (1 if point.way == "towers" else point.ranks)
        share = photos / model.WAYS[point.way](card, point.ranks, PHOTOS, 100) / alone / point.ranks
        lines.append(f"| {point.words}, {point.way} | {point.photos_s:,.0f} | "
                     f"{f'{100 * point.efficiency:.0f} %' if point.efficiency else 'not given'} | {100 * share:.0f} % | "
                     f"{point.source} |")
    return "\n".join(lines) + "\n"


def put(text: str, name: str, table: str) -> str:
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    before, rest = text.split(begin)
    return before + begin + table + end + rest.split(end)[1]


def write_report(drawer: pathlib.Path) -> None:
    machine = fitted_machine()
    rows = curve_rows(machine)
    with CURVES.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["node", "gbit_s", "way", "nodes", "photos_s", "efficiency"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for name in NODES:
        call(str(drawer), str(CURVES), name, str(FOLDER / f"{name}.svg"))
    text = PAGE.read_text()
    for name, table in (("measured", measured_table(machine)), ("fit", fit_table(machine)),
                        ("curves", curve_table(rows)), ("published", published_table(machine))):
        text = put(text, name, table)
    PAGE.write_text(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--report", action="store_true", help="measure nothing, write the tables and curves")
    parser.add_argument("--build", type=pathlib.Path, default=peers.ROOT / "build" / "benchmarks-mpi",
                        help="a build tree, made with MPI where it is missing")
    options = parser.parse_args()
    if not (options.build / "CMakeCache.txt").exists():
        subprocess.run(["cmake", "--preset", "release", "-B", options.build, "-DALEXNET_BENCHMARKS=ON",
                        "-DALEXNET_MPI=ON"], cwd=peers.ROOT, check=True, stdout=subprocess.DEVNULL)
    if not options.report:
        measure_all(peers.build("scaling_ranks", options.build, "scaling"), options.steps)
    write_report(peers.build("draw_scaling", options.build, "scaling"))


if __name__ == "__main__":
    main()
