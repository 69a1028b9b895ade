"""The tables of docs/claims.md, from the rows that are there."""

import pathlib
import statistics

from pages import write_part

ARCHITECTURE = ["base", "pool-2", "no-lrn", "half-width", "two-convolutions"]
REGULARISATION = ["few", "few-no-dropout", "few-no-crops", "few-colour-noise"]
ACTIVATIONS = ["relu", "tanh", "sigmoid"]


def percent(values: list[float]) -> str:
    """Mean of the seeds, and the smallest and largest."""
    shown = f"{100 * statistics.mean(values):.1f} %"
    return shown if len(values) == 1 else f"{shown} ({100 * min(values):.1f} to {100 * max(values):.1f})"


def errors(rows: list[dict]) -> list[float]:
    return [1 - float(row["test_top1"]) for row in rows if row["test_top1"]]


def of_case(rows: list[dict], case: str) -> list[dict]:
    return [row for row in rows if row["case"] == case]


def tricks_table(rows: list[dict], names: list[str]) -> list[str]:
    """The first case is what the others differ from in one thing."""
    lines = [f"| case | seeds | test error | against `{names[0]}` | training error, last epoch |", "|---|---|---|---|---|"]
    base = errors(of_case(rows, names[0]))
    for case in names:
        own = of_case(rows, case)
        if not errors(own) or not base:
            continue
        difference = 100 * (statistics.mean(errors(own)) - statistics.mean(base))
        lines.append(f"| `{case}` | {len(own)} | {percent(errors(own))} | {'' if case == names[0] else f'{difference:+.1f}'} "
                     f"| {percent([1 - float(row['train_top1']) for row in own])} |")
    return lines


def activations_table(rows: list[dict]) -> list[str]:
    lines = ["| activation | rate | seed | epochs until 25 % training error | training error, last epoch |",
             "|---|---|---|---|---|"]
    for case in ACTIVATIONS:
        for row in of_case(rows, case):
            lines.append(f"| {case} | {row['rate']} | {row['seed']} | {row['reached'] or 'not in ' + row['epochs']} "
                         f"| {100 * (1 - float(row['train_top1'])):.1f} % |")
    return lines


def caffe_table(rows: list[dict]) -> list[str]:
    lines = ["| program | seed | test error | seconds | threads |", "|---|---|---|---|---|"]
    for case, program in (("cifar10-quick", "ours"), ("cifar10-quick-pytorch", "PyTorch")):
        for row in of_case(rows, case):
            lines.append(f"| {program} | {row['seed']} | {100 * (1 - float(row['test_top1'])):.1f} % "
                         f"| {float(row['seconds']):.0f} | {row['threads']} |")
    return lines


def write(rows: list[dict], path: pathlib.Path) -> None:
    processors = sorted({f"{row['date']}, {row['processor']}" for row in rows})
    sections = [("Architecture, 45,000 photos, 8 epochs", tricks_table(rows, ARCHITECTURE), "architecture"),
                ("Regularisation, 4,500 photos, 80 epochs", tricks_table(rows, REGULARISATION), "regularisation"),
                ("Activations", activations_table(rows), "activations"),
                ("Caffe's recipe for `cifar10-quick`", caffe_table(rows), "")]
    parts = []
    for title, table, curves in sections:
        parts += [f"### {title}", "", *(table if len(table) > 2 else ["No row yet."]), ""]
        if (path.parent / "claims" / f"{curves}.svg").exists():
            parts += [f"![curves](claims/{curves}.svg)", ""]
    parts.append("Measured: " + "; ".join(processors) + ".")
    write_part(path, "tables", "\n" + "\n".join(parts) + "\n\n")
