"""Rows of measurements, kept in CSV files to which a later run adds what is missing, and words for them."""

import csv
import pathlib
import statistics


def read_rows(path: pathlib.Path) -> list[dict]:
    return list(csv.DictReader(path.open())) if path.exists() else []


def append_rows(path: pathlib.Path, columns: list[str], rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerows(rows)


def ratio_words(ratios: list[float]) -> str:
    """The median, and the least and the most."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def seconds_table(head: str, times: dict[str, list[float]]) -> str:
    """Medians of what each took, and how many times the first of them that is, run by run."""
    ours = next(iter(times.values()))
    lines = [f"| {head} | seconds | it takes so many times ours |", "|---|---|---|"]
    for name, values in times.items():
        ratio = "" if values is ours else ratio_words([theirs / own for own, theirs in zip(ours, values)])
        lines.append(f"| {name} | {statistics.median(values):.2f} | {ratio} |")
    return "\n".join(lines)
