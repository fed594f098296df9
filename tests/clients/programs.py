"""The clients: a script each, what it needs, and how that client words what KMS answered.

Every script is called as `SCRIPT seal|open KEY RECORDING SOURCE TARGET`.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harness.principals import ADMIN_KEY, SECRET
from tests.gateway.running import REGION, Running
from tests.processes import BIN, HOUSE, Ended

SCRIPTS: Final = HOUSE / "tests" / "clients" / "scripts"
_LIMIT_S: Final = 120.0
_BOTOCORE: Final = "botocore.errorfactory.{code}: An error occurred ({code})"
_UNMODELLED: Final = "botocore.exceptions.ClientError: An error occurred (ThrottlingException)"


@dataclass(frozen=True)
class Client:
    """One client, and the words of its errors, with {code} and {message} as KMS sent them."""

    script: str
    needs: tuple[str, ...]  # fixtures that install or start what it needs
    sealing: str
    opening: str
    throttled: str  # apart, since throttles are not in KMS's service model
    seals_by: str = "GenerateDataKey"
    attempts: int = 3  # before it gives up, as it comes


BOTO3 = Client("boto3_envelope.py", (), _BOTOCORE, _BOTOCORE, _UNMODELLED)
AWS_CLI = Client(
    "aws_cli.sh",
    (),
    sealing="An error occurred ({code}) when calling the Encrypt operation: {message}",
    opening="An error occurred ({code}) when calling the Decrypt operation: {message}",
    throttled="An error occurred (ThrottlingException)",
    seals_by="Encrypt",
    attempts=5,
)
JAVASCRIPT = Client(
    "kms_client.mjs",
    ("node_clients",),
    sealing="\n{code}: {message}",
    opening="\n{code}: ",  # an empty message becomes UnknownError
    throttled="\nThrottlingException: You have exceeded the rate",
)
# The keyring has one class for all that KMS refuses, and on opening not even its message.
KEYRING = Client(
    "encryption_sdk_keyring.py",
    ("python_clients",),
    sealing="errors.ComAmazonawsKms: {message}",
    opening="AWSEncryptionSDKClientError: No Configured KMS Key was able to decrypt",
    throttled="errors.ComAmazonawsKms: ClientError('An error occurred (ThrottlingException)",
)
CACHING = Client(
    "encryption_sdk_caching.py", ("python_clients",), _BOTOCORE, _BOTOCORE, _UNMODELLED
)
S3_ENCRYPTION = Client(
    "s3_encryption_client.py",
    ("python_clients", "other_services"),
    _BOTOCORE,
    _BOTOCORE,
    _UNMODELLED,
)
SOPS = Client(
    "sops.sh",
    ("python_clients",),
    sealing="{code}: {message}",
    opening="{code}:",  # the message is wrapped into lines
    throttled="exceeded maximum number of attempts, 3",
    seals_by="Encrypt",
)
# Nitor Vault keeps to itself what KMS said.
NITOR_VAULT = Client(
    "nitor_vault.sh",
    ("python_clients", "other_services"),
    sealing="Failed to generate KMS Data key",
    opening="Failed to decrypt",
    throttled="Failed to generate KMS Data key",
)
CLIENTS: Final = (
    BOTO3,
    AWS_CLI,
    JAVASCRIPT,
    KEYRING,
    CACHING,
    S3_ENCRYPTION,
    SOPS,
    NITOR_VAULT,
)


@dataclass(frozen=True)
class Desk:
    """Where scripts run: a folder, a gateway, other services if any, the clients' folder."""

    folder: Path
    gateway: Running
    other_services: str = ""
    clients: Path = BIN
    secret: str = SECRET

    def seal(self, client: Client, key: str, recording: str = "rec-1") -> Ended:
        """Have `plain` sealed as `sealed`."""
        return self.run(client.script, "seal", key, recording, "plain", "sealed")

    def reveal(self, client: Client, key: str, recording: str = "rec-1") -> Ended:
        """Have `sealed` opened as `opened`."""
        return self.run(client.script, "open", key, recording, "sealed", "opened")

    def file(self, name: str) -> Path:
        return self.folder / name

    def run(self, script: str, *words: str) -> Ended:
        """Run a script as it is; the environment is all that points it at the gateway."""
        python = self.clients / "python" if "boto3" not in script else Path(sys.executable)
        program = {".py": str(python), ".sh": "sh", ".mjs": "node"}[Path(script).suffix]
        ended = subprocess.run(
            [program, str(SCRIPTS / script), *words],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
        # Nitor Vault tells its errors on standard output.
        said = ended.stderr if ended.returncode == 0 else ended.stdout + ended.stderr
        return Ended(ended.returncode, ended.stdout, said)

    def answered(self) -> dict[str, dict[str, int]]:
        """By operation and code, how often the gateway answered so."""
        _, counters = self.gateway.ask("GET", "/_ekm/counters")
        answered: dict[str, dict[str, int]] = counters["answered"]
        return answered

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "PATH": os.pathsep.join((str(self.clients), str(BIN), os.environ["PATH"])),
            "AWS_ENDPOINT_URL_KMS": self.gateway.url,
            "AWS_ENDPOINT_URL_S3": self.other_services,
            "AWS_ENDPOINT_URL_DYNAMODB": self.other_services,
            "AWS_ACCESS_KEY_ID": ADMIN_KEY,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }


def fault(gateway: Running, **rule: Any) -> None:
    """Have calls of the data plane struck by an error."""
    status, said = gateway.ask("POST", "/_ekm/faults", rule)
    assert status < 300, said
