"""A request in the form that is signed: method, path, query, signed headers, the body's digest."""

import posixpath
import re
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, quote

_SPACES: Final = re.compile(r"[ \t]+")
_UNSIGNED: Final = "UNSIGNED-PAYLOAD"


def header_map(rest: str) -> dict[str, str]:
    """By lower-cased name; values of the same name are joined by commas, as they are signed."""
    found: dict[str, str] = {}
    for line in rest.split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon:
            continue
        name, value = name.lower(), value.strip(" \t")
        if "  " in value or "\t" in value:
            value = _SPACES.sub(" ", value)
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def canonical(line: str, headers: dict[str, str], names: str, body: bytes) -> str:
    method, _, rest = line.partition(" ")
    path, _, query = rest.rpartition(" ")[0].partition("?")
    lines = [f"{name}:{headers.get(name, '')}\n" for name in names.split(";")]
    declared = headers.get("x-amz-content-sha256")
    payload = _UNSIGNED if declared == _UNSIGNED else sha256(body).hexdigest()
    return f"{method}\n{_path(path)}\n{_query(query)}\n{''.join(lines)}\n{names}\n{payload}"


def _path(path: str) -> str:
    if path in ("", "/"):
        return "/"
    tidy = posixpath.normpath(path).replace("//", "/")
    return quote(tidy + "/" * (path.endswith("/") and tidy != "/"), safe="/~", encoding="latin-1")


def _query(query: str) -> str:
    if not query:
        return ""
    text = query.replace("+", "%20")
    pairs = parse_qsl(text, keep_blank_values=True, encoding="latin-1")
    return "&".join(sorted(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs))


def _quoted(text: str) -> str:
    return quote(text, safe="~", encoding="latin-1")
