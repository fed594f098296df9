"""The JSON front: scripts of calls to every operation there is; each must be answered well."""

import random
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import msgspec
from botocore.loaders import Loader

from fuzz import _gateway, _script, _shapes
from harness.gateway.front import OPERATIONS, Front
from harness.principals import ADMIN_KEY, PLATFORM_ACCOUNT, PLATFORM_KEY

_STATUSES: Final = frozenset({200, 400, 500, 503})
# Codes of AWS's that no service's model lists.
_COMMON: Final = frozenset(
    {
        *("ValidationException", "SerializationException", "ThrottlingException"),
        *("UnknownOperationException", "MissingAuthenticationTokenException"),
        *("AccessDeniedException", "NotAuthorizedException", "InternalFailure"),
        *("UnrecognizedClientException", "InvalidSignatureException"),
        *("IncompleteSignatureException", "ExpiredTokenException", "InvalidClientTokenId"),
    }
)
# Who asks, by the last letter of a step's word; else it is the customer's admin.
_CALLERS: Final = {
    "!": _gateway.caller(PLATFORM_KEY),
    "~": _gateway.caller(ADMIN_KEY, _gateway.AWAY),
    "&": _gateway.caller(PLATFORM_KEY, connection=2),
}
_ADMIN: Final = _gateway.caller(ADMIN_KEY)
# Something to work on: a key of some kind, what belongs to it, a name and a data key.
_KEY: Final = {"KeyId": "$KeyId"}
_GRANT: Final = {
    "GranteePrincipal": f"arn:aws:iam::{PLATFORM_ACCOUNT}:user/recording-platform",
    "Operations": ["Decrypt", "GenerateDataKey", "CreateGrant", "RetireGrant"],
}
_KINDS: Final[tuple[list[tuple[str, dict[str, Any]]], ...]] = (
    [("CreateKey", {})],
    [("CreateKey", {}), ("CreateGrant", _KEY | _GRANT)],
    [("CreateKey", {"MultiRegion": True}), ("ReplicateKey", _KEY | {"ReplicaRegion": "eu-west-1"})],
    [("CreateKey", {"Origin": "EXTERNAL"})],
    [("CreateKey", {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"})],
)
_THEN: Final = (
    ("CreateAlias", {"AliasName": "alias/a", "TargetKeyId": "$KeyId"}),
    ("GenerateDataKey", {"KeyId": "alias/a", "KeySpec": "AES_256"}),
)


def seeds() -> Iterator[bytes]:
    """Each operation after a few that make something to work on, and all of them in a row."""
    rng = random.Random(0)
    for name in OPERATIONS:
        for kind in _KINDS:
            yield b"\n".join([*_first(kind), *(_step(name, rng) for _ in range(5))])
    for _ in range(10):
        names = rng.sample(sorted(OPERATIONS), len(OPERATIONS))
        yield b"\n".join([*_first(rng.choice(_KINDS)), *(_step(name, rng) for name in names)])
    gone = b'ScheduleKeyDeletion {"KeyId":"$KeyId"}\n@ 2592000\nListKeys {}\nListAliases {}'
    yield b"\n".join([*_first(_KINDS[0]), gone])


def _first(kind: list[tuple[str, dict[str, Any]]]) -> list[bytes]:
    return [_script.line(word, body) for word, body in (*kind, *_THEN)]


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Another script, near this one."""
    return _script.mutate(data, rng, _any_step)


def attempt(data: bytes) -> None:
    """Play a script to a gateway that is new, a second a step."""
    front, now, memory = _gateway.front(), _gateway.NOW, _script.Memory()
    asked = 0
    for word, body in _script.steps(data):
        if word == b"@":
            now += int(body) if body.isdigit() and len(body) < 9 else 0
            continue
        asked, now = asked + 1, now + 1
        memory.learn(_answered(front, word.decode("latin-1"), memory.fill(body), now))
    assert sum(front.requests.values()) == asked
    assert sum(n for codes in front.answered.values() for n in codes.values()) == asked


def _answered(front: Front, word: str, body: bytes, now: float) -> object:
    """The reply's members, which are what an SDK can read."""
    front.world.advance(now)
    keys, asking = len(front.world.ring._keys), _CALLERS.get(word[-1:], _ADMIN)
    answer = front.answer(word.rstrip("".join(_CALLERS)), body, now, asking)
    assert answer.status in _STATUSES, answer
    assert (answer.code == "ok") == (answer.status == 200), answer
    reply = msgspec.json.decode(answer.body) if answer.body else None
    if answer.code != "ok":
        assert answer.code in _codes(), answer
        assert isinstance(reply, dict), answer
        assert reply["__type"] == answer.code, answer
        assert isinstance(reply["message"], str), answer
        assert len(answer.body) < 64 * 1024 + 2 * len(body), "a refusal far larger than its request"
    # Only what succeeds may make a key, and one a call.
    more = len(front.world.ring._keys) - keys
    assert more <= (answer.code == "ok"), answer
    return reply


def _step(name: str, rng: random.Random) -> bytes:
    return _script.line(name, _shapes.request(OPERATIONS[name], rng))


def _any_step(rng: random.Random) -> bytes:
    if rng.random() < 0.05:
        return b"@ %d" % rng.choice((1, 86_400, 30 * 86_400, 400 * 86_400))
    word, _, body = _step(rng.choice(sorted(OPERATIONS)), rng).partition(b" ")
    return word + rng.choice(("", "", "", *_CALLERS)).encode() + b" " + body


@cache
def _codes() -> frozenset[str]:
    """Every error code that a client of KMS knows of."""
    shapes = Loader().load_service_model("kms", "service-2")["shapes"]
    return _COMMON | {name for name, shape in shapes.items() if shape.get("exception")}
