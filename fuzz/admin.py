"""The admin interface: scripts of its requests among calls to KMS, from this machine."""

import random
from collections.abc import Iterator
from typing import Final

import msgspec

from fuzz import _gateway, _script, _shapes
from harness import registry
from harness.gateway.admin import PREFIX
from harness.gateway.front import OPERATIONS
from harness.gateway.http.head import Malformed, Message, parse
from harness.gateway.latency import Latency
from harness.gateway.rule import Rule
from harness.gateway.server import Peer, Server
from harness.gateway.strikes import effects

_STATUSES: Final = frozenset({200, 400, 404, 405, 413, 431})
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NOUNS: Final = ("health", "counters", "faults", "latency", "identities", "keys", "", "a?b", "%")
_WHEN: Final = ("name", "operation", "probability", "after_s", "lasts_s", "ramp_s", "principal")
_SETTINGS: Final = (
    0,
    1,
    0.5,
    3600,
    1e-320,
    1e14,
    -1,
    "a",
    "1s",
    "lognormal",
    "uniform",
    True,
    None,
)
_MOST_RULES: Final = 100
_MOST_PIECES: Final = 1_000


def seeds() -> Iterator[bytes]:
    """Rules of each shape, and each request that there is."""
    rng = random.Random(0)
    yield from (b"\n".join(_any_step(rng) for _ in range(10)) for _ in range(20))
    for method in _METHODS:
        yield b"\n".join(_script.line(f"{method}:{noun}", {}) for noun in _NOUNS)
    rule = {"name": "n", "operation": "Decrypt", "error": {"code": "X", "statusCode": 500}}
    yield b"\n".join(
        [_script.line("POST:faults", [rule]), b"Decrypt {}", b'DELETE:faults {"name":"n"}']
    )
    yield b"\n".join([_script.line("POST:faults", {"quota": 0}), b"Encrypt {}", b"GET:faults "])
    yield b'PUT:latency {"p50_s":0.001,"p99_s":0.01}\nPUT:latency {"p50_s":1e-320,"p99_s":3599}'


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Another script, near this one."""
    return _script.mutate(data, rng, _any_step)


def attempt(data: bytes) -> None:
    """Send what the script says; every reply is JSON, and the rules stay within their bounds."""
    front = _gateway.front()
    server = _gateway.server(front, Latency(0.0, 0.0))
    for word, body in _script.steps(data):
        method, _, noun = word.partition(b":")
        if noun:
            status, reply = _sent(server, method, PREFIX + noun, b"", body)
            assert status in _STATUSES, (status, reply)
            assert (status == 200) == (not _error(reply)), (status, reply)
        else:
            status, reply = _sent(server, b"POST", b"/", b"TrentService." + word, body)
            assert 200 <= status <= 599, (status, reply)
        assert len(front.rules.standing(_gateway.NOW)) <= _MOST_RULES


def _sent(
    server: Server, method: bytes, path: bytes, target: bytes, body: bytes
) -> tuple[int, object]:
    head = b"%b %b HTTP/1.1\r\nX-Amz-Target: %b\r\nAuthorization: %b" % (
        method,
        path,
        target,
        _gateway.SIGNED,
    )
    try:
        message = parse(head + b"\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body), 0)
    except Malformed as error:
        return error.status, {"error": error.why}
    assert isinstance(message, Message)
    made = server.respond(message, Peer("127.0.0.1", 1, True))
    assert isinstance(made, tuple)  # keys of its own: it answers at once
    reply, delay_s, manner = made
    if manner is not None:
        assert len(manner(reply).pieces) <= _MOST_PIECES
        return 200, None  # it leaves in its own way, or not at all
    assert 0 <= delay_s < float("inf"), delay_s
    head, _, content = reply.partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(content) in head
    return int(head.split(b" ")[1]), msgspec.json.decode(content) if content else None


def _error(reply: object) -> bool:
    return isinstance(reply, dict) and isinstance(reply.get("error"), str)


def _any_step(rng: random.Random) -> bytes:
    match rng.randrange(8):
        case 0 | 1 | 2:
            rules = [_rule(rng) for _ in range(rng.choice((1, 1, 2, 101)))]
            verb = rng.choice(("POST", "PATCH"))
            return _script.line(f"{verb}:faults", rules if rng.random() < 0.7 else rules[0])
        case 3:
            return _script.line("DELETE:faults", {"name": rng.choice(("n", "", None, "a"))})
        case 4:
            seconds = {"p50_s": rng.choice((0, 0.001, 1e-320)), "p99_s": rng.choice((0, 1, 3599.9))}
            return _script.line("PUT:latency", seconds)
        case 5:
            return _script.line(f"{rng.choice(_METHODS)}:{rng.choice(_NOUNS)}", {})
        case _:
            name = rng.choice(sorted(OPERATIONS))
            return _script.line(name, _shapes.request(OPERATIONS[name], rng))


def _rule(rng: random.Random) -> dict[str, object]:
    """A rule that is likely to stand: what is declared, under names that mean something."""
    rule = _shapes.request(Rule, rng)
    rule.update({"service": "kms"} if "service" in rule else {})
    rule.update({"region": "us-east-1"} if "region" in rule else {})
    if "operation" in rule:
        rule["operation"] = rng.choice(sorted(OPERATIONS))
    rule = {name: value for name, value in rule.items() if name not in ("fault", "settings")}
    if rng.random() < 0.8:
        # One effect, mostly: an error, a quota, or a fault by its name.
        kept = rng.choice(("error", "quota", "fault", "fault"))
        rule = {name: value for name, value in rule.items() if name in _WHEN or name == kept}
        rule |= _fault(rng) if kept == "fault" else {}
    return rule


def _fault(rng: random.Random) -> dict[str, object]:
    """A fault by its name, some of its settings put otherwise."""
    name = rng.choice(effects())
    settings = registry.make("faults", name, {}).settings
    odd = rng.sample(sorted(settings), min(len(settings), rng.randrange(3)))
    return {name: {one: rng.choice(_SETTINGS) for one in odd}}
