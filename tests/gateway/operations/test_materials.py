"""Whatever is done to a key's material: an enabled key opens all that it ever sealed."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.gateway.front import Front
from harness.gateway.ring.propagation import Delay
from harness.principals import ADMIN_KEY
from tests.gateway.calls import call, caller, new_key, unthrottled

DAY = 86_400.0
STEPS = ("rotate", "disable", "enable", "schedule", "unschedule", "lead", "wait", "long")


def tried(kms: Front, operation: str, now: float, region: str, **fields: object) -> None:
    """Do it, if the key's state lets us."""
    kms.answer(operation, msgspec.json.encode(fields), now, caller(ADMIN_KEY, region))


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=12), delay_s=st.sampled_from([0.0, 5.0]))
def test_an_enabled_key_opens_all_that_it_sealed_in_either_region(
    steps: list[str], delay_s: float
) -> None:
    kms = unthrottled(regions=("eu-west-1",), propagation=Delay(delay_s / 2, delay_s))
    now, regions = 0.0, ("us-east-1", "eu-west-1")
    key = new_key(kms, MultiRegion=True)
    call(kms, "ReplicateKey", now, KeyId=key, ReplicaRegion="eu-west-1")
    now += 10
    call(kms, "EnableKeyRotation", now, KeyId=key, RotationPeriodInDays=90)
    blobs: list[str] = []
    for step in steps:
        for region in regions:
            if step == "rotate":
                tried(kms, "RotateKeyOnDemand", now, region, KeyId=key)
            elif step == "lead":
                tried(kms, "UpdatePrimaryRegion", now, region, KeyId=key, PrimaryRegion=regions[1])
            elif step in ("disable", "enable"):
                tried(kms, f"{step.capitalize()}Key", now, region, KeyId=key)
            elif step == "schedule":
                tried(kms, "ScheduleKeyDeletion", now, region, KeyId=key)
            elif step == "unschedule":
                tried(kms, "CancelKeyDeletion", now, region, KeyId=key)
        now += {"wait": DAY, "long": 100 * DAY}.get(step, 1.0)
        blobs += made(kms, key, now)
    for region in regions:
        by = caller(ADMIN_KEY, region, connection=3)
        for operation in ("CancelKeyDeletion", "EnableKey"):
            tried(kms, operation, now, region, KeyId=key)
        there = kms.world.ring.made_by(region, key)
        if there is not None and there.state.value == "Enabled":
            now += 10
            for blob in blobs:
                assert call(kms, "Decrypt", now, by, CiphertextBlob=blob)["Plaintext"] == "eA=="


def made(kms: Front, key: str, now: float) -> list[str]:
    """A blob from each Region in which the key works just now."""
    body = msgspec.json.encode({"KeyId": key, "Plaintext": "eA=="})
    answers = [
        kms.answer("Encrypt", body, now, caller(ADMIN_KEY, region, connection=number))
        for number, region in enumerate(("us-east-1", "eu-west-1"))
    ]
    return [
        msgspec.json.decode(answer.body)["CiphertextBlob"]
        for answer in answers
        if answer.code == "ok"
    ]
