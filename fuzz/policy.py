"""Key policies: any document is refused in KMS's words, or decides what is asked under it."""

import random
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from fuzz import _gateway
from harness.gateway.iam.condition_keys import FAMILIES, KEYS
from harness.gateway.iam.conditions import OPERATORS
from harness.principals import ADMIN_KEY, PLATFORM_KEY

_CALLERS: Final = (_gateway.caller(ADMIN_KEY), _gateway.caller(PLATFORM_KEY))
_REFUSED: Final = frozenset(
    {"MalformedPolicyDocumentException", "LimitExceededException", "ValidationException"}
)
_SCOPES: Final = ("", "ForAnyValue:", "ForAllValues:")
_ROOT: Final = "arn:aws:iam::123456789012:root"
_VALUES: Final = (
    *("*", "a*b?c", "${aws:username}", "${aws:username, 'x'}", "${*}", "${", "", "é", "1", "-1.5"),
    *(
        "true",
        "1e999",
        "2027-01-15T08:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "99999-01",
        "10.0.0.0/8",
    ),
    *("::1", "arn:aws:iam::*:user/*", "arn:::", "123456789012", "a=", "*" * 60, "*a" * 300),
)
# What an operator of this kind takes.
_LIKELY: Final = {
    "Bool": ("true", "False", "${aws:username}"),
    "Null": ("true", "false"),
    "Numeric": ("1", "-1.5", "1e999", "${a}"),
    "Date": ("2027-01-15T08:00:00Z", "2027", "0001-01-01T00:00:00+23:59", "1800000000"),
    "IpAddress": ("10.0.0.0/8", "::1", "127.0.0.1/32", "0.0.0.0/0"),
    "Binary": ("YQ==", ""),
}
_PARTS: Final[dict[str, tuple[Any, ...]]] = {
    "Sid": ("a", 1, None),
    "Effect": ("Allow", "Allow", "Deny", "allow", ["Allow"]),
    "Principal": (
        "*",
        {"AWS": _ROOT},
        {"AWS": [_ROOT, "*"]},
        {"Service": "a"},
        {},
        [],
        1,
        {"AWS": 1},
    ),
    "NotPrincipal": ({"AWS": "123456789012"}, {"AWS": []}),
    "Action": ("kms:*", ["kms:GenerateDataKey*", "KMS:?ncrypt"], "*", "x", [], 1, [None], {}),
    "NotAction": ("kms:Decrypt", ["*"]),
    "Resource": ("*", "arn:aws:kms:*:*:key/${aws:username}", ["*", "a"], 1.5, True),
    "NotResource": ("a",),
    "Condition": ({}, [], "x", {"Bool": 1}, {"StringLike": {"a": {}}}),
}


def seeds() -> Iterator[bytes]:
    """Documents of all parts, and of every operator and key."""
    rng = random.Random(0)
    yield from (_document([_statement(rng), _usual()]) for _ in range(40))
    keys = sorted((*KEYS, *(f"{family}a" for family in FAMILIES)))
    for place, operator in enumerate(sorted(OPERATORS)):
        block = {f"{scope}{operator}": {keys[place % len(keys)]: ["1", "*"]} for scope in _SCOPES}
        yield _document([_usual() | {"Condition": block}])


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Another statement, or one part of one put otherwise."""
    try:
        document: Any = msgspec.json.decode(data)
        found = document["Statement"]
        statement = rng.choice(found)
        part = rng.choice(("Condition", "Condition", *sorted(_PARTS)))
        statement[part] = _value(part, rng)
        if rng.random() < 0.3:
            found.append(_usual() | {"Condition": _condition(rng)})
        return bytes(msgspec.json.encode(document))
    except (ValueError, TypeError, KeyError, IndexError):
        return _document([_statement(rng)])


def attempt(data: bytes) -> None:
    """Make a key under the policy; call it as both of the usual identities."""
    front, now = _gateway.front(), _gateway.NOW
    fields = {"Policy": data.decode("latin-1"), "BypassPolicyLockoutSafetyCheck": True}
    made = front.answer("CreateKey", msgspec.json.encode(fields), now)
    if made.code != "ok":
        assert made.code in _REFUSED, made
        return
    key = msgspec.json.decode(made.body)["KeyMetadata"]["Arn"]
    for context in ({}, {"a": "1", "b": "*"}):
        asked = {"KeyId": key, "KeySpec": "AES_256", "EncryptionContext": context}
        for caller in _CALLERS:
            answer = front.answer("GenerateDataKey", msgspec.json.encode(asked), now, caller)
            assert answer.code in ("ok", "AccessDeniedException"), answer


def _document(statements: list[dict[str, Any]]) -> bytes:
    return msgspec.json.encode({"Version": "2012-10-17", "Statement": statements})


def _usual() -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}


def _statement(rng: random.Random) -> dict[str, Any]:
    parts = rng.sample(sorted(_PARTS), rng.choice((0, 1, 1, 2)))
    return _usual() | {part: _value(part, rng) for part in parts}


def _value(part: str, rng: random.Random) -> Any:
    if part == "Condition" and rng.random() < 0.8:
        return _condition(rng)
    return rng.choice(_PARTS[part])


def _condition(rng: random.Random) -> dict[str, Any]:
    name = rng.choice(sorted(OPERATORS))
    operator = rng.choice(_SCOPES) + name + rng.choice(("", "IfExists"))
    key = rng.choice(sorted((*KEYS, *(f"{family}a" for family in FAMILIES))))
    likely = next((values for part, values in _LIKELY.items() if part in name), _VALUES)
    values = rng.sample(likely if rng.random() < 0.9 else _VALUES, rng.randrange(1, 3))
    return {operator: {key: values if rng.random() < 0.8 else values[0]}}
