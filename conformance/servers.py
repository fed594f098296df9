"""The targets by name: each is started, asked and stopped; AWS is only asked."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

from conformance.caller import Identity
from conformance.ports import await_answer, free_port
from conformance.target import REGION, Endpoint
from conformance.venvs import Trouble, pinned, python_of

HERE: Final = Path(__file__).resolve().parent.parent
_LOCALSTACK_PORT: Final = 45_671
_START_S: Final = 900.0  # the first start installs it
_STOP_S: Final = 20.0
_KNOWN: Final = "ekm-harness/a-rehearsal-needs-no-secret"  # to all
_ADMIN: Final = Identity("arn:aws:iam::123456789012:user/admin", "AKIAEKMADMIN00000000", _KNOWN)
_PLATFORM: Final = Identity(
    "arn:aws:iam::210987654321:user/recording-platform", "AKIAEKMPLATFORM00000", _KNOWN
)
# The stand-ins take twelve digits for an account, where they know accounts at all.
_ROOT, _OTHER_ROOT = (
    Identity(f"arn:aws:iam::{account}:root", account, "test")
    for account in ("123456789012", "210987654321")
)
# The suite asks faster than AWS lets administrators ask; what they may ask is told elsewhere.
_LIFTED: Final = (
    *("CreateKey", "EnableKey", "DisableKey", "ScheduleKeyDeletion", "CancelKeyDeletion"),
    *("CreateAlias", "UpdateAlias", "DeleteAlias", "TagResource", "UntagResource"),
    *("EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand", "ListKeyRotations"),
    *("CreateGrant", "RevokeGrant", "RetireGrant", "ListGrants", "ListRetirableGrants"),
    *("PutKeyPolicy", "ListKeyPolicies", "UpdateKeyDescription", "UpdatePrimaryRegion"),
    *("ReplicateKey", "GetParametersForImport", "ImportKeyMaterial", "DeleteImportedKeyMaterial"),
)

Server = Callable[[], contextlib.AbstractContextManager[Endpoint]]


@contextlib.contextmanager
def gateway() -> Iterator[Endpoint]:
    """Ours: no latency, two Regions, signatures verified, administrators' quotas lifted."""
    command = [sys.executable, "-m", "harness.gateway", "--port", "0", "--latency", "0"]
    command += ["--regions", "eu-west-1", "--verify-signatures", "--exit-with-stdin"]
    command += [word for name in _LIFTED for word in ("--quota-of", f"{name}=1000000")]
    with _started(command, _environment()) as process:
        assert process.stdout
        line = process.stdout.readline()
        if not line.startswith("listening on "):
            raise Trouble("the gateway did not start; try: python -m harness.gateway")
        url = line.split()[-1]
        yield Endpoint("gateway", version("ekm-harness"), url, _ADMIN, _PLATFORM)


@contextlib.contextmanager
def localstack() -> Iterator[Endpoint]:
    """The real one, by `tools/localstack.py`, on a port of its own."""
    tool = [sys.executable, str(HERE / "tools" / "localstack.py")]
    port = ["--port", str(_LOCALSTACK_PORT)]
    started = _run([*tool, "start", *port])
    if started.returncode:
        raise Trouble((started.stderr.strip() or "LocalStack did not start").splitlines()[-1])
    try:
        pins = (HERE / "tools" / "localstack-requirements.txt").read_text()
        known = next(line for line in pins.splitlines() if line.startswith("localstack-core"))
        url = f"http://127.0.0.1:{_LOCALSTACK_PORT}"
        yield Endpoint("LocalStack", known.split("==")[1], url, _ROOT, _OTHER_ROOT)
    finally:
        _run([*tool, "stop", *port])


@contextlib.contextmanager
def moto() -> Iterator[Endpoint]:
    """moto's server, in an environment of its own."""
    port = free_port()
    command = [str(python_of("moto")), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _started(command, _environment()):
        yield Endpoint("moto", pinned("moto"), await_answer(port), _ROOT, _OTHER_ROOT)


@contextlib.contextmanager
def ministack() -> Iterator[Endpoint]:
    """ministack, in an environment of its own."""
    port = free_port()
    command = [str(python_of("ministack").with_name("ministack"))]
    own = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1"}
    with _started(command, _environment() | own):
        yield Endpoint("ministack", pinned("ministack"), await_answer(port), _ROOT, _OTHER_ROOT)


SERVERS: Final[dict[str, Server]] = {
    "gateway": gateway,
    "localstack": localstack,
    "moto": moto,
    "ministack": ministack,
}


@contextlib.contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A child process, ended by its own id."""
    quiet, pipe = subprocess.DEVNULL, subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=quiet, text=True, cwd=HERE, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_S)
            process.kill()


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=_START_S,
        check=False,
        cwd=HERE,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    """No endpoint or profile of the user's, and no wide terminal for `--help` to break lines in."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"AWS_DEFAULT_REGION": REGION, "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
