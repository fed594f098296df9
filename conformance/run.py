"""Ask a target for each behaviour, in turn: yes, or no and what it did instead."""

from collections.abc import Callable, Iterable
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from conformance.behaviour import Behaviour
from conformance.caller import told
from conformance.expect import Differs, NotAsked, short
from conformance.target import Target

YES: Final = "yes"
_MOST: Final = 200  # characters of what it did instead


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
    return f"no: {short(' '.join(instead.split()), _MOST)}"
