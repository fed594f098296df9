"""Credentials that expire: botocore's own, renewed off the event loop, and only now and then."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from botocore.credentials import RefreshableCredentials

from harness.gateway.upstream.keyring import Keyring
from harness.gateway.upstream.line import Unreachable


class Source:
    """What an instance's role would be asked: each time another key, already about to expire."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.broken = False

    def __call__(self) -> dict[str, str]:
        if self.broken:
            raise OSError("no instance metadata")
        self.threads.append(threading.get_ident())
        expiry = datetime.now(UTC) + timedelta(seconds=1)
        number = len(self.threads)
        return {
            "access_key": f"AKID{number}",
            "secret_key": "made up",
            "token": "t",
            "expiry_time": expiry.isoformat(),
        }


def keyring(source: Source, now: list[float]) -> Keyring:
    found = RefreshableCredentials.create_from_metadata(source(), source, "test")
    return Keyring(found, lambda: now[0])


def test_they_are_looked_up_in_a_thread_and_then_left_alone_for_a_while() -> None:
    source, now = Source(), [0.0]
    keys = keyring(source, now)

    async def renewed(after_s: float) -> str:
        now[0] += after_s
        await asyncio.gather(*(keys.renew() for _ in range(5)))
        return str(keys.get_frozen_credentials().access_key)

    first = str(keys.get_frozen_credentials().access_key)
    assert asyncio.run(renewed(29.0)) == first
    asked = len(source.threads)
    assert asyncio.run(renewed(2.0)) != first
    assert len(source.threads) == asked + 1
    assert source.threads[-1] != threading.get_ident()


def test_where_there_are_none_any_more_no_request_is_signed() -> None:
    source, now = Source(), [0.0]
    keys = keyring(source, now)
    source.broken, now[0] = True, 60.0
    with pytest.raises(Unreachable, match=r"no credentials for it: .*no instance metadata"):
        asyncio.run(keys.renew())
