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

_POLICY: Final = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},'
    '"Action":"kms:*","Resource":"*","Condition":{"StringLike":{"kms:CallerAccount":"1*"}}}]}'
)
_TEXTS: Final = (
    *("a", "", "alias/a", "alias/aws/a", "default", "*", "1" * 12, "eu-west-1", "$KeyId", "$Arn"),
    *("arn:aws:iam::123456789012:root", "arn:aws:kms:us-east-1:123456789012:alias/a", "é\0" * 9),
    *("x" * 300, "x" * 9000, _POLICY, "{}", "[" * 100),
)
_WRONG: Final = (None, True, -1, 2**64, 1.5, "", "x", [], {}, [None], {"a": None}, {"": [{}]})


def request(shape: type[msgspec.Struct], rng: random.Random) -> dict[str, Any]:
    """Every member that must be there, and about half of the others; seldom one that is wrong."""
    found = inspect.type_info(shape)
    assert isinstance(found, inspect.StructType)
    return _struct(found, rng)


def _struct(shape: inspect.StructType, rng: random.Random) -> dict[str, Any]:
    return {
        field.encode_name: _value(field.type, field.encode_name, rng)
        for field in shape.fields
        if field.required or rng.random() < 0.4
    }


def _value(kind: inspect.Type, name: str, rng: random.Random) -> Any:
    return rng.choice(_WRONG) if rng.random() < 0.03 else _right(kind, name, rng)


@singledispatch
def _right(_kind: inspect.Type, _name: str, rng: random.Random) -> Any:
    return rng.choice(_WRONG)


@_right.register
def _(kind: inspect.UnionType, name: str, rng: random.Random) -> Any:
    return _right(rng.choice(kind.types), name, rng)


@_right.register
def _(_kind: inspect.NoneType, _name: str, _rng: random.Random) -> Any:
    return None


@_right.register
def _(kind: inspect.StructType, _name: str, rng: random.Random) -> Any:
    return _struct(kind, rng)


@_right.register
def _(kind: inspect.ListType | inspect.VarTupleType, name: str, rng: random.Random) -> Any:
    return [_value(kind.item_type, name.removesuffix("s"), rng) for _ in range(rng.randrange(4))]


@_right.register
def _(kind: inspect.DictType, _name: str, rng: random.Random) -> Any:
    return {rng.choice("abc"): _value(kind.value_type, "", rng) for _ in range(rng.randrange(3))}


@_right.register
def _(kind: inspect.LiteralType, _name: str, rng: random.Random) -> Any:
    return rng.choice(kind.values)


@_right.register
def _(_kind: inspect.BoolType, _name: str, rng: random.Random) -> Any:
    return rng.random() < 0.5


@_right.register
def _(kind: inspect.IntType, _name: str, rng: random.Random) -> Any:
    least, most = (kind.ge if kind.ge is not None else 0), (kind.le or 2**31)
    return rng.choice((least, most, least - 1, most + 1, rng.randint(least, most)))


@_right.register
def _(_kind: inspect.FloatType, _name: str, rng: random.Random) -> Any:
    return rng.choice((0, 0.5, 1, -1, 1e308, 1_900_000_000.5, rng.random()))


@_right.register
def _(_kind: inspect.BytesType, name: str, rng: random.Random) -> Any:
    if name and rng.random() < 0.7:
        return f"${name}"
    return b64encode(rng.randbytes(rng.choice((0, 1, 32, 64, 300, 4096)))).decode()


@_right.register
def _(kind: inspect.StrType, name: str, rng: random.Random) -> Any:
    if name.endswith(("Id", "Marker", "Token", "Arn", "Blob")) and rng.random() < 0.8:
        return f"${name}"
    if name.startswith("Policy") and rng.random() < 0.5:
        return rng.choice(("default", _POLICY))
    fit = [text for text in _TEXTS if _fits(kind, text)]
    return rng.choice(fit or _TEXTS)


def _fits(kind: inspect.StrType, text: str) -> bool:
    within = (kind.min_length or 0) <= len(text) <= (kind.max_length or 2**20)
    return within and (kind.pattern is None or bool(re.search(kind.pattern, text)))
