"""The gateway: data keys a second on one core, with key policy, quota, key state and tags on.

The load comes from the other core, over 32 connections, out of requests signed beforehand, by the
platform, whom a statement of the key's policy lets in. LocalStack and ministack, where they can be
had, are asked the very same.
"""

from base64 import b64encode
from contextlib import ExitStack
from functools import partial
from typing import Any, Final

from benchmarks._repeat import repeat
from benchmarks._rivals import localstack
from benchmarks._row import Figure, Row
from benchmarks._server import Server, asked, client, gateway

CONTEXT: Final = {"recording": "rec-00000001"}


def measure(quick: bool) -> list[Row]:
    rows: list[Row] = []
    for start in (localstack,):
        with ExitStack() as stack:
            ours = stack.enter_context(gateway(core=0))
            name, theirs, why_not = stack.enter_context(start(core=0))
            for operation in ("GenerateDataKey", "Decrypt"):
                rows += _rows(operation, ours, name, theirs, why_not, quick)
    return rows


def _rows(
    operation: str, ours: Server, name: str, theirs: Server | None, why_not: str, quick: bool
) -> list[Row]:
    times, seconds = (2, 1.0) if quick else (5, 2.0)
    subjects = [
        partial(asked, server, operation, [body(operation, server)], seconds)
        for server in (ours, theirs)
        if server
    ]
    rates, *others = repeat(times, *subjects)
    other: dict[str, Figure] = others[0] if others else {}
    first = name.startswith("LocalStack")
    return [
        Row(
            f"{operation}, one core of gateway",
            "requests/s",
            rates["per_s"],
            why_not or f"{name}, one core",
            other.get("per_s"),
            floor=20_000 if first else None,
            times=15 if first else None,
            note=f"the gateway was busy for {rates['busy'].median:.0%} of its core",
        )
    ]


def body(operation: str, server: Server) -> dict[str, Any]:
    """What a client asks of the server's key."""
    asked = {"KeyId": server.key, "EncryptionContext": CONTEXT}
    if operation == "GenerateDataKey":
        return {**asked, "KeySpec": "AES_256"}
    made = client(server.endpoint).generate_data_key(KeySpec="AES_256", **asked)
    return {**asked, "CiphertextBlob": b64encode(made["CiphertextBlob"]).decode()}
