"""How KMS words a request that does not fit its shape: every constraint it breaks, one by one.

Decoding stops at the first fault and words it its own way, so a request that failed is gone over
again here, against the same declared shapes.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from functools import cache, singledispatch
from typing import Any, Final, Protocol

import msgspec
from msgspec import inspect

from harness.errors import KmsError
from harness.gateway.refusals import invalid, refusal

_GOT: Final[dict[type, str]] = {
    type(None): "NULL_VALUE",
    bool: "BOOLEAN_VALUE",
    int: "NUMBER_VALUE",
    float: "DECIMAL_VALUE",
    str: "STRING_VALUE",
    list: "ARRAY_VALUE",
    dict: "OBJECT_VALUE",
}
_WANTED: Final[dict[type, str]] = {
    bool: "a Boolean",
    int: "an Integer",
    str: "a String",
    list: "a List",
    dict: "a Structure",
}


def worded(shape: type[msgspec.Struct], body: bytes) -> KmsError:
    """The refusal that a body which does not decode as `shape` deserves."""
    try:
        fields = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return refusal("SerializationException", "The request is not valid JSON.")
    if not isinstance(fields, dict):
        return refusal("SerializationException", "Start of structure or map expected.")
    try:
        broken = list(_struct(_inspected(shape), fields, ""))
    except TypeError as error:
        return refusal("SerializationException", str(error))
    if not broken:
        return refusal("SerializationException", "A member has a value it can not have.")
    plural = "s" if len(broken) != 1 else ""
    return invalid(f"{len(broken)} validation error{plural} detected: {'; '.join(broken)}")


@cache
def _inspected(shape: type[msgspec.Struct]) -> inspect.StructType:
    found = inspect.type_info(shape)
    assert isinstance(found, inspect.StructType)
    return found


def _struct(shape: inspect.StructType, fields: dict[str, Any], path: str) -> Iterator[str]:
    for field in shape.fields:
        name = path + field.encode_name[0].lower() + field.encode_name[1:]
        value = fields.get(field.encode_name)
        if value is not None:
            yield from _broken(field.type, value, name)
        elif field.required:
            yield _says("Value null", name, "not be null")


@singledispatch
def _broken(kind: inspect.Type, value: Any, name: str) -> Iterator[str]:
    """The constraints of `kind` that `value` breaks. Raises TypeError for JSON of another type."""
    raise NotImplementedError(kind)


@_broken.register
def _(kind: inspect.UnionType, value: Any, name: str) -> Iterator[str]:
    (real,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
    return _broken(real, value, name)


@_broken.register
def _(kind: inspect.StructType, value: Any, name: str) -> Iterator[str]:
    return _struct(kind, _typed(value, dict), f"{name}.")


@_broken.register
def _(kind: inspect.ListType | inspect.VarTupleType, value: Any, name: str) -> Iterator[str]:
    yield from _length(kind, len(_typed(value, list)), "Value", name)
    for place, item in enumerate(value, 1):
        yield from _broken(kind.item_type, item, f"{name}.{place}.member")


@_broken.register
def _(kind: inspect.DictType, value: Any, name: str) -> Iterator[str]:
    for item in _typed(value, dict).values():
        yield from _broken(kind.value_type, item, f"{name}.member")


@_broken.register
def _(kind: inspect.BytesType, value: Any, name: str) -> Iterator[str]:
    try:
        size = len(b64decode(_typed(value, str), validate=True))
    except ValueError:
        raise TypeError("Invalid base64 in a blob.") from None
    # The value is left out, as KMS does: it may be a secret.
    return _length(kind, size, "Value", name)


@_broken.register
def _(kind: inspect.StrType, value: Any, name: str) -> Iterator[str]:
    yield from _length(kind, len(_typed(value, str)), f"Value '{value}'", name)
    if kind.pattern and not re.search(kind.pattern, value):
        rule = f"satisfy regular expression pattern: {kind.pattern}"
        yield _says(f"Value '{value}'", name, rule)


@_broken.register
def _(kind: inspect.LiteralType, value: Any, name: str) -> Iterator[str]:
    if _typed(value, str) not in kind.values:
        known = ", ".join(map(str, kind.values))
        yield _says(f"Value '{value}'", name, f"satisfy enum value set: [{known}]")


@_broken.register
def _(kind: inspect.IntType, value: Any, name: str) -> Iterator[str]:
    if kind.ge is not None and _typed(value, int) < kind.ge:
        yield _says(f"Value '{value}'", name, f"have value greater than or equal to {kind.ge}")
    if kind.le is not None and _typed(value, int) > kind.le:
        yield _says(f"Value '{value}'", name, f"have value less than or equal to {kind.le}")


@_broken.register
def _(_kind: inspect.FloatType, value: Any, _name: str) -> Iterator[str]:
    if type(value) not in (int, float):
        raise TypeError(f"{_GOT[type(value)]} can not be converted to a Timestamp.")
    return iter(())


@_broken.register
def _(_kind: inspect.BoolType, value: Any, _name: str) -> Iterator[str]:
    _typed(value, bool)
    return iter(())


class _Sized(Protocol):
    min_length: int | None
    max_length: int | None


def _length(kind: _Sized, size: int, value: str, name: str) -> Iterator[str]:
    if kind.min_length is not None and size < kind.min_length:
        yield _says(value, name, f"have length greater than or equal to {kind.min_length}")
    if kind.max_length is not None and size > kind.max_length:
        yield _says(value, name, f"have length less than or equal to {kind.max_length}")


def _says(value: str, name: str, rule: str) -> str:
    return f"{value} at '{name}' failed to satisfy constraint: Member must {rule}"


def _typed(value: Any, wanted: type) -> Any:
    if type(value) is not wanted:
        raise TypeError(f"{_GOT[type(value)]} can not be converted to {_WANTED[wanted]}.")
    return value
