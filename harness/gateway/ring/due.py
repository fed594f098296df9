"""What a key does by itself when its time has come: arrive, be rotated, lose material, be gone."""

from dataclasses import replace
from typing import Final

from harness.gateway.randomness import RandomBytes
from harness.gateway.ring.key import DELETED, Key, State
from harness.gateway.ring.material import fresh, gone
from harness.gateway.ring.ring import Ring
from harness.gateway.ring.rotation import rotate

DAY_S: Final = 86_400


def come_due(ring: Ring, key: Key, now: float, random_bytes: RandomBytes) -> None:
    """Let one thing happen that is due; the key is looked at again for the next."""
    if key.deletion_s is not None and key.deletion_s <= now:
        _delete(ring, key, key.deletion_s)
    elif key.settled_s is not None and key.settled_s <= now:
        _settle(ring, key, key.settled_s, random_bytes)
    elif key.next_rotation_s is not None and key.next_rotation_s <= now and _rotates(key):
        at_s = key.next_rotation_s
        period_s = (key.rotation_period_days or 365) * DAY_S
        made = fresh(random_bytes(32), random_bytes, at_s, "AUTOMATIC")
        rotate(ring, replace(key, next_rotation_s=at_s + period_s), at_s, made)
    else:
        _expire(ring, key)


def settled(key: Key, state: State) -> Key:
    """The key, with nothing on its way any more."""
    return replace(key, state=state, settled_s=None, rotating_s=None)


def arrived(key: Key) -> Key:
    """A replica at the end of its creation."""
    lacks = not all(material.imported for material in key.materials)
    return settled(key, State.PENDING_IMPORT if lacks else State.ENABLED)


def _rotates(key: Key) -> bool:
    return key.state is State.ENABLED


def _settle(ring: Ring, key: Key, at_s: float, random_bytes: RandomBytes) -> None:
    if key.state is State.CREATING:
        ring.put(arrived(key), at_s)
    elif key.rotating_s is None:
        ring.put(settled(key, key.state), at_s)
    else:
        own = key.origin == "AWS_KMS"
        made = fresh(random_bytes(32), random_bytes, at_s, "ON_DEMAND") if own else None
        rotate(ring, settled(key, key.state), at_s, made)


def _expire(ring: Ring, key: Key) -> None:
    ends = [m.expires_s for m in (*key.materials, key.waiting) if m and m.expires_s is not None]
    at_s = min(ends)
    over = [m.id for m in key.materials if m.expires_s is not None and m.expires_s <= at_s]
    ring.put(without(key, *over, waiting=key.waiting is not None and _over(key, at_s)), at_s)


def _over(key: Key, at_s: float) -> bool:
    ends_s = key.waiting.expires_s if key.waiting else None
    return ends_s is not None and ends_s <= at_s


def without(key: Key, *ids: str, waiting: bool = False) -> Key:
    """The key without the imported material of these ids, which leaves it waiting for them."""
    materials = tuple(gone(one) if one.id in ids else one for one in key.materials)
    state = key.state if key.state in DELETED or not ids else State.PENDING_IMPORT
    left = gone(key.waiting) if waiting and key.waiting else key.waiting
    return replace(key, materials=materials, state=state, waiting=left)


def _delete(ring: Ring, key: Key, at_s: float) -> None:
    twins = ring.twins(key)
    ring.forget(key)
    # A primary that waited for its replicas begins its own window with the last one's end.
    for twin in twins:
        if twin.state is State.PENDING_REPLICA_DELETION and len(twins) == 1:
            ends_s = at_s + (twin.pending_window_days or 30) * DAY_S
            ring.put(replace(twin, state=State.PENDING_DELETION, deletion_s=ends_s), at_s)
