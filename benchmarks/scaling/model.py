"""Seconds of a training step on several nodes: compute, bytes, latency, bandwidth and overlap."""

import dataclasses
import math

BYTES = 4  # of a number


@dataclasses.dataclass(frozen=True)
class Network:
    """Of `alexnet-2012`: what docs/towers.md and docs/distributed.md count."""
    parameters: int = 60_965_224
    summed: int = 2_334_080 + 4_097_000  # of the convolutions and of fc8, which a hybrid sums
    features: int = 9_216                # numbers of a photo in front of fc6
    hidden: int = 4_096                  # units of fc6 and of fc7
    tower_sends: int = 28_288 + 30_336   # numbers of a photo, there and back, of one of two towers
    maps_pool2: int = 256 * 13 * 13      # read by conv3


NETWORK = Network()


@dataclasses.dataclass(frozen=True)
class Machine:
    photo: float       # seconds of computing a photo, forward and back
    weights: float     # seconds of a step that do not depend on photos: gradients and update of all weights
    efficiency: float  # payload of the bits that a link carries
    handling: float    # seconds of work for a byte that is summed
    overlap: float     # share of the computing time behind which sums can be hidden
    latency: float = 0.0  # seconds, of a call

    def compute(self, photos: float, held: float = 1.0) -> float:
        """`photos` whole photos and a share of the weights."""
        return self.photo * photos + self.weights * held

    def slowed(self, apart: float, photos: float) -> "Machine":
        """The same in a moment in which `photos` alone took `apart` seconds: the machine did other work beside it."""
        times = apart / self.compute(photos)
        return dataclasses.replace(self, photo=self.photo * times, weights=self.weights * times,
                                   handling=self.handling * times)

    def transfer(self, numbers: float, gbit_s: float) -> float:
        return BYTES * 8 * numbers / (gbit_s * 1e9 * self.efficiency)


def sums(machine: Machine, ranks: int, parameters: int, gbit_s: float, compute: float) -> float:
    """What sums of gradients over all ranks add to a step, with so much computing beside them: each rank sends
    2 (R - 1) / R of them, in log2 R rounds; sums that were started wait beside one another."""
    numbers = 2 * (ranks - 1) / ranks * parameters
    way = machine.transfer(numbers, gbit_s) + math.ceil(math.log2(ranks)) * machine.latency
    return machine.handling * BYTES * numbers + max(0.0, way - machine.overlap * compute)


def data(machine: Machine, ranks: int, photos: int, gbit_s: float) -> float:
    compute = machine.compute(photos)
    return compute + (sums(machine, ranks, NETWORK.parameters, gbit_s, compute) if ranks > 1 else 0)


def hybrid(machine: Machine, ranks: int, photos: int, gbit_s: float, turns: bool = False) -> float:
    """`photos` of a rank; nothing hides what crosses between the dense layers."""
    if ranks == 1:
        return data(machine, ranks, photos, gbit_s)
    n = NETWORK
    held = (n.summed + (n.parameters - n.summed) / ranks) / n.parameters
    # In turns the gradients of a rank's dense weights are made and added up once a turn.
    compute = machine.compute(photos, held) + (machine.weights / 2 * (1 - n.summed / n.parameters) * (ranks - 1) / ranks
                                               if turns else 0)
    crossing = 2 * (ranks - 1) * photos * (n.features + n.hidden + n.hidden / ranks)
    calls = 2 + 5 * ranks if turns else 5 + 2 * ranks
    return (compute + machine.transfer(crossing, gbit_s) + calls * machine.latency
            + sums(machine, ranks, n.summed, gbit_s, machine.photo * photos))  # begun behind the dense layers


def towers(machine: Machine, ranks: int, photos: int, gbit_s: float) -> float:
    """`photos` of all ranks together: each tower makes its part of every layer."""
    if ranks == 1:
        return data(machine, ranks, photos, gbit_s)
    n = NETWORK
    part = (n.maps_pool2 + n.features + 2 * n.hidden) / ranks  # in front of conv3, fc6, fc7 and fc8
    crossing = 2 * photos * part * (ranks - 1)
    if ranks == 2:
        crossing = photos * n.tower_sends
    return machine.compute(photos / ranks, 1 / ranks) + machine.transfer(crossing, gbit_s) + 8 * machine.latency


WAYS = {"data": data, "hybrid-a": hybrid, "hybrid-b": lambda *a: hybrid(*a, turns=True), "towers": towers}


def paired(machine: Machine, row: dict) -> float:
    """Seconds of a step together, of a row {way, batch, gbit_s, latency, apart}: in the moment of its step apart."""
    moment = dataclasses.replace(machine.slowed(row["apart"], row["batch"]), latency=row["latency"])
    return WAYS[row["way"]](moment, 2, row["batch"], row["gbit_s"])


def fitted(rows: list[dict]) -> Machine:
    """The machine that fits rows of `paired` with {together} best: relative squares, by halving steps."""
    apart = {}
    for row in rows:
        apart.setdefault(row["batch"], []).append(row["apart"])
    few, many = min(apart), max(apart)
    photo = (min(apart[many]) - min(apart[few])) / (many - few)
    values = {"efficiency": 0.95, "handling": 1e-9, "overlap": 0.5}

    def machine(values: dict) -> Machine:
        return Machine(photo=photo, weights=min(apart[few]) - few * photo, **values)

    def error(values: dict) -> float:
        return sum((paired(machine(values), row) / row["together"] - 1) ** 2 for row in rows)

    most = {"efficiency": 1.0, "handling": 1e-7, "overlap": 1.0}
    step = 0.5
    while step > 1e-4:
        tries = [{**values, name: min(most[name], values[name] * factor)}
                 for name in values for factor in (1 + step, 1 / (1 + step))]
        best = min(tries, key=error)
        if error(best) < error(values):
            values = best
        else:
            step /= 2
    return machine(values)
