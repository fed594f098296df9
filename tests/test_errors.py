"""Errors word themselves; a KMS error knows what it asks of the caller."""

import pytest

from harness.errors import CODES, BadInput, Failure, HarnessError, KmsError, UnknownName


def test_bad_input_says_what_got_wanted() -> None:
    assert str(BadInput("rate", "fast", "a number")) == "rate: got 'fast', wanted a number"
    assert str(BadInput("rate", 0)) == "rate: got 0"
    assert str(BadInput("no key", wanted="--key")) == "no key, wanted --key"
    assert str(BadInput("it is broken")) == "it is broken"


def test_an_unknown_name_is_answered_with_the_close_match_or_with_all_there_are() -> None:
    known = ["throttle", "key_disabled"]
    assert str(UnknownName("fault", "throtle", known)) == (
        "no fault named 'throtle'. Did you mean 'throttle'?"
    )
    assert str(UnknownName("fault", "zzz", known)) == (
        "no fault named 'zzz'. There are: key_disabled, throttle."
    )


def test_every_error_that_reaches_the_top_exits_2() -> None:
    assert {error.exit_code for error in (HarnessError, BadInput, UnknownName, KmsError)} == {2}


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("ThrottlingException", Failure.THROTTLED),
        ("KMSInternalException", Failure.UNAVAILABLE),
        ("DependencyTimeoutException", Failure.UNAVAILABLE),
        ("ConnectionError", Failure.UNAVAILABLE),
        ("Timeout", Failure.UNAVAILABLE),
        ("BadAnswer", Failure.UNAVAILABLE),
        ("DisabledException", Failure.KEY_STATE),
        ("KMSInvalidStateException", Failure.KEY_STATE),
        ("AccessDeniedException", Failure.DENIED),
        ("NotFoundException", Failure.KEY_STATE),
        ("InvalidCiphertextException", Failure.TERMINAL),
        ("ValidationException", Failure.TERMINAL),
    ],
)
def test_a_code_is_classed_by_what_can_be_done_about_it(code: str, failure: Failure) -> None:
    assert KmsError(code, "words", 400).failure is failure


@pytest.mark.parametrize(
    ("status", "failure"),
    [(500, Failure.UNAVAILABLE), (503, Failure.UNAVAILABLE), (400, Failure.TERMINAL)],
)
def test_a_code_that_nobody_knows_goes_by_its_status(status: int, failure: Failure) -> None:
    assert KmsError("NewException", "", status).failure is failure


def test_codes_are_places_in_journals_so_their_order_stays() -> None:
    # Only ever added to at the end: these are the first that journals were written with.
    assert CODES[:5] == (
        "ok",
        "Other",
        "ThrottlingException",
        "KMSInternalException",
        "KeyUnavailableException",
    )
    assert len(CODES) == len(set(CODES))
