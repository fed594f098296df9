"""Puts a gateway together from its options: the world, its front, the door, the state it keeps."""

import os
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from harness.clock import SystemClock
from harness.gateway.door import Door
from harness.gateway.front import Front, Settings
from harness.gateway.gauges import Gauges
from harness.gateway.http.reply import Replies
from harness.gateway.iam.identity import Directory
from harness.gateway.options import Options
from harness.gateway.quotas.bucket import Terms
from harness.gateway.randomness import Pool, RandomBytes
from harness.gateway.server import Server
from harness.gateway.state.file import StateFile
from harness.gateway.state.seal import secret
from harness.gateway.upstream.opening import relay
from harness.gateway.upstream.server import Between


@contextmanager
def assembled(options: Options) -> Iterator[Server]:
    """A server that answers; what it holds open is let go in the end. Raises BadInput."""
    random_bytes = Pool(os.urandom)
    front = _front(options, random_bytes)
    with ExitStack() as stack:
        if keep := _state(options):
            stack.callback(keep.close)
            front.world.remember(keep, keep.records())
        front.world.foundry.open()
        stack.callback(front.world.foundry.close)
        yield _server(options, front, random_bytes)


def _front(options: Options, random_bytes: RandomBytes) -> Front:
    settings = Settings(
        region=options.region,
        regions=options.regions,
        account=options.account,
        quota=options.quota,
        quotas=options.quotas,
        propagation=options.propagation,
        proxies=options.proxies,
        seed=options.seed,
        terms=Terms(options.burst_s, options.rejects_consume),
    )
    # Apart from what delays replies, so that delays do not decide which calls a fault strikes.
    return Front(settings, random.Random(f"strikes {options.seed}"), random_bytes)


def _server(options: Options, front: Front, random_bytes: RandomBytes) -> Server:
    clock, delays = SystemClock().time, random.Random(options.seed)
    gauges = Gauges(clock, time.process_time)
    known = Directory(options.account, options.identities, strict=options.verify_signatures)
    door = Door(known, front.world.regions, verify=options.verify_signatures)
    parts = (front, door, gauges, options.latency, clock, delays, Replies(random_bytes))
    if options.upstream is not None:
        return Between(relay(front, options.upstream, clock), *parts)
    return Server(*parts)


def _state(options: Options) -> StateFile | None:
    if not options.state:
        return None
    return StateFile(Path(options.state), secret(options.state_key_file, os.environ))
