"""What more costs the gateway: signatures verified, and a million keys to find one among.

As in `gateway`, on one core; each against the same without.
"""

from functools import partial
from typing import Final

from benchmarks._repeat import repeat
from benchmarks._row import Row
from benchmarks._server import Server, asked, client, gateway
from benchmarks.gateway import body
from harness.admin import Admin
from harness.principals import ADMIN_KEY

KEYS: Final = 1_000_000
_ASKED_OF: Final = 50_000  # keys in turn: too many for any of the processor's caches
_LIFTED: Final = ("--quota-of", "CreateKey=10000000")


def measure(quick: bool) -> list[Row]:
    times, seconds = (2, 1.0) if quick else (5, 2.0)
    return [_verified(times, seconds), *_crowded(times, seconds, KEYS // 20 if quick else KEYS)]


def _verified(times: int, seconds: float) -> Row:
    with gateway(0) as plain, gateway(0, "--verify-signatures") as strict:
        subjects = [
            partial(asked, server, "GenerateDataKey", [body("GenerateDataKey", server)], seconds)
            for server in (strict, plain)
        ]
        ours, theirs = repeat(times, *subjects)
    return Row(
        "GenerateDataKey, signatures verified, one core",
        "requests/s",
        ours["per_s"],
        "signatures believed",
        theirs["per_s"],
        floor=10_000,
    )


def _crowded(times: int, seconds: float, count: int) -> list[Row]:
    """A million keys against one; and many of them in turn against as many with no others."""
    some = min(count, _ASKED_OF)
    with gateway(0) as empty, gateway(0, *_LIFTED) as few, gateway(0, *_LIFTED) as full:
        _fill(few, some)
        rate = _fill(full, count)
        alone, among, turns_alone, turns_among = repeat(
            times,
            partial(asked, empty, "GenerateDataKey", [body("GenerateDataKey", empty)], seconds),
            partial(asked, full, "GenerateDataKey", [body("GenerateDataKey", full)], seconds),
            partial(asked, few, "GenerateDataKey", _in_turn(few), seconds, ADMIN_KEY),
            partial(asked, full, "GenerateDataKey", _in_turn(full), seconds, ADMIN_KEY),
        )
    what = f"among {count:,} keys, one core"
    unit = "requests/s"
    note = f"made at {rate:,.0f} keys/s"
    return [
        Row(f"GenerateDataKey of one key {what}", unit, among["per_s"], "the only key there is",
            alone["per_s"], times=0.8, note=note),
        Row(f"GenerateDataKey of {some:,} keys in turn {what}", unit, turns_among["per_s"],
            "the same with no other keys", turns_alone["per_s"], times=0.8),
    ]  # fmt: skip


def _fill(server: Server, count: int) -> float:
    """Make keys until there are `count`; how many a second."""
    rates = []
    while (missing := count - _made(server)) > 0:
        seconds = min(20.0, max(1.0, missing / 25_000))
        rates.append(asked(server, "CreateKey", [{}], seconds, ADMIN_KEY)["per_s"])
    return sum(rates) / max(1, len(rates))


def _made(server: Server) -> int:
    return int(Admin(server.endpoint).counters()["answered"]["CreateKey"]["ok"])


def _in_turn(server: Server) -> list[dict[str, str]]:
    """Requests for as many keys as are asked of: those of the least ids, as good as by lot."""
    pages = (
        client(server.endpoint)
        .get_paginator("list_keys")
        .paginate(PaginationConfig={"PageSize": 1_000, "MaxItems": _ASKED_OF})
    )
    found = [key["KeyArn"] for page in pages for key in page["Keys"]]
    return [{"KeyId": key, "KeySpec": "AES_256"} for key in found]
