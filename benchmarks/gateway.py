"""The gateway: data keys a second on one core, with key policy, quota, key state and tags on.

The load comes from the other core, over 32 connections, out of requests signed beforehand, by the
platform, whom a statement of the key's policy lets in. LocalStack and ministack, where they can be
had, are asked the very same.
"""

from base64 import b64encode
from functools import partial
from typing import Any, Final

from benchmarks._repeat import repeat
from benchmarks._rivals import rival
from benchmarks._row import Figure, Row
from benchmarks._server import Server, asked, client, gateway

CONTEXT: Final = {"recording": "rec-00000001"}
_FLOOR: Final = 20_000  # requests a second
_TIMES: Final = {"localstack": 15.0, "ministack": None}


def measure(quick: bool) -> list[Row]:
    rows: list[Row] = []
    for name, times in _TIMES.items():
        with gateway(core=0) as ours, rival(name, core=0) as (told, theirs):
            for operation in ("GenerateDataKey", "Decrypt"):
                rates, others = _rates(operation, ours, theirs, quick)
                rows += _rows(operation, rates, told, others, times)
    return rows


def _rates(
    operation: str, ours: Server, theirs: Server | None, quick: bool
) -> tuple[dict[str, Figure], dict[str, Figure]]:
    rounds, seconds = (2, 1.0) if quick else (5, 2.0)
    subjects = [
        partial(asked, server, operation, [body(operation, server)], seconds)
        for server in (ours, theirs)
        if server
    ]
    found = repeat(rounds, *subjects)
    return found[0], found[1] if theirs else {}


def _rows(
    operation: str,
    ours: dict[str, Figure],
    told: str,
    theirs: dict[str, Figure],
    times: float | None,
) -> list[Row]:
    what = f"{operation}, one core of gateway"
    note = f"the gateway was busy for {ours['busy'].median:.0%} of its core"
    other = theirs.get
    return [
        Row(what, "requests/s", ours["per_s"], told, other("per_s"), _FLOOR, None, times),
        Row(
            f"{operation} by processor time",
            "requests per CPU second",
            ours["per_cpu_s"],
            told,
            other("per_cpu_s"),
            note=note,
        ),
    ]


def body(operation: str, server: Server) -> dict[str, Any]:
    """What a client asks of the server's key."""
    asked = {"KeyId": server.key, "EncryptionContext": CONTEXT}
    if operation == "GenerateDataKey":
        return {**asked, "KeySpec": "AES_256"}
    made = client(server.endpoint).generate_data_key(KeySpec="AES_256", **asked)
    return {**asked, "CiphertextBlob": b64encode(made["CiphertextBlob"]).decode()}
