"""Who is behind an access key, and that made-up ones cost no memory."""

from harness.gateway.iam.identity import Directory
from harness.principals import ADMIN_KEY, PLATFORM_ACCOUNT, PLATFORM_KEY
from tests.gateway.iam.whom import ACCOUNT, ALICE


def test_the_usual_keys_are_the_administrators_and_the_platforms() -> None:
    directory = Directory(ACCOUNT)
    for key, arn in [
        (ADMIN_KEY, f"arn:aws:iam::{ACCOUNT}:user/admin"),
        (PLATFORM_KEY, f"arn:aws:iam::{PLATFORM_ACCOUNT}:user/recording-platform"),
        ("444455556666", "arn:aws:iam::444455556666:root"),
        ("test", f"arn:aws:iam::{ACCOUNT}:user/admin"),
        ("٤٤٤٤٥٥٥٥٦٦٦٦", f"arn:aws:iam::{ACCOUNT}:user/admin"),
    ]:
        found = directory.find(key)
        assert found is not None
        assert (arn, arn.split(":")[4]) == (found.arn, found.account)
        assert directory.find(key) is found


def test_a_strict_directory_knows_whom_it_was_told_of_and_the_usual_two() -> None:
    directory = Directory(ACCOUNT, [ALICE], strict=True)
    assert directory.find(ALICE.access_key) is ALICE
    assert directory.find(ADMIN_KEY) is not None
    assert directory.find("test") is None


def test_made_up_keys_are_remembered_to_a_bound_only() -> None:
    directory = Directory(ACCOUNT)
    for number in range(20_000):
        assert directory.find(f"key-{number}") is not None
    assert len(directory._known) == 10_000
    assert Directory(ACCOUNT).find("k" * 1_000_000) is not None


def test_a_secret_is_not_shown() -> None:
    assert ALICE.secret_key not in repr(ALICE)
