"""A gateway without its sockets, the same in every process: nothing in it is left to chance."""

import random
from typing import Final

from harness.gateway.front import Front, Settings
from harness.gateway.gauges import Gauges
from harness.gateway.http.reply import Replies
from harness.gateway.latency import Latency
from harness.gateway.server import Server

NOW: Final = 1_800_000_000.0


def front(seed: int = 0) -> Front:
    """Fresh keys and quotas, under the defaults."""
    return Front(Settings(), random.Random(seed), random.Random(seed).randbytes)


def server(front: Front, latency: Latency, seed: int = 0) -> Server:
    """What all connections of one gateway share; its clock stands still."""
    gauges = Gauges(lambda: NOW, lambda: 0.0)
    replies = Replies(random.Random(seed).randbytes)
    return Server(front, gauges, latency, lambda: NOW, random.Random(seed), replies)
