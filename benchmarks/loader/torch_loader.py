"""Photos a second that torchvision's ImageFolder, its transforms and PyTorch's DataLoader decode, augment and batch."""

import argparse
import json
import time

import torch
import torchvision
from torchvision import transforms


def one_thread(_: int) -> None:
    torch.set_num_threads(1)


def make_loader(options: argparse.Namespace) -> torch.utils.data.DataLoader:
    if options.crop == "random":
        crop = [transforms.Resize(256), transforms.RandomCrop(224)]
    else:
        crop = [transforms.RandomResizedCrop(224)]
    # Bytes, as our batches have them: turning them into numbers is not measured.
    steps = transforms.Compose([*crop, transforms.RandomHorizontalFlip(), transforms.PILToTensor()])
    return torch.utils.data.DataLoader(torchvision.datasets.ImageFolder(options.folder, steps),
                                       batch_size=options.batch, shuffle=True, num_workers=options.workers,
                                       persistent_workers=True, prefetch_factor=4,
                                       worker_init_fn=one_thread)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--crop", choices=["random", "random-resized"], default="random")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    loader = make_loader(options)
    speeds = []
    for _ in range(options.epochs):
        begin = time.perf_counter()
        photos = sum(len(labels) for _, labels in loader)
        speeds.append(photos / (time.perf_counter() - begin))
    print(json.dumps({"photos_per_second": speeds, "torch": torch.__version__, "torchvision": torchvision.__version__}))


if __name__ == "__main__":
    main()
