#!/usr/bin/env python3
"""torchvision's AlexNet from scratch in PyTorch, on the photos and parts of a run of ours.

    benchmarks/recipes/pytorch_scratch.py --data photos --split RUN/split.csv --seed 1 --threads 2

100 epochs of SGD with momentum 0.9 at 0.02 falling by a cosine, decay 5e-4, batches of 32, random-resized cuts, mirrors,
colours changed a little, smoothed labels: what its users do with few photos. Prints one JSON document.
"""

import argparse
import csv
import json
import pathlib
import time

import torch
import torchvision
from PIL import Image
from torchvision.transforms import v2

EPOCHS, BATCH, RATE, SIDE = 100, 32, 0.02, 224


def load(folder: pathlib.Path, split: pathlib.Path, part: str) -> list[tuple[torch.Tensor, int]]:
    """Photos with a shorter side of 256, as bytes, kept in memory."""
    resize = v2.Resize(256, antialias=True)
    rows = [row for row in csv.DictReader(split.open()) if row["part"] == part]
    return [(resize(v2.functional.pil_to_tensor(Image.open(folder / row["path"]).convert("RGB"))), int(row["label"]))
            for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--split", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    train, test = (load(options.data, options.split, part) for part in ("train", "test"))
    normalize = v2.Compose([v2.ToDtype(torch.float32, scale=True),
                            v2.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))])
    augment = v2.Compose([v2.RandomResizedCrop(SIDE, antialias=True), v2.RandomHorizontalFlip(),
                          v2.ColorJitter(0.2, 0.2, 0.2), normalize])
    central = v2.Compose([v2.CenterCrop(SIDE), normalize])
    classes = len({label for _, label in train})
    network = torchvision.models.alexnet(num_classes=classes).to(memory_format=torch.channels_last)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=0.9, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS * ((len(train) + BATCH - 1) // BATCH))
    began = time.monotonic()
    for _ in range(EPOCHS):
        network.train()
        right = 0
        for part in torch.randperm(len(train)).split(BATCH):
            x = torch.stack([augment(train[i][0]) for i in part]).to(memory_format=torch.channels_last)
            y = torch.tensor([train[i][1] for i in part])
            scores = network(x)
            loss = loss_of(scores, y)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            right += int((scores.argmax(1) == y).sum())
    network.eval()
    with torch.inference_mode():
        correct = sum(int(network(central(photo)[None]).argmax(1)) == label for photo, label in test)
    print(json.dumps({"test_top1": correct / len(test), "train_top1": right / len(train),
                      "seconds": round(time.monotonic() - began, 1), "version": torch.__version__}))


if __name__ == "__main__":
    main()
