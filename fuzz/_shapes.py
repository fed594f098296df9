"""Requests that look right, from the shapes that operations declare; a new one needs no edit here.

A value may be `$Name`: where a reply before it had a member of that name, the member stands in.
"""

import random
import re
from base64 import b64encode
from functools import singledispatch
from typing import Any, Final

import msgspec
from msgspec import inspect

from harness.principals import PLATFORM_ACCOUNT

_POLICY: Final = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},'
    '"Action":"kms:*","Resource":"*","Condition":{"StringLike":{"kms:CallerAccount":"1*"}}}]}'
)
_TEXTS: Final = (
    *("a", "", "alias/a", "alias/aws/a", "default", "*", "1" * 12, "eu-west-1", "$KeyId", "$Arn"),
    *("arn:aws:iam::123456789012:root", "arn:aws:kms:us-east-1:123456789012:alias/a", "é\0" * 9),
    *("x" * 300, "x" * 9000, _POLICY, "{}", "[" * 100),
)
_LIKELY: Final = {
    "AliasName": ("alias/a", "alias/b"),
    "PolicyName": ("default",),
    "Policy": (_POLICY, _POLICY, "{}"),
    "ServicePrincipal": ("s3.us-east-1.amazonaws.com",),
    "Principal": (
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:user/admin",
        f"arn:aws:iam::{PLATFORM_ACCOUNT}:user/recording-platform",
    ),
    "Region": ("eu-west-1", "us-east-1"),
    "TagKey": ("a", "b", "ekm-harness"),
    "Value": ("1", "2"),
}
_WRONG: Final[tuple[Any, ...]] = (
    None,
    True,
    -1,
    2**64,
    1.5,
    "",
    "x",
    [],
    {},
    [None],
    {"a": None},
    {"": [{}]},
)


def request(shape: type[msgspec.Struct], rng: random.Random) -> dict[str, Any]:
    """Every member that must be there, and about half of the others; seldom one that is wrong."""
    found = inspect.type_info(shape)
    assert isinstance(found, inspect.StructType)
    return _struct(found, rng)


def _struct(shape: inspect.StructType, rng: random.Random) -> dict[str, Any]:
    return {
        field.encode_name: _value(field.type, field.encode_name, rng)
        for field in shape.fields
        if field.required or rng.random() < 0.3
    }


def _value(kind: inspect.Type, name: str, rng: random.Random) -> Any:
    return rng.choice(_WRONG) if rng.random() < 0.02 else _right(kind, name, rng)


@singledispatch
def _right(_kind: inspect.Type, _name: str, rng: random.Random) -> Any:
    return rng.choice(_WRONG)


@_right.register
def _(kind: inspect.UnionType, name: str, rng: random.Random) -> Any:
    real = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    return None if rng.random() < 0.05 else _right(rng.choice(real), name, rng)


@_right.register
def _(kind: inspect.StructType, _name: str, rng: random.Random) -> Any:
    return _struct(kind, rng)


@_right.register
def _(kind: inspect.ListType | inspect.VarTupleType, name: str, rng: random.Random) -> Any:
    return [_value(kind.item_type, name.removesuffix("s"), rng) for _ in range(rng.randrange(4))]


@_right.register
def _(kind: inspect.DictType, _name: str, rng: random.Random) -> Any:
    few = rng.choice((0, 1, 1, 1, 9))
    return {"abcdefghi"[n]: _value(kind.value_type, "Value", rng) for n in range(few)}


@_right.register
def _(kind: inspect.LiteralType, _name: str, rng: random.Random) -> Any:
    return kind.values[0] if rng.random() < 0.6 else rng.choice(kind.values)


@_right.register
def _(_kind: inspect.BoolType, _name: str, rng: random.Random) -> Any:
    return rng.random() < 0.5


@_right.register
def _(kind: inspect.IntType, _name: str, rng: random.Random) -> Any:
    least, most = (kind.ge if kind.ge is not None else 0), (kind.le or 2**31)
    wrong = rng.random() < 0.05
    return rng.choice((least - 1, most + 1) if wrong else (least, most, rng.randint(least, most)))


@_right.register
def _(_kind: inspect.FloatType, _name: str, rng: random.Random) -> Any:
    return rng.choice((0, 0.5, 1, -1, 1e308, 1_900_000_000.5, rng.random()))


@_right.register
def _(_kind: inspect.BytesType, name: str, rng: random.Random) -> Any:
    if name.endswith(("Blob", "Token")) and rng.random() < 0.9:
        return f"${name}"
    return b64encode(rng.randbytes(rng.choice((0, 1, 16, 32, 32, 64, 256, 4096)))).decode()


@_right.register
def _(kind: inspect.StrType, name: str, rng: random.Random) -> Any:
    if rng.random() < 0.9:
        if name.endswith(("Id", "Marker", "Token", "Arn")):
            return f"${name}"
        for part, likely in _LIKELY.items():
            if name.endswith(part):
                return rng.choice(likely)
    fit = [text for text in _TEXTS if _fits(kind, text)]
    return rng.choice(fit or _TEXTS)


def _fits(kind: inspect.StrType, text: str) -> bool:
    within = (kind.min_length or 0) <= len(text) <= (kind.max_length or 2**20)
    return within and (kind.pattern is None or bool(re.search(kind.pattern, text)))
