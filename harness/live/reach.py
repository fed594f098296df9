"""How a run reaches KMS: by one client, or by two where its plan has another Region to go to."""

from dataclasses import replace

from harness.backend import at_region
from harness.clock import Clock
from harness.failover import Region, Terms, TwoRegions, in_region
from harness.kms import Connection, Kms, Retried
from harness.plan import Failover
from harness.registry import find


def reach(name: str, to: Failover | None, near: Connection, clock: Clock, retried: Retried) -> Kms:
    """The data plane by the client of this name, with the key at `near` and its replica at `to`."""
    made = find("kms", name, "KMS client")
    if to is None:
        client: Kms = made(near, retried)
        return client
    key = in_region(near.key, to.region)
    far = replace(near, backend=at_region(near.backend, to.region), key=key)
    return TwoRegions(
        Region(near.backend.region, made(near, retried)),
        Region(to.region, made(far, retried)),
        Terms(to.after, to.probe_s, to.farther_s),
        clock,
        retried,
    )
