#!/usr/bin/env python3
"""Caffe's cifar10_quick in PyTorch, on the very photos and parts of a run of ours: error and time.

    benchmarks/claims/pytorch_cifar10_quick.py --data cifar10 --run RUN --seed 1 --threads 2

Prints one JSON document. The network, its starts and its updates are Caffe's: SGD with momentum 0.9, decay 0.004 on all
that learns, biases at twice the rate, the mean image of the training photos subtracted.
"""

import argparse
import csv
import json
import pathlib
import time

import numpy
import torch
import torch.nn.functional as F
from PIL import Image

RATE, BATCH, EPOCHS, DROP_AFTER = 0.001, 100, 10, 8


class Quick(torch.nn.Module):
    """Pools round up and overlap; the average is over the pixels that a window has."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = torch.nn.Conv2d(3, 32, 5, padding=2), torch.nn.Conv2d(32, 32, 5, padding=2)
        self.conv3 = torch.nn.Conv2d(32, 64, 5, padding=2)
        self.ip1, self.ip2 = torch.nn.Linear(1024, 64), torch.nn.Linear(64, 10)
        for layer, sigma in ((self.conv1, 1e-4), (self.conv2, 0.01), (self.conv3, 0.01), (self.ip1, 0.1),
                             (self.ip2, 0.1)):
            torch.nn.init.normal_(layer.weight, std=sigma)
            torch.nn.init.zeros_(layer.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        def average(x: torch.Tensor) -> torch.Tensor:
            return F.avg_pool2d(x, 3, 2, ceil_mode=True)
        x = F.relu(F.max_pool2d(self.conv1(x), 3, 2, ceil_mode=True))
        x = average(F.relu(self.conv2(x)))
        x = average(F.relu(self.conv3(x)))
        return self.ip2(self.ip1(x.flatten(1)))


def load(folder: pathlib.Path, run: pathlib.Path, part: str) -> tuple[torch.Tensor, torch.Tensor]:
    rows = [row for row in csv.DictReader((run / "split.csv").open()) if row["part"] == part]
    pixels = numpy.stack([numpy.asarray(Image.open(folder / row["path"]).convert("RGB")) for row in rows])
    labels = torch.tensor([int(row["label"]) for row in rows])
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float(), labels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--run", type=pathlib.Path, required=True, help="a run of ours, for its split.csv")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)

    began = time.monotonic()
    (photos, labels), (test, test_labels) = (load(options.data, options.run, part) for part in ("train", "test"))
    mean = photos.mean(0)
    network = Quick().to(memory_format=torch.channels_last)
    weights = [p for name, p in network.named_parameters() if name.endswith("weight")]
    biases = [p for name, p in network.named_parameters() if name.endswith("bias")]
    optimizer = torch.optim.SGD([{"params": weights}, {"params": biases, "lr": 2 * RATE}], lr=RATE, momentum=0.9,
                                weight_decay=0.004)
    right = 0
    for epoch in range(EPOCHS):
        if epoch == DROP_AFTER:
            for group in optimizer.param_groups:
                group["lr"] /= 10
        right = 0
        for places in torch.randperm(len(photos)).split(BATCH):
            x = (photos[places] - mean).contiguous(memory_format=torch.channels_last)
            scores = network(x)
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(scores, labels[places]).backward()
            optimizer.step()
            right += int((scores.argmax(1) == labels[places]).sum())
    with torch.no_grad():
        correct = sum(int((network(x - mean).argmax(1) == y).sum())
                      for x, y in zip(test.split(1000), test_labels.split(1000)))
    print(json.dumps({"version": torch.__version__, "train_top1": right / len(photos),
                      "test_top1": correct / len(test), "seconds": round(time.monotonic() - began, 1)}))


if __name__ == "__main__":
    main()
