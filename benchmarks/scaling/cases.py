"""What is measured: fixed here before the measurements were made, and which of them the model may see."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    way: str         # data, hybrid-a, hybrid-b, towers
    mbit_s: int      # of each link, each way
    batch: int       # photos of a rank; in towers of both
    delay_us: int = 0
    fits: bool = False  # the model is fitted to it; else it is to predict it

    @property
    def name(self) -> str:
        return f"{self.way} {self.mbit_s} Mbit/s, batch {self.batch}" + (f", {self.delay_us} us" if self.delay_us else "")


CASES = [
    Case("data", 500, 4, fits=True),
    Case("data", 2000, 4, fits=True),
    Case("data", 2000, 16, fits=True),
    Case("data", 8000, 16, fits=True),
    Case("data", 250, 4),
    Case("data", 1000, 4),
    Case("data", 1000, 16),
    Case("data", 4000, 8),
    Case("data", 2000, 4, delay_us=50_000),
    Case("hybrid-a", 50, 4),
    Case("hybrid-a", 200, 4),
    Case("hybrid-a", 200, 16),
    Case("hybrid-a", 200, 4, delay_us=50_000),
    Case("hybrid-b", 200, 4),
    Case("hybrid-b", 200, 16),
    Case("towers", 25, 8),
    Case("towers", 100, 16),
    Case("towers", 100, 16, delay_us=50_000),
]


@dataclasses.dataclass(frozen=True)
class Node:
    words: str
    faster: float  # than the core that was measured, in photos and in weights


# The second is about the speed of one K20 of 2014: 90 epochs of 1.28 million photos in 98.05 hours are 326 a second.
NODES = {"core": Node("one core of the machine that was measured", 1), "card": Node("a card of 326 photos a second", 0)}
GBIT_S = [1, 10, 100]
RANKS = [2 ** k for k in range(11)]
LATENCY = {1: 50e-6, 10: 20e-6, 100: 2e-6}  # seconds of a call, assumed
PHOTOS = 128  # of a step: on each node with data and hybrid, of all together in towers
MOST_TOWERS = 32  # divides 96, 256 and 384 maps and 4,096 units


@dataclasses.dataclass(frozen=True)
class Published:
    words: str
    way: str
    ranks: int
    efficiency: float | None  # share of linear speed-up
    photos_s: float
    source: str


# Times of 90 epochs of 1.28 million photos, as the paper's table has them.
HOURS_2014 = {1: 98.05, 2: 50.24, 4: 26.20, 8: 15.68}
PUBLISHED = [
    Published("2 GTX 580", "towers", 2, None, 229, "Krizhevsky 2012: 90 epochs of 1.2 million photos in 5 to 6 days"),
    *[Published(f"{ranks} K20", "hybrid-a", ranks, HOURS_2014[1] / hours / ranks, 90 * 1.28e6 / hours / 3600,
                f"Krizhevsky 2014: {hours} h, batch {128 * ranks}") for ranks, hours in HOURS_2014.items() if ranks > 1],
    Published("1,024 P40", "data", 1024, None, 507_000, "Jia et al. 2018: 95 epochs in 4 min, batch 65,536, 16-bit, LARS"),
    Published("1,024 CPUs", "data", 1024, None, 194_000, "You et al. 2017, first abstract: 100 epochs in 11 min, LARS"),
    Published("2,048 Xeon 8160", "data", 2048, None, 194_000, "You et al. 2017: 100 epochs in 11 min, batch 32,768, LARS"),
]
