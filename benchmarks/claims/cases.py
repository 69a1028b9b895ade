"""What is measured: cases, each a network and a recipe. Networks and epochs are fixed here, so that rows of different
days belong together."""

import dataclasses

from networks import network

SEEDS = [1, 2, 3]

# Enough for each trick to show, few enough for an evening of a processor.
EPOCHS = 8
TRICKS = {"optimizer": "sgd", "batch": 128, "epochs": EPOCHS, "rate": 0.01, "momentum": 0.9, "decay": 0.0005,
          "schedule": "linear", "final_rate": 0, "warmup_epochs": 1, "crop": "center",
          "flip": "false", "split_train": 0.9, "split_val": 0.1, "split_test": 0}
# A tenth of the photos, ten times as often: what keeps a network from learning its photos by heart shows here.
FEW_PHOTOS = 500  # of a class
FEW = TRICKS | {"epochs": 10 * EPOCHS}
# Nothing that regularises.
BARE = TRICKS | {"epochs": 20, "decay": 0, "schedule": "constant", "warmup_epochs": 0}
CROPS = {"crop": "random", "flip": "true"}


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    claim: str
    network: dict | str
    recipe: dict
    rates: tuple[float, ...] = ()  # tried with seed 1; the others take the best. Empty: the recipe's own.
    until_train_top1: float = 1  # ends when the training photos of an epoch were right to this share
    photos: int = 0  # of a class, for training; 0: all


def cropped(definition: dict) -> dict:
    """The network for cuts of 24 pixels out of 32, as cuda-convnet cuts."""
    return definition | {"input": [3, 24, 24]}


def activations() -> list[Case]:
    return [Case(kind, "relu", network(kind, activation=kind, lrn=False, dropout=0), BARE, rates, until_train_top1=0.75)
            for kind, rates in (("relu", (0.01, 0.003, 0.001)), ("tanh", (0.01, 0.003, 0.03)),
                                ("sigmoid", (0.1, 0.03)))]


def architecture() -> list[Case]:
    """Each differs from `base` in one thing."""
    recipe = TRICKS | CROPS
    return [
        Case("base", "base", cropped(network("base")), recipe),
        Case("pool-2", "overlapping pooling", cropped(network("pool-2", pool=2)), recipe),
        Case("no-lrn", "normalisation", cropped(network("no-lrn", lrn=False)), recipe),
        Case("half-width", "width", cropped(network("half-width", width=0.5)), recipe),
        Case("two-convolutions", "depth", cropped(network("two-convolutions", convolutions=2)), recipe),
    ]


def regularisation() -> list[Case]:
    """The same on few photos, each without or with one more of what is drawn by chance."""
    recipe, base = FEW | CROPS, cropped(network("few"))
    return [
        Case("few", "base", base, recipe, photos=FEW_PHOTOS),
        Case("few-no-dropout", "dropout", cropped(network("few-no-dropout", dropout=0)), recipe, photos=FEW_PHOTOS),
        Case("few-no-crops", "crops and mirrors", base, FEW, photos=FEW_PHOTOS),
        Case("few-colour-noise", "colour noise", base, recipe | {"color_noise": 0.1, "color_noise_shrink": "true"},
             photos=FEW_PHOTOS),
    ]


def caffe() -> list[Case]:
    return [Case("cifar10-quick", "Caffe's recipe", "cifar10-quick", {"recipe": "cifar10-quick"})]


def all_cases() -> list[Case]:
    return caffe() + architecture() + regularisation() + activations()
