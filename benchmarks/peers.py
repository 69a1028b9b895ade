"""PyTorch beside us: makes its virtual environment and the surroundings in which it runs best."""

import argparse
import glob
import json
import os
import pathlib
import re
import subprocess
import sys
import venv

BENCHMARKS = pathlib.Path(__file__).resolve().parent
ROOT = BENCHMARKS.parent
ALLOCATOR = "/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4"
# What our programs are tuned with, if set, slows PyTorch's own BLAS.
UNWANTED = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]
PURE = ["numpy", "safetensors", "pillow", "typing_extensions", "sympy", "networkx", "jinja2", "fsspec", "filelock",
        "setuptools", "tensorboard"]
# Of the GPU libraries that PyTorch opens even on a machine without a GPU, those that a CUDA toolkit lacks.
BESIDE_TOOLKIT = ["nvidia-cusparselt", "nvidia-nccl", "nvidia-nvshmem"]


def python_of(folder: pathlib.Path) -> pathlib.Path:
    return folder / "bin" / "python"


def cuda_toolkit() -> pathlib.Path | None:
    """The lib64 of an installed CUDA toolkit: with it 3 GB of wheels need not be downloaded."""
    found = sorted(glob.glob("/usr/local/cuda*/lib64/libcublas.so.*"))
    return pathlib.Path(found[-1]).parent if found else None


def pip(folder: pathlib.Path, *arguments: str) -> None:
    subprocess.run([python_of(folder), "-m", "pip", "install", "--quiet", *arguments], check=True)


def gpu_requirements(folder: pathlib.Path) -> list[str]:
    """`name==version` of the wheels of BESIDE_TOOLKIT, as the installed PyTorch asks for them."""
    code = "import importlib.metadata as m, json; print(json.dumps(m.requires('torch')))"
    wanted = json.loads(subprocess.run([python_of(folder), "-c", code], check=True, capture_output=True).stdout)
    exact = [re.match(r"[\w.=-]+", requirement)[0] for requirement in wanted]
    return [name for name in exact if name.startswith(tuple(BESIDE_TOOLKIT))] + ["nvidia-cufile"]


def has(folder: pathlib.Path, modules: list[str]) -> bool:
    return python_of(folder).exists() and subprocess.run([python_of(folder), "-c", f"import {', '.join(modules)}"],
                                                         env=environment(folder), capture_output=True).returncode == 0


def make_environment(folder: pathlib.Path, more: list[str] | None = None) -> None:
    """A virtual environment with PyTorch in `folder`, unless it is there; and packages called as their modules."""
    make_torch_environment(folder)
    if more and not has(folder, more):
        pip(folder, *more)


def make_torch_environment(folder: pathlib.Path) -> None:
    if has(folder, ["torch", "numpy", "safetensors"]):
        return
    print(f"making a virtual environment with PyTorch in {folder} (once; some GB)", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    if cuda_toolkit() is None:
        pip(folder, "torch", "torchvision", "numpy", "safetensors", "tensorboard")
        return
    pip(folder, "--no-deps", "torch", "torchvision")
    pip(folder, *PURE)
    pip(folder, "--no-deps", *gpu_requirements(folder))


def environment(folder: pathlib.Path) -> dict[str, str]:
    """The variables for PyTorch: libraries of its wheels and of the toolkit, tcmalloc where it is installed."""
    variables = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    libraries = glob.glob(str(folder / "lib" / "python3*" / "site-packages" / "nvidia" / "*" / "lib"))
    toolkit = cuda_toolkit()
    paths = libraries + ([str(toolkit)] if toolkit else []) + [variables.get("LD_LIBRARY_PATH", "")]
    variables["LD_LIBRARY_PATH"] = ":".join(path for path in paths if path)
    if pathlib.Path(ALLOCATOR).exists():
        variables["LD_PRELOAD"] = ALLOCATOR
    return variables


def configure(folder: pathlib.Path) -> None:
    if not (folder / "CMakeCache.txt").exists():
        print(f"configuring {folder}", file=sys.stderr, flush=True)
        subprocess.run(["cmake", "--preset", "release", "-B", folder, "-DALEXNET_BENCHMARKS=ON"], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)


def build(target: str, folder: pathlib.Path, group: str = "") -> pathlib.Path:
    """Our program `target` of benchmarks/GROUP (its own name), built as users build it unless `folder` is a tree of
    another kind; returns its path."""
    configure(folder)
    print(f"building {target} in {folder}", file=sys.stderr, flush=True)
    subprocess.run(["cmake", "--build", folder, "--target", target], check=True, stdout=subprocess.DEVNULL)
    return folder / "benchmarks" / (group or target) / target


def build_command(folder: pathlib.Path) -> pathlib.Path:
    """The command `alexnet`, built in the same way."""
    configure(folder)
    subprocess.run(["cmake", "--build", folder, "--target", "alexnet"], check=True, stdout=subprocess.DEVNULL)
    return folder / "alexnet"


def add_program_options(parser: argparse.ArgumentParser, program: str = "an alexnet") -> None:
    """Where our program and PyTorch are found or made."""
    parser.add_argument("--program", type=pathlib.Path, help=f"{program} that is built already")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "benchmarks")
    parser.add_argument("--venv", type=pathlib.Path, default=BENCHMARKS / ".venv")


def run(command: list[str | os.PathLike[str]], variables: dict[str, str] | None = None) -> bytes:
    """What a command prints. One that fails ends this program too: it has said why."""
    result = subprocess.run(command, env=variables, stdout=subprocess.PIPE)
    if result.returncode != 0:
        sys.exit(f"error: this failed: {' '.join(map(str, command))}")
    return result.stdout


def run_json(command: list[str | os.PathLike[str]], variables: dict[str, str] | None = None) -> dict:
    """The JSON document that a command prints."""
    return json.loads(run(command, variables))


def flowers(command: pathlib.Path) -> pathlib.Path:
    """The folder of the 17 flowers; our `command` fetches them where they are not there."""
    run([command, "data", "fetch", "flowers17"])
    known = run_json([command, "data", "list", "--json"])["sets"]
    return next(pathlib.Path(one["folder"]) for one in known if one["name"] == "flowers17")
