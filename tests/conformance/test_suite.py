"""The suite itself: enough behaviours, each with a source; a page that tells all of them."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from conformance.behaviour import Behaviour, areas, behaviours
from conformance.expect import Differs, NotAsked, equal, holds, short
from conformance.page import PAGE, cell, known, rendered
from conformance.run import ask, ask_all
from conformance.servers import HERE, gateway
from conformance.target import Target
from tests.processes import Ended


def command(*words: str) -> Ended:
    made = subprocess.run(
        [sys.executable, "-m", "conformance", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=HERE,
    )
    return Ended(made.returncode, made.stdout, made.stderr)


def test_there_are_at_least_150_behaviours_each_with_a_source() -> None:
    assert len(behaviours()) >= 150
    assert [one.title for one in behaviours() if not one.source] == []


def test_no_two_behaviours_have_the_same_title() -> None:
    titles = Counter(one.title for one in behaviours())
    assert [title for title, times in titles.items() if times > 1] == []


def test_every_area_has_behaviours() -> None:
    assert {one.area for one in behaviours()} == set(areas())


def test_the_page_is_what_was_measured() -> None:
    assert PAGE.read_text() == rendered()


def test_the_page_names_every_behaviour_and_its_source() -> None:
    page = PAGE.read_text()
    rows = [f"| {cell(one.title)} | {one.source} |" for one in behaviours()]
    assert [row for row in rows if row not in page] == []


@pytest.mark.parametrize("name", ["gateway", "localstack", "moto", "ministack"])
def test_what_was_measured_covers_every_behaviour_and_no_other(name: str) -> None:
    measured = known(name)
    assert measured is not None
    assert set(measured.outcomes) == {one.title for one in behaviours()}


@pytest.mark.parametrize(
    ("raised", "outcome"),
    [
        (None, "yes"),
        (Differs("it is 2, not 1"), "no: it is 2, not 1"),
        (NotAsked("too dear"), "not asked: too dear"),
        (KeyError("Truncated"), "no: an answer without what it must have (KeyError: 'Truncated')"),
    ],
)
def test_an_outcome_is_one_line(raised: Exception | None, outcome: str, target: Target) -> None:
    def check(_kms: Target) -> None:
        if raised:
            raise raised

    assert ask(Behaviour("area", "title", "source", check), target) == outcome


def test_a_refusal_where_success_was_wanted_is_told_with_its_code(target: Target) -> None:
    def check(kms: Target) -> None:
        kms.admin("DescribeKey", KeyId="fake-key-id")

    told = ask(Behaviour("area", "title", "source", check), target)
    assert told == "no: DescribeKey answered NotFoundException: Invalid keyId 'fake-key-id'"


def test_success_where_a_refusal_was_wanted_is_told(target: Target) -> None:
    def check(kms: Target) -> None:
        kms.admin.refused("NotFoundException", "ListKeys")

    assert ask(Behaviour("area", "title", "source", check), target) == "no: ListKeys succeeded"


def test_another_message_than_the_recorded_is_a_no(target: Target) -> None:
    def check(kms: Target) -> None:
        kms.admin.refused("NotFoundException", "DescribeKey", "Gone", KeyId="fake-key-id")

    told = ask(Behaviour("area", "title", "source", check), target)
    assert told == "no: NotFoundException says \"Invalid keyId 'fake-key-id'\""


def test_what_is_not_equal_is_told_short() -> None:
    with pytest.raises(Differs, match=r"^the blob is 3 bytes, not 4 bytes$"):
        equal(b"xxxx", b"yyy", "the blob")
    with pytest.raises(Differs, match=r"^nothing$"):
        holds([], "nothing")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--area", "grnts"), "conformance: no area 'grnts'; there are aliases, "),
        (("--against", "minio"), "conformance: no target 'minio'; there are gateway, "),
        (("--against", "aws"), "conformance: against aws wants --i-know-this-costs-money"),
        (
            ("--against", "aws", "--i-know-this-costs-money"),
            "conformance: against aws wants --aws-profile and --aws-platform-profile",
        ),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(words: tuple[str, ...], said: str) -> None:
    ended = command(*words)
    assert ended.code == 2
    assert len(ended.lines) == 1
    assert ended.said.startswith(said)


def test_ids_names_and_dates_are_left_out_of_outcomes() -> None:
    key, name = "key/0b86d366-1444-4603-b5fd-884f29bf4b1b", "ekm-conformance-1d7000e9a7ea"
    told = f"{key}, {name}, 2026-12-25 02:55:45+00:00"
    assert short(told) == "key/[id], [name], [date]"


def test_one_area_is_asked_of_the_gateway_by_the_command() -> None:
    ended = command("--area", "deletion", "--verbose")
    assert ended.code == 0
    assert "gateway: deletion: a disabled key can be scheduled for deletion\n    yes" in ended.out
    assert "8 yes, 0 no, 0 not asked, of 8" in ended.out


def test_what_is_made_where_it_lasts_is_scheduled_for_deletion_afterwards() -> None:
    chosen = [one for one in behaviours() if one.area in ("aliases", "multi_region", "tags")]
    with gateway() as endpoint:
        kms = Target(replace(endpoint, lasting=True))
        outcomes = ask_all(chosen, kms, lambda _one, _outcome: None)
        states = {
            caller("DescribeKey", KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
            for caller in (kms.admin, kms.other_region)
            for key in caller("ListKeys", Limit=1000)["Keys"]
        }
        aliases = kms.admin("ListAliases")["Aliases"]
    assert set(outcomes) == {one.title for one in chosen}
    assert states == {"PendingDeletion", "PendingReplicaDeletion"}
    assert aliases == []
