"""A network in PyTorch's plain functions, from its JSON document alone."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Layer = dict
Parameters = dict[str, Tensor]


def explicit_padding(layer: Layer, x: Tensor) -> tuple[int, int, int, int]:
    """left, right, top, bottom: F.pad's order."""
    if layer["padding"] == "same":
        raise NotImplementedError(f"{layer['name']}: padding same")
    top, left, bottom, right = layer["padding"]
    return left, right, top, bottom


def normalize(layer: Layer, x: Tensor, parameters: Parameters) -> Tensor:
    """x: bytes (N,H,W,C). y[c] = (x[c] * scale - mean) / deviation."""
    x = x.permute(0, 3, 1, 2)
    if layer["order"] == "bgr":
        x = x.flip(1)

    def per_channel(values: list[float], otherwise: float) -> Tensor:
        return torch.tensor(values or [otherwise], dtype=x.dtype).view(1, -1, 1, 1)

    mean = per_channel(layer["mean"], 0)
    if layer["mean_image"]:
        top, left = (layer["mean_height"] - x.shape[2]) // 2, (layer["mean_width"] - x.shape[3]) // 2
        mean = parameters[layer["name"] + ".mean"][:, top:top + x.shape[2], left:left + x.shape[3]]
    return (x * layer["scale"] - mean) / per_channel(layer["deviation"], 1)


def conv2d(layer: Layer, x: Tensor, parameters: Parameters) -> Tensor:
    weight, bias = parameters[layer["name"] + ".weight"], parameters.get(layer["name"] + ".bias")
    return F.conv2d(F.pad(x, explicit_padding(layer, x)), weight, bias, layer["stride"], groups=layer["groups"])


def max_pool2d(layer: Layer, x: Tensor, parameters: Parameters) -> Tensor:
    x = F.pad(x, explicit_padding(layer, x), value=-torch.inf)
    return F.max_pool2d(x, layer["window"], layer["stride"], ceil_mode=layer["rounding"] == "up")


def avg_pool2d(layer: Layer, x: Tensor, parameters: Parameters) -> Tensor:
    if any(explicit_padding(layer, x)) or layer["rounding"] == "up" or layer["divisor"] == "one":
        raise NotImplementedError(f"{layer['name']}: windows that are not whole")
    return F.avg_pool2d(x, layer["window"], layer["stride"])


def lrn(layer: Layer, x: Tensor, parameters: Parameters) -> Tensor:
    """y = x * (k + c * sum of squares)^-beta, by the formula: over channels of a group, or over a square of the map."""
    size, half, squares = layer["size"], layer["size"] // 2, x * x
    terms = size if layer["span"] == "across" else size * size
    if layer["span"] == "across":
        n, channels, height, width = x.shape
        grouped = squares.view(n, layer["groups"], channels // layer["groups"], height, width)
        padded = F.pad(grouped, (0, 0, 0, 0, half, half))
        total = padded.unfold(2, size, 1).sum(-1).view_as(x)
    else:
        total = F.pad(squares, (half, half, half, half)).unfold(2, size, 1).unfold(3, size, 1).sum((-2, -1))
    c = layer["alpha"] / terms if layer["alpha_divided"] else layer["alpha"]
    return x * (layer["k"] + c * total) ** -layer["beta"]


def batch_norm(layer: Layer, x: Tensor, parameters: Parameters, over_batch: bool) -> Tensor:
    weight, bias, mean, variance = (parameters[f"{layer['name']}.{what}"]
                                    for what in ("weight", "bias", "running_mean", "running_var"))
    return F.batch_norm(x, None if over_batch else mean, None if over_batch else variance, weight, bias, over_batch,
                        eps=layer["epsilon"])


def dense(layer: Layer, x: Tensor, parameters: Parameters) -> Tensor:
    return F.linear(x, parameters[layer["name"] + ".weight"], parameters.get(layer["name"] + ".bias"))


FUNCTIONS: dict[str, Callable[[Layer, Tensor, Parameters], Tensor]] = {
    "normalize": normalize,
    "conv2d": conv2d,
    "max_pool2d": max_pool2d,
    "avg_pool2d": avg_pool2d,
    "relu": lambda layer, x, parameters: F.relu(x),
    "tanh": lambda layer, x, parameters: torch.tanh(x),
    "sigmoid": lambda layer, x, parameters: torch.sigmoid(x),
    "lrn": lrn,
    # At test time: an inverted one does nothing, the original one scales.
    "dropout": lambda layer, x, parameters: x if layer["inverted"] else x * (1 - layer["rate"]),
    "flatten": lambda layer, x, parameters: x.flatten(1),
    "dense": dense,
}


def loss_of(network: dict, parameters: Parameters, pixels: Tensor, labels: Tensor, training: bool) -> Tensor:
    """The mean loss of a batch. `training`: batch normalisation over the batch; dropout always as at test time."""
    if network["output"] != "probabilities":
        raise NotImplementedError(network["output"])
    x = pixels
    for layer in network["layers"]:
        if layer["kind"] == "batch_norm":
            x = batch_norm(layer, x, parameters, training)
        else:
            x = FUNCTIONS[layer["kind"]](layer, x, parameters)
    return F.cross_entropy(x, labels)
