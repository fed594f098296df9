"""Ask a target for each behaviour, in turn: yes, or no and what it did instead."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from conformance.behaviour import Behaviour
from conformance.caller import told
from conformance.expect import Differs, NotAsked, short
from conformance.target import Target

YES: Final = "yes"
_MOST: Final = 200  # characters of what it did instead
_DIFFERENT_EACH_TIME: Final = (
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[id]"),
    (r"[0-9a-f]{32,64}", "[hex]"),
    (r"ekm-conformance-[0-9a-f]+", "[name]"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+:.\d]*", "[date]"),
)


def ask(behaviour: Behaviour, target: Target) -> str:
    """`yes`, `no: …` or `not asked: …`, in one line."""
    try:
        behaviour.check(target)
    except NotAsked as reason:
        return f"not asked: {reason}"
    except Differs as instead:
        return _no(str(instead))
    except ClientError as error:
        code, message = told(error)
        where = f"{error.operation_name} answered {code}"
        return _no(f"{where}: {message}" if message else where)
    except (BotoCoreError, HTTPClientError) as error:
        return _no(f"{type(error).__name__}: {error}")
    except Exception as error:  # an answer so odd that the check fell over it
        return _no(f"an answer without what it must have ({type(error).__name__}: {error})")
    return YES


def ask_all(
    chosen: Iterable[Behaviour], target: Target, tell: Callable[[Behaviour, str], None]
) -> dict[str, str]:
    """The outcomes by title."""
    outcomes = {}
    try:
        for one in chosen:
            outcomes[one.title] = ask(one, target)
            tell(one, outcomes[one.title])
    finally:
        target.clear()
    return outcomes


def _no(instead: str) -> str:
    text = " ".join(instead.split())
    for pattern, word in _DIFFERENT_EACH_TIME:
        text = re.sub(pattern, word, text)
    return f"no: {short(text, _MOST)}"
