"""Which operations work on keys of another account: what KMS's own reference says of each."""

import re
from typing import Any

import botocore.session
import pytest

from harness.gateway.front import OPERATIONS
from harness.principals import PLATFORM_ARN
from tests.gateway.calls import ARN, call, new_key, platform, platform_may, policy, unthrottled

MODEL = botocore.session.get_session().get_service_model("kms")
DENIED = "AccessDeniedException"
ID = "0" * 64
# What each needs beside KeyId to get as far as its permission.
FIELDS: dict[str, dict[str, Any]] = {
    "CreateAlias": {"AliasName": "alias/theirs"},
    "CreateGrant": {"GranteePrincipal": PLATFORM_ARN, "Operations": ["Decrypt"]},
    "Encrypt": {"Plaintext": "eA=="},
    "GenerateDataKey": {"KeySpec": "AES_256"},
    "GenerateDataKeyWithoutPlaintext": {"KeySpec": "AES_256"},
    "GetParametersForImport": {
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
    },
    "ImportKeyMaterial": {"ImportToken": "eA==", "EncryptedKeyMaterial": "eA=="},
    "PutKeyPolicy": {"Policy": policy()},
    "ReplicateKey": {"ReplicaRegion": "eu-west-1"},
    "RevokeGrant": {"GrantId": ID},
    "TagResource": {"Tags": []},
    "UntagResource": {"TagKeys": []},
    "UpdateKeyDescription": {"Description": "theirs"},
    "UpdatePrimaryRegion": {"PrimaryRegion": "eu-west-1"},
}
# They ask with something else than a key, or are told apart in their own tests.
OTHERS = {
    *("CreateKey", "Decrypt", "DeleteAlias", "GenerateRandom", "ListAliases", "ListKeys"),
    *("ListRetirableGrants", "ReEncrypt", "RetireGrant", "UpdateAlias"),
}


def asks_with_a_key(name: str) -> bool:
    """Whether we know all that the operation needs."""
    needs = set(MODEL.operation_model(name).input_shape.required_members)
    return name in FIELDS or needs == {"KeyId"}


ASKED = [name for name in sorted(OPERATIONS) if name not in OTHERS and asks_with_a_key(name)]


@pytest.mark.parametrize("operation", ASKED)
def test_an_operation_works_across_accounts_as_documented(operation: str) -> None:
    text = re.sub(r"<[^>]+>", "", MODEL.operation_model(operation).documentation)
    told = re.search(r"Cross-account use:\s*(Yes|No)", text)
    assert told
    kms = unthrottled(regions=("eu-west-1",))
    everything = policy(platform_may("kms:*"))
    key = f"{ARN}key/{new_key(kms, Policy=everything, MultiRegion=True)}"
    name = "TargetKeyId" if operation == "CreateAlias" else "KeyId"
    fields = {name: key, **FIELDS.get(operation, {})}
    code = "ok"
    try:
        call(kms, operation, 0.0, platform(), **fields)
    except Exception as error:
        code = str(getattr(error, "code", error))
    assert (told[1] == "No") == (code == DENIED)
