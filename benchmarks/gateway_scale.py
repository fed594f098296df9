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
    with gateway(0) as empty, gateway(0, *_LIFTED) as full:
        rate = _fill(full, count)
        one = [body("GenerateDataKey", full)]
        many = [{"KeyId": key, "KeySpec": "AES_256"} for key in _some(full, count)]
        one_of_one, one_of_many, many_of_many = repeat(
            times,
            partial(asked, empty, "GenerateDataKey", [body("GenerateDataKey", empty)], seconds),
            partial(asked, full, "GenerateDataKey", one, seconds),
            partial(asked, full, "GenerateDataKey", many, seconds, ADMIN_KEY),
        )
    what = f"among {count:,} keys, one core"
    few = "the only key there is"
    unit = "requests/s"
    note = f"made at {rate:,.0f} keys/s"
    return [
        Row(f"GenerateDataKey of one key {what}", unit, one_of_many["per_s"], few,
            one_of_one["per_s"], times=0.8, note=note),
        Row(f"GenerateDataKey of {len(many):,} keys in turn {what}", unit, many_of_many["per_s"],
            few, one_of_one["per_s"], times=0.8),
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


def _some(server: Server, count: int) -> list[str]:
    """The ARNs of keys: those of the least ids, which are as good as drawn by lot."""
    pages = (
        client(server.endpoint)
        .get_paginator("list_keys")
        .paginate(PaginationConfig={"PageSize": 1_000, "MaxItems": min(count, _ASKED_OF)})
    )
    return [key["KeyArn"] for page in pages for key in page["Keys"]]
