#!/usr/bin/env python3
"""Training steps of the same networks in PyTorch, at its best settings; prints one JSON document.

    pytorch_step.py tutorial [--batch 64] [--threads 2] [--steps 10] [--warm-up 3] [--precision bf16]

channels_last, fused optimisers, and photos that begin as bytes as ours do. Run by run.py.
"""

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models import alexnet


def tutorial(classes: int = 17) -> nn.Module:
    """The tutorial's Keras program: Keras's batch normalisation is momentum 0.99 (here 0.01) and epsilon 1e-3."""

    def norm(channels: int) -> nn.BatchNorm2d:
        return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)

    def dense(inputs: int, units: int) -> list[nn.Module]:
        return [nn.Linear(inputs, units), nn.ReLU(True), nn.Dropout(0.4),
                nn.BatchNorm1d(units, eps=1e-3, momentum=0.01)]

    return nn.Sequential(
        nn.Conv2d(3, 96, 11, 4), nn.ReLU(True), nn.MaxPool2d(2, 2), norm(96),
        nn.Conv2d(96, 256, 11), nn.ReLU(True), nn.MaxPool2d(2, 2), norm(256),
        nn.Conv2d(256, 384, 3), nn.ReLU(True), norm(384),
        nn.Conv2d(384, 384, 3), nn.ReLU(True), norm(384),
        nn.Conv2d(384, 256, 3), nn.ReLU(True), nn.MaxPool2d(2, 2), norm(256),
        nn.Flatten(),
        *dense(256, 4096), *dense(4096, 4096), *dense(4096, 1000), nn.Linear(1000, classes))


def alexnet_paper(classes: int = 1000) -> nn.Module:
    """The paper's text. PyTorch divides alpha by the size, so 5e-4 there is the printed 1e-4."""

    def local_norm() -> nn.LocalResponseNorm:
        return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)

    return nn.Sequential(
        nn.ZeroPad2d((0, 3, 0, 3)), nn.Conv2d(3, 96, 11, 4), nn.ReLU(True), local_norm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(True), local_norm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(True),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(True),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(True), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(9216, 4096), nn.ReLU(True), nn.Dropout(0.5),
        nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout(0.5), nn.Linear(4096, classes))


# Network, classes, and how bytes become numbers: (x - mean) * gain.
NETWORKS: dict[str, tuple[Callable[[], nn.Module], int, list[float], list[float]]] = {
    "tutorial": (tutorial, 17, [0.0] * 3, [1 / 255] * 3),
    "alexnet-paper": (alexnet_paper, 1000, [127.5] * 3, [1.0] * 3),
    "torchvision": (alexnet, 1000, [255 * mean for mean in (0.485, 0.456, 0.406)],
                    [1 / (255 * deviation) for deviation in (0.229, 0.224, 0.225)]),
}


def optimizer_of(name: str, model: nn.Module) -> torch.optim.Optimizer:
    if name == "tutorial":
        return torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7, fused=True)
    return torch.optim.SGD(model.parameters(), lr=1e-5, momentum=0.9, weight_decay=5e-4, fused=True)


def measure(name: str, batch: int, steps: int, warm_up: int, bf16: bool) -> list[float]:
    """Milliseconds of each step: bytes to numbers, forward, loss, backward, update."""
    torch.manual_seed(1)
    make, classes, means, gains = NETWORKS[name]
    model = make().to(memory_format=torch.channels_last).train()
    optimizer = optimizer_of(name, model)
    pixels = torch.randint(0, 256, (batch, 224, 224, 3), dtype=torch.uint8)
    labels = torch.randint(0, classes, (batch,))
    mean, gain = torch.tensor(means).view(1, 3, 1, 1), torch.tensor(gains).view(1, 3, 1, 1)
    times = []
    for _ in range(warm_up + steps):
        start = time.perf_counter()
        photos = pixels.permute(0, 3, 1, 2).float().sub_(mean).mul_(gain)  # already in the order channels_last
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            loss = F.cross_entropy(model(photos), labels)
        loss.backward()
        optimizer.step()
        loss.item()
        times.append(1000 * (time.perf_counter() - start))
    return times[warm_up:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=0, help="0: PyTorch's own choice")
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--warm-up", type=int, default=3)
    options = parser.parse_args()
    if options.threads > 0:
        torch.set_num_threads(options.threads)
    times = measure(options.network, options.batch, options.steps, options.warm_up,
                    options.precision == "bf16")
    print(json.dumps({
        "network": options.network,
        "batch": options.batch,
        "threads": torch.get_num_threads(),
        "photos_per_second": {"median": 1000 * options.batch / statistics.median(times),
                              "best": 1000 * options.batch / min(times)},
        "step_ms": times,
        "peak_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "version": torch.__version__,
        "instructions": torch.backends.cpu.get_cpu_capability(),
    }))


if __name__ == "__main__":
    main()
