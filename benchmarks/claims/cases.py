"""What is measured: cases, each a network and a recipe. Networks and epochs are fixed here, so that rows of different
days belong together."""

import dataclasses

from networks import network

SEEDS = [1, 2, 3]

# Enough for each trick to show, few enough for an evening of a processor.
EPOCHS = 8
TRICKS = {"optimizer": "sgd", "batch": 128, "epochs": EPOCHS, "rate": 0.01, "momentum": 0.9, "decay": 0.0005,
          "schedule": "linear", "final_rate": 0, "split_train": 0.9, "split_val": 0.1, "split_test": 0}
# Nothing that regularises.
BARE = TRICKS | {"epochs": 20, "decay": 0, "schedule": "constant"}
CROPS = {"crop": "random", "flip": "true"}


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    claim: str
    network: dict | str
    recipe: dict
    rates: tuple[float, ...] = ()  # tried with seed 1; the others take the best. Empty: the recipe's own.
    until_train_top1: float = 1  # ends when the training photos of an epoch were right to this share


def cropped(definition: dict) -> dict:
    """The network for cuts of 24 pixels out of 32, as cuda-convnet cuts."""
    return definition | {"input": [3, 24, 24]}


def activations() -> list[Case]:
    return [Case(kind, "relu", network(kind, activation=kind, lrn=False, dropout=0), BARE, rates, until_train_top1=0.75)
            for kind, rates in (("relu", (0.03, 0.01)), ("tanh", (0.03, 0.01)), ("sigmoid", (0.1, 0.03)))]


def tricks() -> list[Case]:
    """Each differs from `base` in one thing."""
    augmented = TRICKS | CROPS
    return [
        Case("base", "base", cropped(network("base")), augmented),
        Case("pool-2", "overlapping pooling", cropped(network("pool-2", pool=2)), augmented),
        Case("no-lrn", "normalisation", cropped(network("no-lrn", lrn=False)), augmented),
        Case("no-dropout", "dropout", cropped(network("no-dropout", dropout=0)), augmented),
        Case("no-crops", "crops and mirrors", network("no-crops"), TRICKS),
        Case("colour-noise", "colour noise", cropped(network("colour-noise")),
             augmented | {"color_noise": 0.1, "color_noise_shrink": "true"}),
        Case("half-width", "width", cropped(network("half-width", width=0.5)), augmented),
        Case("two-convolutions", "depth", cropped(network("two-convolutions", convolutions=2)), augmented),
    ]


def caffe() -> list[Case]:
    return [Case("cifar10-quick", "Caffe's recipe", "cifar10-quick", {"recipe": "cifar10-quick"})]


def all_cases() -> list[Case]:
    return caffe() + tricks() + activations()
