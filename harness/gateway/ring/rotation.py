"""Rotation: new material for a key and for its twins in other Regions; all that was stays."""

from dataclasses import replace
from typing import Final

from harness.gateway.refusals import refusal
from harness.gateway.ring.key import DELETED, Key, State, demand_origin
from harness.gateway.ring.material import Material
from harness.gateway.ring.ring import Ring
from harness.gateway.ring.specs import SYMMETRIC

USUAL_DAYS: Final = 365
MOST_ON_DEMAND: Final = 25


def demand_rotation(key: Key, *, on_demand: bool = False) -> Key:
    """The key, if its kind has rotation. Raises UnsupportedOperationException.

    Imported material is rotated on demand only, an asymmetric or HMAC key never.
    """
    if key.spec != SYMMETRIC:
        raise refusal("UnsupportedOperationException")
    return demand_origin(key, "AWS_KMS", *(("EXTERNAL",) if on_demand else ()))


def primary(ring: Ring, key: Key) -> Key:
    """The key that a multi-Region key's rotation is set on: the primary; any other key itself."""
    family = (key, *ring.twins(key))
    return next((one for one in family if one.multi_region_type == "PRIMARY"), key)


def rotate(ring: Ring, key: Key, at_s: float, made: Material | None) -> Key:
    """Put `made` in use everywhere, or what waits in each Region where it is None."""
    for twin in ring.twins(key):
        ring.put(_with(twin, at_s, made), at_s)
    return ring.put(_with(key, at_s, made), at_s)


def on_demand(key: Key) -> int:
    """How often the key was rotated on demand."""
    return sum(material.rotation == "ON_DEMAND" for material in key.materials)


def _with(key: Key, at_s: float, made: Material | None) -> Key:
    if made is not None:
        return replace(key, materials=(*key.materials, made))
    if key.waiting is None:
        return key
    new = replace(key.waiting, created_s=at_s, rotation="ON_DEMAND")
    # It may have been deleted while the rotation was under way.
    lost = not new.imported and key.state not in DELETED
    state = State.PENDING_IMPORT if lost else key.state
    return replace(key, materials=(*key.materials, new), waiting=None, state=state)
