"""The admin interface: counters to balance the books by, and faults set and lifted while running.

It lives under `/_ekm/` on the same port, answers peers on this machine only, and no web page.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from ipaddress import ip_address
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from harness.errors import BadInput
from harness.gateway import proxies
from harness.gateway.front import Front
from harness.gateway.gauges import Gauges
from harness.gateway.latency import Latency
from harness.gateway.rule import Rule, read, written

PREFIX: Final = b"/_ekm/"
_MOST_AHEAD_S: Final = 10 * 365 * 86_400

_Members = Mapping[str, Any]


class _Proxies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    p50_s: float = proxies.USUAL.p50_s
    p99_s: float = proxies.USUAL.p99_s
    quota: Annotated[int, Meta(ge=0)] | None = None


class _Ahead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ahead_s: Annotated[float, Meta(ge=0, le=_MOST_AHEAD_S)]


class Admin:
    """Answers admin requests; `set_latency` puts another latency in force, `clock` tells the time
    in epoch seconds."""

    def __init__(
        self,
        front: Front,
        gauges: Gauges,
        set_latency: Callable[[Latency], None],
        clock: Callable[[], float],
    ) -> None:
        self._front, self._gauges, self._set_latency = front, gauges, set_latency
        self._clock = clock
        self._routes: dict[tuple[str, str], Callable[[bytes], Any]] = {
            ("GET", "health"): self._health,
            ("GET", "counters"): self._counters,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._replace_faults,
            ("PATCH", "faults"): self._add_faults,
            ("DELETE", "faults"): self._remove_faults,
            ("PUT", "latency"): self._put_latency,
            ("PUT", "key-store"): self._put_key_store,
            ("GET", "clock"): self._clock_ahead,
            ("PUT", "clock"): self._put_clock,
        }

    def answer(self, method: bytes, path: bytes, body: bytes, local: bool) -> tuple[int, bytes]:
        """Status and JSON body; `local` is whether the peer is a process on this machine."""
        if not local:
            return 403, _error("the admin interface answers this machine only")
        name = path[len(PREFIX) :].split(b"?")[0].decode()
        known = sorted(verb for verb, noun in self._routes if noun == name)
        if not known:
            return 404, _error(f"no admin page named {name!r}")
        route = self._routes.get((method.decode(), name))
        if route is None:
            return 405, _error(f"{name}: got {method.decode()}, wanted {' or '.join(known)}")
        try:
            return 200, msgspec.json.encode(route(body))
        except (ValueError, RecursionError, BadInput) as error:
            return 400, _error(" ".join(str(error).split()))

    def _health(self, _body: bytes) -> dict[str, Any]:
        return {
            "status": "ok",
            "version": _version(),
            "region": self._front.settings.region,
            "quota": self._front.quota,
            "pid": os.getpid(),
        }

    def _counters(self, _body: bytes) -> dict[str, Any]:
        counts = {"requests": self._front.requests, "answered": self._front.answered}
        return {**counts, **self._gauges.read()}

    def _faults(self, _body: bytes) -> list[dict[str, Any]]:
        return [written(rule) for rule in self._front.rules.standing(self._clock())]

    def _replace_faults(self, body: bytes) -> list[dict[str, Any]]:
        self._front.rules.replace(_rules(body), self._clock())
        return self._faults(body)

    def _add_faults(self, body: bytes) -> list[dict[str, Any]]:
        self._front.rules.add(_rules(body), self._clock())
        return self._faults(body)

    def _remove_faults(self, body: bytes) -> list[dict[str, Any]]:
        rules = self._front.rules
        named = [rules.named(rule) for rule in _rules(body)] if body.strip() else None
        rules.remove(named)
        return self._faults(body)

    def _put_latency(self, body: bytes) -> dict[str, float]:
        latency = msgspec.json.decode(body, type=Latency)
        self._set_latency(latency)
        return {"p50_s": latency.p50_s, "p99_s": latency.p99_s}

    def _put_key_store(self, body: bytes) -> dict[str, float | None]:
        asked = msgspec.json.decode(body, type=_Proxies)
        self._front.world.proxies.change(Latency(asked.p50_s, asked.p99_s), asked.quota)
        return {"p50_s": asked.p50_s, "p99_s": asked.p99_s, "quota": asked.quota}

    def _clock_ahead(self, _body: bytes) -> dict[str, float]:
        return {"ahead_s": self._front.world.ahead_s}

    def _put_clock(self, body: bytes) -> dict[str, float]:
        self._front.world.go_ahead(msgspec.json.decode(body, type=_Ahead).ahead_s, self._clock())
        return self._clock_ahead(body)


def _rules(body: bytes) -> list[Rule]:
    found = msgspec.json.decode(body, type=_Members | list[_Members])
    return [read(members) for members in (found if isinstance(found, list) else [found])]


def is_local(host: str) -> bool:
    """Whether an address, as a socket gives it, is of this machine."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _error(text: str) -> bytes:
    return msgspec.json.encode({"error": text})


@cache
def _version() -> str:
    return version("ekm-harness")
