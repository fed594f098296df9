"""`ekm key validate` and `ekm key link`: the handshake, and the link that it allows."""

import argparse
import time
from typing import Any

from harness import handshake, link
from harness.commands import _key_options as options
from harness.commands._key_words import Words, as_json, handshake_json
from harness.errors import BadInput
from harness.link import Link
from harness.policy.terms import Terms


def add_validate(verbs: Any) -> None:
    examples = """  ekm key validate alias/recordings
  ekm key validate ARN --kms localstack --json"""
    verb = options.verb(
        verbs, "validate", "try a key as the platform would; save nothing", examples
    )
    verb.add_argument("key", metavar="ARN", help="ARN, id or alias")
    _add_handshake(verb)
    verb.set_defaults(execute=_validate)


def add_link(verbs: Any) -> None:
    examples = """  ekm key link alias/recordings
  ekm key link --show
  ekm key link --remove --kms localstack"""
    verb = options.verb(verbs, "link", "try a key, and have runs use it from now on", examples)
    verb.add_argument("key", metavar="ARN", nargs="?", help="ARN, id or alias")
    verb.add_argument("--show", action="store_true", help="show the link of this KMS")
    verb.add_argument("--remove", action="store_true", help="forget the link of this KMS")
    _add_handshake(verb)
    verb.set_defaults(execute=_link)


def _add_handshake(verb: argparse.ArgumentParser) -> None:
    options.add_terms(verb.add_argument, options.BOUND)
    verb.set_defaults(organization=options.ORGANIZATION)
    verb.add_argument("--json", action="store_true", help="all of it, for a program")


def _validate(arguments: argparse.Namespace) -> int:
    terms = options.terms(arguments)
    return 0 if _tested(arguments, terms, options.place(arguments)).ok else 2


def _link(arguments: argparse.Namespace) -> int:
    if [bool(arguments.key), arguments.show, arguments.remove].count(True) != 1:
        raise BadInput("ekm key link", wanted="a key, or --show, or --remove")
    if arguments.key:
        return _linked(arguments)
    where, words = options.backend(arguments), Words()
    if arguments.remove:
        words.line("the link is gone" if link.remove(where) else "no key was linked")
        return 0
    found = link.read(where)
    if arguments.json:
        words.line(as_json(found and vars(found)))
    else:
        words.line(
            f"{found.key}  {found.arn}" if found else f"no key is linked on {where.endpoint}"
        )
    return 0


def _linked(arguments: argparse.Namespace) -> int:
    terms, place = options.terms(arguments), options.place(arguments)
    went, where = _tested(arguments, terms, place), place.backend
    if not went.ok:
        return 2
    link.save(
        where,
        Link(
            backend=where.name,
            endpoint=where.endpoint,
            region=where.region,
            key=went.key,
            arn=went.arn,
            platform=terms.platform,
            organization=terms.organization,
            linked_s=time.time(),
        ),
    )
    if not arguments.json:
        Words().line(f"linked   {went.arn}")
    return 0


def _tested(
    arguments: argparse.Namespace, terms: Terms, place: options.Place
) -> handshake.Handshake:
    words = Words()
    went = handshake.test(
        place.control,
        place.data,
        arguments.key,
        terms.organization,
        terms.platform,
        terms.actions,
    )
    if arguments.json:
        words.line(handshake_json(went))
        return went
    words.handshake(went)
    if place.backend.name == "aws" and not arguments.platform_profile:
        words.marked("note", "tried as yourself; --platform-profile tries as the platform")
    return went
