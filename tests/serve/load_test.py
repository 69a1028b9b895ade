#!/usr/bin/env python3
"""64 connections to `alexnet serve`, a quarter of which mean it ill: every photo gets its right answer all the while, slow
senders are cut off, memory stays, and it ends as always.

load_test.py PROGRAM SECONDS
"""

import asyncio
import sys
import tempfile
import unittest

import load
from served import Served

DEADLINE = 3
# What threads and connections take once, and what allocators keep of bodies of up to 20 MB.
ROOM = 32e6

PROGRAM = None
SECONDS = None


class Load(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.temporary.cleanup()

    def test_every_photo_is_answered_rightly_amid_hostile_clients(self):
        with Served(PROGRAM, self.temporary.name, "--deadline", str(DEADLINE)) as served:
            def press(seconds):
                return asyncio.run(load.run("127.0.0.1", served.port, served.photos, 64, seconds, hostile=16,
                                            patience=DEADLINE + 2))
            press(2)  # all of its threads have worked
            before = served.resident_bytes
            report = press(SECONDS)
            after = served.resident_bytes
            print(f"{report.photos_a_second:.0f} photos/s, p50 {report.percentile(0.5):.0f} ms, p99 "
                  f"{report.percentile(0.99):.0f} ms, memory {before / 1e6:.0f} -> {after / 1e6:.0f} MB")
            for (kind, got), count in sorted(report.hostile.items()):
                print(f"  {kind}: {got} ({count})")
            self.assertEqual(report.wrong, [])
            self.assertEqual(set(report.statuses), {200})
            self.assertGreater(len(report.milliseconds), 100)
            self.assertEqual({kind for kind, _ in report.hostile}, {kind.__name__ for kind in load.Hostile.KINDS})
            self.assertLess(after - before, ROOM)
            self.assertEqual(served.get("/readyz")[0], 200)


if __name__ == "__main__":
    PROGRAM, SECONDS = sys.argv[1], float(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
