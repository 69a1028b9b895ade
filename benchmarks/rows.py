"""Rows of measurements, kept in CSV files to which a later run adds what is missing."""

import csv
import pathlib


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
