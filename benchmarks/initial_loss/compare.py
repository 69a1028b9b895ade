#!/usr/bin/env python3
"""Computes loss and gradients of a file of initial_loss in PyTorch, in f32 and in double; prints one JSON document."""

import json
import pathlib
import sys

import torch
from safetensors import safe_open
from torch import Tensor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "fixtures"))

from torch_network import loss_of, scores_of  # noqa: E402


def read(path: pathlib.Path) -> tuple[dict[str, str], dict[str, dict[str, Tensor]]]:
    """Metadata, and the tensors by group ("weights", "cpu", "reference", "" for pixels and labels)."""
    groups: dict[str, dict[str, Tensor]] = {}
    with safe_open(path, framework="pt") as file:
        for key in file.keys():
            group, _, name = key.rpartition("/")
            groups.setdefault(group, {})[name] = file.get_tensor(key)
        return file.metadata(), groups


def compute(network: dict, groups: dict[str, dict[str, Tensor]], training: bool,
            dtype: torch.dtype) -> tuple[float, dict[str, Tensor]]:
    parameters = {name: tensor.to(dtype) for name, tensor in groups["weights"].items()}
    trainable = [name for name in parameters if name in groups["reference"]]
    for name in trainable:
        parameters[name].requires_grad_()
    pixels = groups[""]["pixels"].permute(0, 3, 1, 2).to(dtype)
    loss = loss_of(network, scores_of(network, parameters, pixels, training), groups[""]["labels"].long())
    gradients = torch.autograd.grad(loss, [parameters[name] for name in trainable])
    return loss.item(), dict(zip(trainable, gradients))


def worst(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> tuple[float, str]:
    """The largest difference, relative to the largest |gradient| of its tensor, and that tensor's name."""
    differences = {}
    for name, gradient in theirs.items():
        scale = gradient.abs().max().item()
        difference = (ours[name].double() - gradient.double()).abs().max().item()
        differences[name] = difference / scale if scale > 0 else difference
    name = max(differences, key=lambda key: differences[key])
    return differences[name], name


def main() -> None:
    metadata, groups = read(pathlib.Path(sys.argv[1]))
    network, training = json.loads(metadata["network"]), metadata["statistics"] == "training"
    single, single_gradients = compute(network, groups, training, torch.float32)
    double, double_gradients = compute(network, groups, training, torch.float64)
    print(json.dumps({
        "cpu": float(metadata["cpu"]),
        "reference": float(metadata["reference"]),
        "pytorch_f32": single,
        "pytorch_f64": double,
        "gradients": {
            "cpu": worst(groups["cpu"], double_gradients),
            "reference": worst(groups["reference"], double_gradients),
            "pytorch_f32": worst(single_gradients, double_gradients),
        },
        "version": torch.__version__,
    }))


if __name__ == "__main__":
    main()
