"""Who asks, as the door lets a request in."""

from typing import NamedTuple

from harness.gateway.iam.identity import Identity


class Caller(NamedTuple):
    """Who asks, in which Region, over which of our connections, from which address."""

    identity: Identity
    region: str
    connection: int = 0
    address: str = "127.0.0.1"
