"""`wire` against boto3: how many GenerateDataKey calls one core of a Locust process makes.

Each client in turn on a core of its own, the gateway on the other, without latency.
"""

from functools import partial
from typing import Final

from benchmarks import _locust
from benchmarks._repeat import repeat
from benchmarks._row import Row
from benchmarks._server import Server, gateway

USERS: Final = 32


def measure(quick: bool) -> list[Row]:
    with gateway(core=1) as server:
        wire, boto3 = repeat(
            2 if quick else 5,
            partial(_calls, server, "wire", quick),
            partial(_calls, server, "boto3", quick),
        )
    return [
        Row(
            "GenerateDataKey under Locust, one core",
            "calls per CPU second",
            wire["per_cpu_s"],
            "boto3, its retries off",
            boto3["per_cpu_s"],
            times=8,
        ),
        Row(
            "the same by the clock",
            "calls/s",
            wire["per_s"],
            "boto3, its retries off",
            boto3["per_s"],
        ),
    ]


def _calls(server: Server, client: str, quick: bool) -> dict[str, float]:
    return _locust.run(
        "calls",
        users=USERS,
        core=0,
        endpoint=server.endpoint,
        key=server.key,
        client=client,
        warm_up_s=1.0,
        seconds=1.0 if quick else 3.0,
    )
