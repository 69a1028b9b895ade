"""Connections that send photos to a service as fast as they are answered, and others that mean it ill.

    report = asyncio.run(run("127.0.0.1", 8080, photos, connections=64, seconds=5, hostile=16))

Python's own library is all that it needs. A request is timed from its first byte sent to the last byte of its answer.
"""

import asyncio
import collections
import dataclasses
import json
import os
import random
import struct
import time
import zlib

PREDICT = "/v1/predict"


@dataclasses.dataclass
class Report:
    seconds: float = 0
    milliseconds: list = dataclasses.field(default_factory=list)  # of each answered photo
    explained: int = 0
    statuses: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    hostile: collections.Counter = dataclasses.field(default_factory=collections.Counter)  # (kind, what it got)
    wrong: list = dataclasses.field(default_factory=list)  # answers that should have been others

    def percentile(self, share):
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    @property
    def photos_a_second(self):
        return len(self.milliseconds) / self.seconds


class Connection:
    """One that stays open; opened again when the other side closed it."""

    def __init__(self, host, port):
        self.host, self.port = host, port
        self.reader = self.writer = None

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port, limit=1 << 22)

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    async def send(self, data):
        if self.writer is None:
            await self.open()
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self):
        """Status and body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await self.reader.readuntil(b"\r\n"), 16):
                body += (await self.reader.readexactly(size + 2))[:-2]
            await self.reader.readexactly(2)
        else:
            body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(lines[0].split()[1]), body

    async def ask(self, head, body):
        """A connection that was closed between two requests is no fault: it is opened again, once."""
        fresh = self.writer is None
        try:
            await self.send(head + body)
            return await self.answer()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            if fresh:
                raise
        await self.send(head + body)
        return await self.answer()


def head_of(length, path=PREDICT, host="127.0.0.1", port=0, kind="image/jpeg", more=""):
    return (f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n"
            f"{more}\r\n").encode()


def answer_of(body):
    """What a service says of a photo: its names in order, and their probabilities."""
    classes = json.loads(body)["predictions"][0]["classes"]
    return [(one["name"], one["probability"]) for one in classes]


def agree(said, expected):
    return [name for name, _ in said] == [name for name, _ in expected] and all(
        abs(a - b) <= 1e-5 for (_, a), (_, b) in zip(said, expected))


async def ask_for_names(report, end, place, photos, expected, path):
    connection = Connection(*place)
    turn = random.Random(id(connection))
    while time.monotonic() < end:
        number = turn.randrange(len(photos))
        began = time.perf_counter()
        try:
            status, body = await connection.ask(head_of(len(photos[number]), path, *place), photos[number])
        except (OSError, asyncio.IncompleteReadError) as error:
            report.wrong.append(f"no answer: {error!r}")
            connection.close()
            continue
        report.statuses[status] += 1
        if status != 200:
            report.wrong.append(f"{status}: {body[:200]!r}")
        elif expected and not agree(answer_of(body), expected[number]):
            report.wrong.append(f"photo {number}: {body[:300]!r}")
        else:
            report.milliseconds.append(1e3 * (time.perf_counter() - began))
    connection.close()


async def ask_for_explanations(report, end, place, photos):
    """One explanation is always under way, of another photo each time."""
    connection = Connection(*place)
    while time.monotonic() < end:
        photo = photos[report.explained % len(photos)]
        status, body = await connection.ask(head_of(len(photo), "/v1/explain", *place), photo)
        if status != 200:
            report.wrong.append(f"explanation {status}: {body[:200]!r}")
        report.explained += 1
    connection.close()


def png_of_size(width, height):
    """A picture that says it is of that size, and holds next to nothing."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))


async def refused(connection, head, body, statuses):
    status, _ = await connection.ask(head, body)
    return str(status) if status in statuses else f"wrong {status}"


async def closed(connection, seconds):
    """What comes in that time: a refusal, or an end of the connection."""
    try:
        status, _ = await asyncio.wait_for(connection.answer(), seconds)
        return str(status) if status >= 400 else f"wrong {status}"
    except asyncio.TimeoutError:
        return "wrong: still open"
    except (asyncio.IncompleteReadError, ConnectionError):
        return "closed"


class Hostile:
    """Kinds of ill will; each says what it got, `wrong ...` for what no service should give."""

    def __init__(self, place, photos, patience):
        self.place, self.photos, self.patience = place, photos, patience

    async def broken_photo(self, connection, turn):
        whole = bytearray(turn.choice(self.photos))
        for _ in range(20):
            whole[turn.randrange(len(whole))] ^= 1 << turn.randrange(8)
        cut = bytes(whole[:turn.randrange(1, len(whole))])
        return await refused(connection, head_of(len(cut), PREDICT, *self.place), cut, (200, 413, 422))

    async def random_photo(self, connection, turn):
        body = turn.randbytes(turn.randrange(1, 5000))
        return await refused(connection, head_of(len(body), PREDICT, *self.place), body, (413, 422))

    async def oversized_photo(self, connection, turn):
        body = png_of_size(turn.choice((60_000, 2**31 - 1)), 60_000)
        return await refused(connection, head_of(len(body), PREDICT, *self.place), body, (413, 422))

    async def broken_json(self, connection, turn):
        body = turn.choice((b"[" * 100_000, b"[" + b"{}," * 300_000, b'{"data": "' + b"A" * 4001 + b'"}', b"\xff\xfe{}", b"{}"))
        return await refused(connection, head_of(len(body), PREDICT, *self.place, kind="application/json"), body,
                             (400, 422))

    async def broken_form(self, connection, turn):
        body = b"--x\r\nContent-Disposition: form-data; name=f" + turn.randbytes(300)
        kind = "multipart/form-data; boundary=x"
        return await refused(connection, head_of(len(body), PREDICT, *self.place, kind=kind), body, (400, 422))

    async def oversized_body(self, connection, turn):
        await connection.send(head_of(turn.choice((10**9, 10**18)), PREDICT, *self.place) + bytes(1000))
        return await closed(connection, self.patience)

    async def cut_body(self, connection, turn):
        photo = turn.choice(self.photos)
        await connection.send(head_of(len(photo), PREDICT, *self.place) + photo[:turn.randrange(len(photo))])
        connection.close()
        return "closed"

    async def random_bytes(self, connection, turn):
        await connection.send(turn.randbytes(turn.randrange(1, 3000)) + b"\r\n\r\n")
        return await closed(connection, self.patience)

    async def endless_head(self, connection, turn):
        await connection.send(b"GET / HTTP/1.1\r\n")
        for _ in range(2000):
            await connection.send(b"X-" + os.urandom(500).hex().encode() + b": 1\r\n")
        await connection.send(b"\r\n")
        return await closed(connection, self.patience)

    async def long_path(self, connection, turn):
        await connection.send(b"GET /v1/" + b"a" * turn.choice((8000, 60_000)) + b" HTTP/1.1\r\n\r\n")
        return await closed(connection, self.patience)

    async def slow_head(self, connection, turn):
        return await self._slowly(connection, head_of(10, PREDICT, *self.place))

    async def slow_body(self, connection, turn):
        head = head_of(10_000, PREDICT, *self.place)
        await connection.send(head)
        return await self._slowly(connection, bytes(10_000))

    async def _slowly(self, connection, data):
        """A byte now and then, until the other side has had enough."""
        until = time.monotonic() + self.patience
        for i in range(len(data)):
            if time.monotonic() > until:
                return "wrong: still open"
            await connection.send(data[i:i + 1])
            end = asyncio.ensure_future(closed(connection, 0.3))
            if (got := await end) != "wrong: still open":
                return got
        return "wrong: still open"

    KINDS = (broken_photo, random_photo, oversized_photo, broken_json, broken_form, oversized_body, cut_body, random_bytes,
             endless_head, long_path, slow_head, slow_body)


async def mean_ill(report, end, hostile, number):
    turn = random.Random(number)
    kinds = list(Hostile.KINDS)
    while time.monotonic() < end:
        kind = kinds[number % len(kinds)]
        number += 1
        connection = Connection(*hostile.place)
        try:
            got = await kind(hostile, connection, turn)
        except (ConnectionError, asyncio.IncompleteReadError):
            got = "closed"
        except asyncio.LimitOverrunError as error:
            got = f"wrong: {error!r}"
        report.hostile[(kind.__name__, got)] += 1
        if got.startswith("wrong"):
            report.wrong.append(f"{kind.__name__}: {got}")
        connection.close()


async def run(host, port, photos, connections=64, seconds=5.0, hostile=0, explain=False, check=True, path=PREDICT,
              patience=15.0):
    """`hostile` of the connections mean it ill; `patience`: seconds in which a slow one must have been cut off."""
    report = Report()
    place = (host, port)
    expected = []
    for photo in photos if check else []:
        connection = Connection(*place)
        status, body = await connection.ask(head_of(len(photo), path, *place), photo)
        connection.close()
        assert status == 200, body
        expected.append(answer_of(body))
    began = time.monotonic()
    end = began + seconds
    enemies = Hostile(place, photos, patience)
    tasks = [ask_for_names(report, end, place, photos, expected, path) for _ in range(connections - hostile)]
    tasks += [mean_ill(report, end, enemies, i) for i in range(hostile)]
    if explain:
        tasks.append(ask_for_explanations(report, end, place, photos))
    await asyncio.gather(*tasks)
    report.seconds = seconds
    return report
