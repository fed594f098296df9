"""Real clients, unmodified, each in a process of its own, against a running gateway."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.clients.programs import (
    AWS_CLI,
    BOTO3,
    CACHING,
    JAVASCRIPT,
    KEYRING,
    S3_ENCRYPTION,
    SCRIPTS,
    SOPS,
    Client,
    Desk,
    fault,
)
from tests.gateway.running import Running, started
from tests.processes import HOUSE

# An installation, where it was not made before, is on top of what the tests themselves take.
pytestmark = pytest.mark.timeout(1500)

_DATA_PLANE = (
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "Encrypt",
    "Decrypt",
    "ReEncrypt",
)


class Tally:
    """What the gateway has answered on the data plane since."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._before = desk, self._now(desk)

    def since(self) -> dict[tuple[str, str], int]:
        return dict(self._now(self._desk) - self._before)

    @staticmethod
    def _now(desk: Desk) -> Counter[tuple[str, str]]:
        answered = desk.answered()
        return Counter(
            {
                (operation, code): count
                for operation in _DATA_PLANE
                for code, count in answered.get(operation, {}).items()
            }
        )


ONE_IN_FOUR: dict[str, Any] = {"probability": 0.25, "error": {"code": "ThrottlingException"}}


@pytest.fixture(scope="module")
def seed() -> str:
    """Of a gateway whose first call is struck by a fault of one in four, and the next three not."""
    for seed in map(str, range(100)):
        with started("--seed", seed) as running:
            kms = running.client()
            fault(running, **ONE_IN_FOUR)
            struck = [code_of(kms) == "ThrottlingException" for _ in range(4)]
            if struck == [True, False, False, False]:
                return seed
    raise AssertionError("no such seed")


def code_of(kms: Any) -> str:
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as caught:
        kms.generate_data_key(KeyId="0" * 8, KeySpec="AES_256")
    return str(caught.value.response["Error"]["Code"])


@pytest.fixture
def struck_once(desk: Desk, seed: str) -> Iterator[Desk]:
    """A desk at a gateway that throttles the first call and answers the next."""
    with started("--verify-signatures", "--seed", seed) as running:
        fault(running, **ONE_IN_FOUR)
        yield replace(desk, gateway=running)


@pytest.fixture
def throttling(gateway: Running) -> Iterator[None]:
    """The gateway throttles every call of the data plane."""
    fault(gateway, name="all", error={"code": "ThrottlingException"})
    yield
    gateway.ask("DELETE", "/_ekm/faults", {"name": "all"})


def test_a_recording_is_sealed_and_opened(client: Client, desk: Desk, key: str) -> None:
    sealed = desk.seal(client, key)
    assert sealed.code == 0, sealed
    opened = desk.reveal(client, key)
    assert opened.code == 0, opened
    assert desk.file("plain").read_bytes() == desk.file("opened").read_bytes()
    if "other_services" not in client.needs:
        assert b"line 1" not in desk.file("sealed").read_bytes()


@pytest.mark.parametrize(
    "client", [BOTO3, AWS_CLI, JAVASCRIPT, KEYRING, CACHING, SOPS], ids=lambda c: c.script
)
def test_a_recording_relabelled_as_another_is_refused(client: Client, desk: Desk, key: str) -> None:
    """Those that keep the encryption context beside the ciphertext have it altered there."""
    assert desk.seal(client, key).code == 0
    sealed = desk.file("sealed").read_bytes()
    desk.file("sealed").write_bytes(sealed.replace(b"rec-1", b"rec-2"))
    tally = Tally(desk)
    refused = desk.reveal(client, key, "rec-2")
    assert tally.since() == {("Decrypt", "InvalidCiphertextException"): 1}
    assert refused.code != 0
    words = client.opening.format(code="InvalidCiphertextException", message="")
    assert words in refused.said
    assert not desk.file("opened").exists()


@pytest.mark.parametrize("client", [KEYRING, S3_ENCRYPTION], ids=lambda c: c.script)
def test_a_client_that_keeps_the_context_refuses_another_by_itself(
    client: Client, desk: Desk, key: str
) -> None:
    assert desk.seal(client, key).code == 0
    tally = Tally(desk)
    refused = desk.reveal(client, key, "rec-2")
    assert (refused.code, tally.since()) == (1, {})
    assert "ncryption context does not match" in refused.said


def test_a_disabled_key_is_named_on_sealing_and_on_opening(
    client: Client, desk: Desk, key: str, kms: Any
) -> None:
    assert desk.seal(client, key).code == 0
    kms.disable_key(KeyId=key)
    told = {"code": "DisabledException", "message": f"{key} is disabled."}
    tally = Tally(desk)
    refused, lost = desk.seal(client, key), desk.reveal(client, key)
    assert client.sealing.format(**told) in refused.said
    assert client.opening.format(**told) in lost.said
    assert tally.since() == {
        (client.seals_by, "DisabledException"): 1,
        ("Decrypt", "DisabledException"): 1,
    }


def test_a_key_of_the_wrong_kind_is_named(client: Client, desk: Desk, kms: Any) -> None:
    key = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    tally = Tally(desk)
    refused = desk.seal(client, key)
    message = f"{key} key usage is SIGN_VERIFY which is not valid for {client.seals_by}."
    told = client.sealing.format(code="InvalidKeyUsageException", message=message)
    assert told in refused.said
    assert tally.since() == {(client.seals_by, "InvalidKeyUsageException"): 1}


@pytest.mark.parametrize("client", [BOTO3, AWS_CLI, JAVASCRIPT, SOPS], ids=lambda c: c.script)
def test_a_wrong_secret_is_told(client: Client, desk: Desk, key: str) -> None:
    refused = replace(desk, secret="wrong").seal(client, key)
    assert refused.code != 0
    assert "InvalidSignatureException" in refused.said


def test_a_throttled_call_is_made_again(client: Client, struck_once: Desk) -> None:
    desk = struck_once
    key = desk.gateway.client().create_key()["KeyMetadata"]["Arn"]
    ended = desk.seal(client, key)
    assert ended.code == 0, ended
    assert desk.answered()[client.seals_by]["ThrottlingException"] == 1


@pytest.mark.usefixtures("throttling")
def test_throttled_for_good_it_gives_up_after_its_attempts_and_says_so(
    client: Client, desk: Desk, key: str
) -> None:
    tally = Tally(desk)
    refused = desk.seal(client, key)
    assert client.throttled in refused.said
    assert tally.since() == {(client.seals_by, "ThrottlingException"): client.attempts}


@pytest.mark.parametrize("client", [CACHING], ids=lambda c: c.script)
def test_the_encryption_sdks_cache_asks_for_a_data_key_every_ten_messages(
    client: Client, desk: Desk, key: str
) -> None:
    tally = Tally(desk)
    assert (desk.seal(client, key).code, desk.reveal(client, key).code) == (0, 0)
    assert len(desk.file("plain").read_bytes().splitlines()) == 25
    assert tally.since() == {("GenerateDataKey", "ok"): 3, ("Decrypt", "ok"): 3}


def test_the_encryption_sdks_hierarchy_asks_once_for_all_messages(
    gateway: Running,
    kms: Any,
    key: str,
    python_clients: Path,
    other_services: str,
    tmp_path: Path,
) -> None:
    desk, script = (
        Desk(tmp_path, gateway, other_services, python_clients),
        "encryption_sdk_hierarchy.py",
    )
    lines = "".join(f"line {n}\n" for n in range(25))
    desk.file("plain").write_text(lines)
    tally = Tally(desk)
    sealed = desk.run(script, "seal", key, "rec-1", "plain", "sealed")
    assert sealed.code == 0, sealed
    # A branch key, a beacon key beside it, and the branch key's version bound to its own context.
    made = {("GenerateDataKeyWithoutPlaintext", "ok"): 2, ("ReEncrypt", "ok"): 1}
    assert tally.since() == {**made, ("Decrypt", "ok"): 1}
    opened = desk.run(script, "open", key, "rec-1", "sealed", "opened")
    assert (opened.code, desk.file("opened").read_text()) == (0, lines)
    assert tally.since() == {**made, ("Decrypt", "ok"): 2}
    kms.disable_key(KeyId=key)
    lost = desk.run(script, "open", key, "rec-1", "sealed", "opened")
    assert lost.code != 0
    assert tally.since()[("Decrypt", "DisabledException")] == 1


def test_the_aws_cli_leads_a_key_through_its_life(gateway: Running, tmp_path: Path) -> None:
    ended = Desk(tmp_path, gateway).run("aws_cli_key.sh")
    assert ended.code == 0, ended
    assert ended.out.split() == ["Enabled", "Disabled", "PendingDeletion", "Disabled"]


def test_without_node_the_tool_says_what_to_install(tmp_path: Path) -> None:
    tool = [sys.executable, str(HOUSE / "tools" / "clients.py"), "node"]
    ended = subprocess.run(
        tool, env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False
    )
    wanted = "clients: no node on the PATH: install Node.js 20 or newer with npm\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", wanted)


def test_a_script_is_at_most_a_page() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in SCRIPTS.glob("*.*")}
    scripts = {name: n for name, n in lengths.items() if not name.endswith(".json")}
    assert len(scripts) >= 9
    assert {name: n for name, n in scripts.items() if n > 60} == {}
