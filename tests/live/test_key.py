"""`ekm key`, as it is typed: made, checked, tried and linked; and nothing saved of a wrong one."""

import contextlib
import io
import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import link
from harness.backend import Backend, client
from harness.cli import main
from harness.principals import ADMIN_KEY, PLATFORM_ARN, PLATFORM_KEY
from tests.gateway.running import REGION, Running
from tests.handshake.keys import WRONG, good, wrong
from tests.localstack import PATIENT
from tests.processes import Desk, Ended


class Keys:
    """`ekm key` against one KMS, in this process, since starting one takes most of a test's time;
    `desk` is where it is started in earnest."""

    def __init__(self, desk: Desk, backend: Backend) -> None:
        self.desk, self.backend, self.control = desk, backend, client(backend)

    def __call__(self, *words: str) -> Ended:
        return typed("key", *words, *self.at)

    @property
    def at(self) -> tuple[str, ...]:
        return ("--kms", self.backend.name, "--endpoint", self.backend.endpoint)

    @property
    def links(self) -> list[Path]:
        return list((self.desk.folder / "state" / "links").glob("*"))


def typed(*words: str) -> Ended:
    """What `ekm` comes to with these words."""
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        try:
            code = main([*words])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ended(code, out.getvalue(), said.getvalue())


@pytest.fixture(autouse=True)
def state(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EKM_STATE_DIR", str(desk.folder / "state"))


@pytest.fixture
def key(desk: Desk, shared_gateway: Running) -> Iterator[Keys]:
    keys = Keys(desk, Backend("embedded", shared_gateway.url, REGION, gateway=True))
    yield keys
    keys.control.close()


def test_a_key_is_made_tried_and_linked(key: Keys) -> None:
    """In processes of its own, as it is typed."""
    words = ("--alias", "alias/drill", "--disposable", "--organization", "acme")
    made = key.desk.ekm("key", "create", *words, *key.at)
    assert (made.code, made.said) == (0, "")
    arn = made.out.strip()
    (tag,) = key.control.list_resource_tags(KeyId=arn)["Tags"]
    assert tag == {"TagKey": "ekm-harness", "TagValue": "disposable"}
    assert key.control.get_key_rotation_status(KeyId=arn)["KeyRotationEnabled"]
    linked = key.desk.ekm("key", "link", "alias/drill", "--organization", "acme", *key.at)
    assert (linked.code, linked.said) == (0, "")
    assert linked.out.splitlines()[-1] == f"linked   {arn}"
    assert key("link", "--show").out == f"alias/drill  {arn}\n"
    found = link.read(key.backend)
    assert found
    assert (found.key, found.arn, found.organization) == ("alias/drill", arn, "acme")
    assert found.platform == PLATFORM_ARN
    assert link.read(Backend("localstack", key.backend.endpoint, REGION, False)) is None
    assert key("link", "--remove").out == "the link is gone\n"
    assert key("link", "--show").out == f"no key is linked on {key.backend.endpoint}\n"


def test_a_wrong_key_saves_nothing_and_leaves_the_earlier_link(key: Keys) -> None:
    fit = good(key.control, key.backend)
    assert key("link", fit).code == 0
    before = [path.read_text() for path in key.links]
    for kind, (cause, platform) in WRONG.items():
        ended = key("link", wrong(kind, key.control, key.backend))
        assert (ended.code, ended.said) == (2, ""), kind
        assert f"cause    {cause}: " in ended.out
        assert f'platform would say "{platform}"' in ended.out
    assert [path.read_text() for path in key.links] == before


@pytest.mark.parametrize("kind", WRONG)
def test_validate_names_a_wrong_key_and_exits_with_2(key: Keys, kind: str) -> None:
    arn = wrong(kind, key.control, key.backend)
    ended = key("validate", arn, "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["ok"], told["cause"]) == (2, False, WRONG[kind][0])
    assert key.links == []


@PATIENT
@pytest.mark.parametrize("kind", WRONG)
def test_validate_names_it_on_localstack_too(desk: Desk, localstack: Backend, kind: str) -> None:
    key = Keys(desk, localstack)
    arn = wrong(kind, key.control, localstack)
    ended = key("link", arn, "--json")
    assert (ended.code, json.loads(ended.out)["cause"]) == (2, WRONG[kind][0])
    assert key.links == []


def test_a_policy_is_shown_checked_and_written(key: Keys) -> None:
    arn = wrong("uninvited", key.control, key.backend)
    shown = key("policy", arn)
    assert (shown.code, shown.said) == (1, "")
    assert f"error    the platform, {PLATFORM_ARN}, is not allowed" in shown.out
    written = key("policy", arn, "--write", "--organization", "contact-centre")
    assert (written.code, written.said) == (0, "")
    assert written.out.splitlines()[-2:] == [
        f"written to {arn}",
        f"ok       it lets {PLATFORM_ARN} in, and nothing is wrong",
    ]
    assert key("policy", arn).code == key("validate", arn).code == 0
    told = json.loads(key("policy", arn, "--json").out)
    assert (told["arn"], told["findings"]) == (arn, [])


def test_access_by_a_grant_is_a_warning(key: Keys) -> None:
    made = key("create", "--via-grant", "--organization", "contact-centre")
    arn, warned = made.out.splitlines()
    assert "once the grant is revoked or retired, recordings fail at once" in warned
    checked = key("policy", arn)
    assert (checked.code, "relies on a grant" in checked.out) == (0, True)
    assert key("validate", arn).code == 0


def test_a_region_can_be_pinned_and_a_key_be_for_many(key: Keys) -> None:
    arn = key("create", "--pin-region", "--multi-region").out.strip()
    assert key.control.describe_key(KeyId=arn)["KeyMetadata"]["MultiRegion"]
    assert '"aws:RequestedRegion": "us-east-1"' in key("policy", arn).out
    assert key("validate", arn).code == 0


@pytest.mark.parametrize(("no_color", "coloured"), [(None, True), ("1", False)])
def test_colour_is_for_terminals_and_not_under_no_color(
    key: Keys, no_color: str | None, coloured: bool
) -> None:
    arn = good(key.control, key.backend)
    assert "\x1b[" not in key("validate", arn).out
    seen = on_a_terminal(key, "validate", arn, NO_COLOR=no_color, TERM="xterm")
    assert ("\x1b[32m" in seen, "GenerateDataKey" in seen) == (coloured, True)


def on_a_terminal(key: Keys, *words: str, **environment: str | None) -> str:
    """What `ekm key` shows on a terminal."""
    ours, theirs = pty.openpty()
    changed = {name: text for name, text in environment.items() if text is not None}
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.cli", "key", *words, *key.at],
        stdout=theirs,
        stdin=subprocess.DEVNULL,
        env={name: text for name, text in os.environ.items() if name != "NO_COLOR"} | changed,
    )
    os.close(theirs)
    seen = b""
    with process, contextlib.suppress(OSError):  # Linux's word for the other end being closed
        while piece := os.read(ours, 4096):
            seen += piece
    os.close(ours)
    return seen.decode()


def test_what_the_platform_must_be_allowed_depends_on_the_materials(key: Keys) -> None:
    arn = good(key.control, key.backend)
    assert key("validate", arn).code == 0
    ended = key("validate", arn, "--materials", "kek_pair")
    assert (ended.code, "cause    policy_missing_actions: " in ended.out) == (2, True)
    mend = ended.out.partition("`ekm key policy ")[2].partition("`")[0]
    assert mend.endswith("--allow kms:GenerateDataKeyPairWithoutPlaintext")
    assert key("policy", *mend.split()).code == 0
    assert key("validate", arn, "--materials", "kek_pair").code == 0


WRONG_WORDS = [
    ("validate alias/x --materials kek", "no material named 'kek'. Did you mean 'kek_pair'?"),
    ("policy alias/none", "no such key: got 'alias/none'"),
    ("link", "ekm key link, wanted a key, or --show, or --remove"),
    ("link alias/x --show", "wanted a key, or --show, or --remove"),
    ("create --platform me", "the platform: got 'me', wanted the ARN"),
    ("create --alias mine", "the alias: got 'mine', wanted one such as alias/recordings"),
    ("create --format xml", "invalid choice: 'xml'"),
    ("create --account 12 --format json", "the account: got '12', wanted twelve digits"),
    ("validate alias/x --platform-profile x", "--platform-profile: got 'x', wanted --kms aws"),
]


@pytest.mark.parametrize(("words", "said"), WRONG_WORDS)
def test_a_mistake_is_one_line(key: Keys, words: str, said: str) -> None:
    ended = key(*words.split())
    assert (ended.code, len(ended.lines), ended.out) == (2, 1, ""), ended
    assert said in ended.said


def test_an_alias_in_use_makes_no_second_key(key: Keys) -> None:
    assert key("create", "--alias", "alias/taken").code == 0
    before = len(key.control.list_keys()["Keys"])
    ended = key("create", "--alias", "alias/taken")
    assert (ended.code, len(ended.lines)) == (2, 1)
    assert "the alias is in use: got 'alias/taken'" in ended.said
    assert len(key.control.list_keys()["Keys"]) == before


@pytest.mark.parametrize("verb", ["create", "policy", "validate", "link"])
def test_every_verb_explains_itself(verb: str) -> None:
    ended = typed("key", verb, "--help")
    assert (ended.code, ended.said) == (0, "")
    assert f"examples:\n  ekm key {verb}" in ended.out


def test_a_kms_that_is_not_there_is_one_line() -> None:
    ended = typed("key", "policy", "alias/x", "--endpoint", "http://127.0.0.1:1")
    assert (ended.code, len(ended.lines)) == (2, 1)
    assert "no KMS answers at http://127.0.0.1:1" in ended.said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("create", "no platform was named, wanted --platform on aws"),
        ("validate alias/x", "no platform was named, wanted --platform on aws"),
        (f"create --platform {PLATFORM_ARN}", "no AWS credentials were found"),
        (f"create --platform {PLATFORM_ARN} --format json", "no account was named"),
    ],
)
def test_on_aws_nothing_is_guessed(words: str, said: str) -> None:
    ended = typed("key", *words.split(), "--kms", "aws", "--region", "eu-west-1")
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert said in ended.said


@pytest.mark.parametrize("backend", ["embedded", "localstack"])
def test_awss_own_endpoint_takes_the_flag(backend: str) -> None:
    there = ("--kms", backend, "--endpoint", "https://kms.eu-west-1.amazonaws.com")
    ended = typed("key", "create", *there)
    assert (ended.code, "wanted --kms aws" in ended.said) == (2, True)


def test_on_aws_each_identity_has_its_profile(
    desk: Desk, shared_gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against a gateway that plays AWS."""
    profiles = desk.folder / "credentials"
    entry = "[{}]\naws_access_key_id = {}\naws_secret_access_key = made up\n"
    profiles.write_text(entry.format("default", ADMIN_KEY) + entry.format("theirs", PLATFORM_KEY))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(profiles))
    at = ("--kms", "aws", "--endpoint", shared_gateway.url, "--platform", PLATFORM_ARN)
    arn = typed("key", "create", *at).out.strip()
    mine = typed("key", "validate", arn, *at)
    assert (mine.code, "tried as yourself" in mine.out) == (0, True)
    before = counted(shared_gateway, "Decrypt")
    theirs = typed("key", "validate", arn, *at, "--platform-profile", "theirs")
    assert (theirs.code, "tried as yourself" in theirs.out) == (0, False)
    assert counted(shared_gateway, "Decrypt") == before + 1
    none = typed("key", "validate", arn, *at, "--platform-profile", "nobody")
    assert (none.code, "(nobody) could not be found" in none.said) == (2, True)


def counted(gateway: Running, operation: str) -> int:
    return int(gateway.ask("GET", "/_ekm/counters")[1]["requests"].get(operation, 0))


ALL = ("--alias", "alias/a", "--disposable", "--multi-region", "--organization", "$x ${y} 'z'")
BY_GRANT = ("--via-grant", "--organization", "$x ${y} 'z'", "--alias", "alias/b")
CHOICES = [(), ("--organization", "acme", "--pin-region"), ALL, BY_GRANT]


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform on this machine")
def test_terraform_reads_what_is_printed(choice: tuple[str, ...]) -> None:
    printed = typed("key", "create", "--format", "terraform", *choice)
    assert (printed.code, printed.said) == (0, "")
    done = subprocess.run(
        ["terraform", "fmt", "-check", "-diff", "-"],
        input=printed.out,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.parametrize("choice", CHOICES)
def test_the_cli_makes_what_is_printed(key: Keys, choice: tuple[str, ...]) -> None:
    printed = key("create", "--format", "cli", "--account", "123456789012", *choice)
    assert (printed.code, printed.said) == (0, "")
    arn = shell(printed.out, key.backend)
    for_organization = choice[choice.index("--organization") + 1] if choice else "any"
    ended = key("validate", arn, "--organization", for_organization)
    assert ended.code == 0, ended.out
    assert ("relies on a grant" in ended.out) == ("--via-grant" in choice)
    assert len(key.control.list_resource_tags(KeyId=arn)["Tags"]) == choice.count("--disposable")


@PATIENT
def test_the_cli_finds_the_account_out_by_itself(desk: Desk, localstack: Backend) -> None:
    key = Keys(desk, localstack)
    arn = shell(key("create", "--format", "cli").out, localstack)
    assert key("validate", arn).code == 0


@pytest.mark.parametrize("form", ["json", "terraform", "cli"])
def test_a_keys_right_policy_is_printed_and_not_written(key: Keys, form: str) -> None:
    arn = wrong("uninvited", key.control, key.backend)
    printed = key("policy", arn, "--format", form)
    assert (printed.code, printed.said) == (0, "")
    assert (PLATFORM_ARN in printed.out, key("policy", arn).code) == (True, 1)
    if form == "cli":
        shell(printed.out, key.backend)
        assert key("policy", arn).code == 0
    if form == "json":
        assert len(json.loads(printed.out)["Statement"]) == 2


def shell(script: str, backend: Backend) -> str:
    """Run the commands as a user would; what was printed last."""
    environment: dict[str, Any] = {
        "AWS_ENDPOINT_URL": backend.endpoint,
        "AWS_DEFAULT_REGION": backend.region,
        "AWS_ACCESS_KEY_ID": "AKIAEKMADMIN00000000",
        "AWS_SECRET_ACCESS_KEY": "made up",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["sh"],
        input=script,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    return (done.stdout.splitlines() or [""])[-1]
