"""The small networks of the claims, as JSON documents that `alexnet train --network` reads."""

CIFAR_SIDE = 32


def gaussian_free(kind: str) -> dict:
    """Weights that start well with any activation: He for ReLU, Glorot for the others."""
    return {"init": {"kind": "he_normal" if kind == "relu" else "glorot_uniform", "value": 0.0}}


def network(name: str, *, activation: str = "relu", pool: int = 3, lrn: bool = True, dropout: float = 0.5,
            width: float = 1, convolutions: int = 3) -> dict:
    """AlexNet in small: convolutions with normalisation and overlapping pools, then two dense layers.

    conv 5x5 -> activation -> LRN -> max pool, each halving the map (32, 16, 8, 4); of the last the LRN is left out, as
    AlexNet does. Filters 32, 32, 64 times `width`; the hidden dense layer has 256 units.
    """
    layers = [{"kind": "normalize", "name": "normalize", "scale": 1 / 64, "mean_image": True,
               "mean_height": CIFAR_SIDE, "mean_width": CIFAR_SIDE}]
    for i, filters in enumerate([32, 32, 64][3 - convolutions:], start=1):
        layers.append({"kind": "conv2d", "name": f"conv{i}", "filters": int(filters * width), "kernel": 5,
                       "padding": [2, 2, 2, 2], "weight": gaussian_free(activation)})
        layers.append({"kind": activation, "name": f"act{i}"})
        if lrn and i < convolutions:
            layers.append({"kind": "lrn", "name": f"lrn{i}", "size": 5, "alpha": 1e-4, "beta": 0.75, "k": 2})
        layers.append({"kind": "max_pool2d", "name": f"pool{i}", "window": pool, "stride": 2, "rounding": "up"})
    layers.append({"kind": "flatten", "name": "flatten"})
    layers.append({"kind": "dense", "name": "fc1", "units": 256, "weight": gaussian_free(activation)})
    layers.append({"kind": activation, "name": "act_fc1"})
    if dropout > 0:
        layers.append({"kind": "dropout", "name": "dropout", "rate": dropout})
    layers.append({"kind": "dense", "name": "fc2", "units": 10})
    return {"schema": "alexnet.network", "version": 1, "name": name, "input": [3, CIFAR_SIDE, CIFAR_SIDE],
            "output": "probabilities", "layers": layers}
