"""Photos of 500x700 and 700x500 pixels in class folders, JPEG at quality 90: cut out of real ones, resized by Pillow."""

import argparse
import pathlib

from PIL import Image, ImageOps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=pathlib.Path, help="photos in class folders")
    parser.add_argument("to", type=pathlib.Path)
    parser.add_argument("--photos", type=int, default=512)
    options = parser.parse_args()
    sources = sorted(options.source.glob("*/*.jpg"))
    if not sources:
        parser.error(f"no */*.jpg in {options.source}")
    for number in range(options.photos):
        source = sources[number * len(sources) // options.photos]
        size = (500, 700) if number % 2 else (700, 500)
        folder = options.to / source.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        with Image.open(source) as photo:
            ImageOps.fit(photo.convert("RGB"), size).save(folder / f"{number:05}.jpg", quality=90)


if __name__ == "__main__":
    main()
