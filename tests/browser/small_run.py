"""A short training on small pictures, for tests of pages."""

import random
import struct
import subprocess
import zlib


def png(path, colour, seed):
    """A noisy square of 32 x 32 pixels."""
    noise = random.Random(seed)
    rows = b"".join(b"\0" + bytes(min(255, c + noise.randrange(90)) for _ in range(32) for c in colour)
                    for _ in range(32))

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def make_photos(photos, colours):
    """Twenty photos a class, each class of a colour."""
    for name, colour in colours.items():
        (photos / name).mkdir(parents=True, exist_ok=True)
        for i in range(20):
            png(photos / name / f"{i}.png", colour, f"{name}{i}")


def train(program, folder, run="run", language="en"):
    """A short training on photos of which two classes look the same, so that some are mixed up."""
    make_photos(folder / "photos", {"daisy": (90, 60, 60), "rose <b>": (60, 90, 60), "向日葵": (60, 90, 60)})
    subprocess.run([program, "train", "photos", "--network", "lenet5", "--epochs", "2", "--batch", "8", "--run", run,
                    "--lang", language],
                   cwd=folder, check=True, capture_output=True)
