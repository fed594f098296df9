"""A gateway without its sockets, the same in every process: nothing in it is left to chance."""

import random
from typing import Final

from harness.gateway.caller import Caller
from harness.gateway.door import Door
from harness.gateway.front import Front, Settings
from harness.gateway.gauges import Gauges
from harness.gateway.http.reply import Replies
from harness.gateway.iam.identity import Directory
from harness.gateway.latency import Latency
from harness.gateway.ring.propagation import Delay
from harness.gateway.server import Server
from harness.principals import ADMIN_KEY

NOW: Final = 1_800_000_000.0
HOME: Final = "us-east-1"
AWAY: Final = "eu-west-1"
_KNOWN: Final = Directory(Settings().account)
SIGNED: Final = (
    f"AWS4-HMAC-SHA256 Credential={ADMIN_KEY}/20270115/{HOME}/kms/aws4_request, "
    "SignedHeaders=host, Signature=0"
).encode()


def front(seed: int = 0) -> Front:
    """Fresh keys and quotas, two Regions, and changes that take a while to be seen."""
    settings = Settings(regions=(AWAY,), propagation=Delay(0.5, 3.0))
    return Front(settings, random.Random(seed), random.Random(seed).randbytes)


def caller(access_key: str, region: str = HOME, connection: int = 0) -> Caller:
    """One of the usual identities, on one of our connections."""
    identity = _KNOWN.find(access_key)
    assert identity
    return Caller(identity, region, connection)


def server(front: Front, latency: Latency, seed: int = 0) -> Server:
    """What all connections of one gateway share; its clock stands still."""
    gauges = Gauges(lambda: NOW, lambda: 0.0)
    replies = Replies(random.Random(seed).randbytes)
    door = Door(_KNOWN, front.world.regions)
    return Server(front, door, gauges, latency, lambda: NOW, random.Random(seed), replies)
