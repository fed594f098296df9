"""What administration did to a key outlives the process that keeps its state."""

from pathlib import Path
from typing import Any

from harness.gateway.front import Front
from harness.gateway.state.file import StateFile
from harness.gateway.state.seal import Secret
from harness.principals import PLATFORM_ARN
from tests.gateway.calls import ARN, call, new_key, platform, unthrottled
from tests.gateway.operations.test_imported import empty, imported, sealed

DAY = 86_400.0
SECRET = Secret(value=b"correct horse battery", told="the test's secret")


def opened(path: Path) -> tuple[Front, StateFile]:
    kms, keep = unthrottled(regions=("eu-west-1",)), StateFile(path, SECRET)
    kms.world.remember(keep, keep.records())
    return kms, keep


def test_grants_rotation_and_imported_material_are_kept(tmp_path: Path) -> None:
    kms, keep = opened(tmp_path / "keys")
    key, own = new_key(kms, MultiRegion=True), empty(kms)
    constraints: dict[str, Any] = {"EncryptionContextEquals": {"org": "1"}}
    asked: dict[str, Any] = {"GranteePrincipal": PLATFORM_ARN, "Operations": ["Decrypt"]}
    asked |= {"RetiringPrincipal": PLATFORM_ARN, "Constraints": constraints}
    call(kms, "CreateGrant", KeyId=key, **asked)
    call(kms, "EnableKeyRotation", KeyId=key, RotationPeriodInDays=90)
    call(kms, "ReplicateKey", KeyId=key, ReplicaRegion="eu-west-1")
    call(kms, "RotateKeyOnDemand", KeyId=key)
    imported(kms, own, ValidTo=10 * DAY)
    imported(kms, own, bytes(32), ImportType="NEW_KEY_MATERIAL")
    blobs = [sealed(kms, key), sealed(kms, own)]
    questions = [
        ("ListGrants", key),
        ("DescribeKey", key),
        ("DescribeKey", own),
        ("GetKeyPolicy", key),
        ("GetKeyRotationStatus", key),
        ("ListKeyRotations", key),
        ("ListKeyRotations", own),
    ]
    before = [call(kms, name, KeyId=one) for name, one in questions]
    keep.close()
    kms, keep = opened(tmp_path / "keys")
    assert before == [call(kms, name, KeyId=one) for name, one in questions]
    opens = [call(kms, "Decrypt", CiphertextBlob=blob)["Plaintext"] for blob in blobs]
    assert opens == ["eA==", "eA=="]
    found = call(kms, "ListRetirableGrants", 0, platform(), RetiringPrincipal=PLATFORM_ARN)
    assert [f"{ARN}key/{key}"] == [grant["KeyId"] for grant in found["Grants"]]
    late = call(kms, "DescribeKey", 11 * DAY, KeyId=own)["KeyMetadata"]
    assert late["KeyState"] == "PendingImport"
    assert len(call(kms, "ListKeyRotations", 91 * DAY, KeyId=key)["Rotations"]) == 2
    keep.close()
