#!/usr/bin/env python3
"""Makes the pictures of this folder from a run on the 17 flowers, with the program alone.

    make.py PROGRAM RUN PHOTOS

PROGRAM: build/release/alexnet; RUN: the folder of its training; PHOTOS: the folder of the flowers. The photos are not
ours to hand on: maps, charts and filters only. The report is made as for a reader without the photos.
"""

import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests/browser"))
from browser import Browser  # noqa: E402

PHOTO = "sunflower/image_0748.jpg"
UNITS = ("conv3/10", "conv5/12", "conv5/100")
# Of a sequential scale and of a diverging one, as src/charts draws them: light is nothing.
SEQUENTIAL = ((247, 251, 255), (8, 48, 107))
NEGATIVE, ZERO, POSITIVE = (178, 80, 10), (245, 245, 245), (10, 95, 194)


def run(program, *arguments):
    subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)


def blend(low, high, share):
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(low, high))


def map_svg(table, title):
    """The values of a heat map as squares; the photo that it is of is not behind it."""
    rows = list(csv.DictReader(table.open()))
    values = [float(r.get("value") or r.get("points") or r.get("score")) for r in rows]
    largest = max(map(abs, values)) or 1
    height = 1 + max(int(r["row"]) for r in rows)
    width = 1 + max(int(r["column"]) for r in rows)
    side = 260 // max(width, height)
    squares = []
    for row, value in zip(rows, values):
        if min(values) < 0:
            colour = blend(ZERO, POSITIVE if value > 0 else NEGATIVE, abs(value) / largest)
        else:
            colour = blend(*SEQUENTIAL, value / largest)
        squares.append(f'<rect x="{int(row["column"]) * side}" y="{int(row["row"]) * side + 24}" width="{side}" '
                       f'height="{side}" fill="{colour}"/>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * side}" height="{height * side + 44}" role="img" '
            f'font-family="system-ui,sans-serif" font-size="12"><title>{title}</title>'
            f'<rect width="100%" height="100%" fill="#fff"/><text x="0" y="14">{title}</text>{"".join(squares)}'
            f'<text x="0" y="{height * side + 40}">{min(values):.3g} to {max(values):.3g}</text></svg>\n')


def without_folders(text, words):
    """Files by their name alone: where they lay is nobody's business."""
    for word in words:
        if "/" in word:
            text = text.replace(word, pathlib.Path(word).name)
    return text


def report_without_photos(program, run_folder, language, to, work):
    """The run as on a machine that has not its photos: only its small files are needed beside the model."""
    copy = work / "run"
    document = json.loads((run_folder / "run.json").read_text())
    options = document["command_line"][3:-2]
    if not copy.exists():
        copy.mkdir()
        for file in run_folder.iterdir():
            if file.is_file() and file.name not in ("last.safetensors", "run.json", "recipe.toml"):
                (copy / file.name).symlink_to(file.resolve())
        document["data"].update(source="flowers17", name="flowers17")
        document["command_line"] = ["alexnet", "train", "flowers17", *options]
        for name, text in (("run.json", json.dumps(document)), ("recipe.toml", (run_folder / "recipe.toml").read_text())):
            (copy / name).write_text(without_folders(text, options))
    nowhere = {"PATH": os.environ["PATH"], "HOME": str(work), "XDG_DATA_HOME": str(work)}
    subprocess.run([program, "report", "run", "--lang", language, "--threads", "1", "--to", str(to)], check=True,
                   cwd=work, env=nowhere, stdout=subprocess.DEVNULL)
    to.with_name(to.stem + "-classes.csv").unlink()
    return without_folders(" ".join(options), options)


def caption_of(album, kind):
    photo = album["photos"][0]
    return next(p["caption"] for p in photo["pictures"] if p["kind"] == kind)


def main(program, run_folder, photos):
    program, run_folder = str(pathlib.Path(program).resolve()), pathlib.Path(run_folder).resolve()
    lines = []

    def show(file, words):
        lines.append(f"![{file}]({file})\n\n{words}\n")

    with tempfile.TemporaryDirectory() as place:
        work = pathlib.Path(place)
        album = work / "album"
        run(program, "explain", str(run_folder), f"{photos}/{PHOTO}", "--threads", "1", "--to", str(album))
        document = json.loads((album / "explain.json").read_text())
        pictures = album / document["photos"][0]["folder"]
        shutil.copy(album / "filters.png", HERE / "filters.png")
        show("filters.png", document["filters"]["caption"])
        shutil.copy(run_folder / "curves.svg", HERE / "curves.svg")
        show("curves.svg", "Loss and accuracy over the epochs, as the run keeps them.")
        for language in ("en", "zh"):
            command = report_without_photos(program, run_folder, language, HERE / f"report.{language}.html", work)
        with Browser() as browser:
            for part, dark in (("top", True), ("matrix", False), ("calibration", False)):
                page = browser.open(HERE / "report.en.html", width=1100, dark=dark)
                box = page.value(f"(() => {{ const r = document.querySelector('#{part}').getBoundingClientRect();"
                                 " return [r.x - 12, r.y + scrollY - 12, r.width + 24, r.height + 24]; })()")
                page.screenshot(HERE / f"{part}.png", clip=box)
        show("top.png", "The first screen of its report, dark.")
        show("matrix.png", "The confusion matrix of [report.en.html](report.en.html), a page in one file "
             "([in Chinese](report.zh.html)); in the reader's own copy each cell opens its photos.")
        show("calibration.png", "How far its confidence can be trusted.")
        for kind, file in (("grad_cam", "gradcam"), ("occlusion", "occlusion")):
            (HERE / f"{file}.svg").write_text(map_svg(pictures / f"{file}.csv", f"{kind} of a sunflower, values alone"))
            show(f"{file}.svg", caption_of(document, kind))
        layer = next((pictures / "layers").glob("*-relu5.png"))
        shutil.copy(layer, HERE / "relu5.png")
        show("relu5.png", next(p["caption"] for p in document["photos"][0]["pictures"] if p["file"].endswith(layer.name)))
        for unit in UNITS:
            run(program, "explain", str(run_folder), "--unit", unit, "--photos", str(run_folder), "--split", "val",
                "--seconds", "40", "--threads", "1", "--to", str(album))
            of_unit = json.loads((album / "explain.json").read_text())["units"][0]
            name = unit.replace("/", "-") + ".png"
            shutil.copy(album / unit / "synthetic.png", HERE / name)
            show(name, f"Unit {unit}: " + next(p["caption"] for p in of_unit["pictures"] if p["kind"] == "synthetic"))
    (HERE / "README.md").write_text(
        "# Gallery\n\nMade by `make.py PROGRAM RUN PHOTOS` from a run on the 17 flowers of Nilsback and Zisserman:\n\n"
        f"    alexnet train flowers17 {command}\n\n"
        "Its convolutions are Caffe's AlexNet, trained on ImageNet; its dense layers were trained here, four epochs long. "
        "The flowers' photos are not shown: they are not ours to hand on.\n\n" + "\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:4])
