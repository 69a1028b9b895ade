"""What is trained, by name."""

import dataclasses

SEEDS = (1, 2, 3)
FLOWERS = ("--split-train=0.65", "--split-val=0.1", "--split-test=0.25")


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    words: str
    data: str
    options: tuple[str, ...]
    init: bool = False  # begins at the file of --init
    peer: bool = False  # PyTorch, on the photos and parts of `options`
    ten_views: bool = False  # measured beside the centre
    seeds: tuple[int, ...] = SEEDS


CASES = (
    Case("fine-tune", "flowers: `caffe-alexnet` from its convolutions of ImageNet, recipe `fine-tune`", "flowers17",
         ("--network=caffe-alexnet", "--recipe=fine-tune", "--freeze=normalize..conv2",
          "--layer-rates=conv3..conv5:0.5", *FLOWERS), init=True, ten_views=True),
    Case("small-data", "flowers: `torchvision` from scratch, recipe `small-data`", "flowers17",
         ("--network=torchvision", "--recipe=small-data", *FLOWERS), ten_views=True),
    # Our run is there for its split alone, which every network shares.
    Case("pytorch-scratch", "flowers: `torchvision`'s network in PyTorch, as its users train", "flowers17",
         ("--network=lenet5", "--epochs=1", *FLOWERS), peer=True),
    Case("cifar10", "CIFAR-10: the default network and recipe", "cifar10", (), seeds=(1,)),
    Case("fashion-mnist", "Fashion-MNIST: the default network and recipe", "fashion-mnist", (), seeds=(1,)),
)
