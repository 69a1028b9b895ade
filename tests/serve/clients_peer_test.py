#!/usr/bin/env python3
"""The same photo by every route, as other programs send it (curl, Python's requests, Triton's HTTP client), gets the names
of `alexnet predict`, to 1e-6 in our own documents and to 1e-5 where numbers travel as float32, and in every digit that is printed.
Our own documents are the same in every digit by whichever route.

clients_peer_test.py PROGRAM FOLDER OF A VIRTUAL ENVIRONMENT
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from served import Served, packages


def output_of(*words, folder):
    return json.loads(subprocess.run(words, cwd=folder, check=True, capture_output=True).stdout)


def probabilities(document):
    return {one["name"]: one["probability"] for one in document["predictions"][0]["classes"]}


if __name__ == "__main__":
    python = packages(sys.argv[2], "tritonclient[http]==2.73.0", "requests==2.34.2")
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder, Served(program, folder) as served:
        photo = next((pathlib.Path(folder) / "photos").rglob("*.png"))
        expected = probabilities(output_of(program, "predict", "run", photo, "--json", folder=folder))
        ways = output_of(python, pathlib.Path(__file__).with_name("clients.py"), served.address, photo, folder=folder)
        ways["curl"] = probabilities(output_of("curl", "-sf", "--data-binary", f"@{photo}", "-H", "Content-Type: image/png",
                                               served.address + "v1/predict", folder=folder))
        for way, got in ways.items():
            most = 1e-5 if way.startswith("triton") else 1e-6
            assert got.keys() == expected.keys(), (way, got)
            assert all(abs(got[name] - expected[name]) <= most for name in expected), (way, got, expected)
            printed = [{name: f"{100 * value:.1f} %" for name, value in of.items()} for of in (got, expected)]
            assert printed[0] == printed[1], (way, printed)
            assert way.startswith("triton") or got == ways["curl"], (way, "another answer than curl's", got)
        print(f"{len(ways)} ways, the same names: {', '.join(ways)}")
