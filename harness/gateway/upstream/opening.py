"""Puts an upstream together: its connections, its credentials, who signs for which Region."""

import time
from collections.abc import Callable

from harness.backend import Backend, credentials
from harness.gateway.front import Front
from harness.gateway.upstream.enforced import Enforced
from harness.gateway.upstream.keyring import Keyring
from harness.gateway.upstream.place import Place
from harness.gateway.upstream.pool import Pool
from harness.gateway.upstream.relay import Relay
from harness.sigv4 import Signer


def relay(front: Front, place: Place, clock: Callable[[], float]) -> Relay:
    """What passes requests on; `clock` is epoch seconds.

    Raises BadInput where there are no credentials for AWS.
    """
    name, regions = "localstack" if place.near else "aws", front.world.regions
    behind = {region: Backend(name, place.url, region, False) for region in regions}
    keys = Keyring(credentials(behind[regions[0]]), time.monotonic)
    signers = {region: Signer(backend, keys) for region, backend in behind.items()}
    usual = (front, place, Pool(place.url), keys, signers)
    return Enforced(clock, *usual) if place.enforce else Relay(*usual)
