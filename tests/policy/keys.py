"""A key of the embedded KMS without sockets, and who may do what with it under which policy."""

import json
from typing import Any

from harness.errors import KmsError
from harness.gateway.caller import Caller
from harness.gateway.front import Front
from harness.gateway.iam.identity import Identity
from harness.policy.reading import Reading
from harness.policy.terms import KeyName, Terms, carries_context, key_name
from tests.gateway.calls import call, new_key, unthrottled

ACCOUNT = "123456789012"
ORGANIZATION = "contact-centre"
NOW = 1_000_000_000.0
_PARAMETERS: dict[str, dict[str, Any]] = {
    "kms:GenerateDataKey": {"KeySpec": "AES_256"},
    "kms:Encrypt": {"Plaintext": "AA=="},
    "kms:Decrypt": {"DryRunModifiers": ["IGNORE_CIPHERTEXT"]},
}


class Trial:
    """One key of a gateway of its own."""

    def __init__(self) -> None:
        self.front: Front = unthrottled()
        self.key: KeyName = key_name(
            f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{new_key(self.front, NOW)}"
        )

    def put(self, policy: str) -> None:
        asked: dict[str, Any] = {"Policy": policy, "BypassPolicyLockoutSafetyCheck": True}
        call(self.front, "PutKeyPolicy", NOW, KeyId=self.key.arn, **asked)

    def lets(self, terms: Terms, action: str, context: dict[str, str]) -> bool:
        """Whether the gateway, asked as the platform, does what it is asked."""
        asked: dict[str, Any] = {"KeyId": self.key.arn}
        if carries_context(action):
            asked |= {"EncryptionContext": context, "DryRun": True} | _PARAMETERS[action]
        try:
            call(self.front, action.removeprefix("kms:"), NOW, by=caller(terms), **asked)
        except KmsError as error:
            assert error.code in ("AccessDeniedException", "DryRunOperationException"), error
            return error.code == "DryRunOperationException"
        return True


def caller(terms: Terms) -> Caller:
    """The platform, as it calls."""
    arn = Reading((), key_name(f"arn:aws:kms:us-east-1:{ACCOUNT}:key/x"), terms, NOW).identity.arn
    return Caller(Identity(access_key="AKIAPLATFORM", arn=arn), "us-east-1", 0)


def statements(policy: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(policy)["Statement"]
    return found


def policy(*said: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(said)})
