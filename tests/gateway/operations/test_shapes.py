"""Every operation of the control plane through boto3: each reply is one that its model knows."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from harness.gateway.front import OPERATIONS
from harness.gateway.quotas.limits import CONTROL_PLANE
from harness.principals import PLATFORM_ARN
from tests.gateway.calls import policy
from tests.gateway.running import started

# What the tests of cryptography and of key stores go through.
ELSEWHERE = {
    "GetPublicKey",
    *(f"{verb}CustomKeyStore" for verb in ("Connect", "Create", "Delete", "Disconnect", "Update")),
    "DescribeCustomKeyStores",
}
TAGS = [{"TagKey": "ekm-harness", "TagValue": "disposable"}]
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
    "timestamp": (int, float),
}


def faults(shape: Any, told: Any, path: str) -> list[str]:
    """Where a reply, as JSON, is not what its shape in the service model says."""
    if shape.type_name == "structure":
        unknown = [f"{path}.{name} is unknown" for name in told if name not in shape.members]
        missing = [f"{path}.{name} is missing" for name in shape.required_members - told.keys()]
        known = told.keys() & shape.members.keys()
        inner = [(shape.members[name], told[name], f"{path}.{name}") for name in known]
        return [*unknown, *missing, *(fault for one in inner for fault in faults(*one))]
    if shape.type_name == "list":
        return [fault for one in told for fault in faults(shape.member, one, f"{path}[]")]
    if shape.type_name == "map":
        return [fault for one in told.values() for fault in faults(shape.value, one, path)]
    values = getattr(shape, "enum", None) or [told]
    if type(told) in TYPES[shape.type_name] and told in values:
        return []
    return [f"{path} is {told!r}, not a {shape.type_name} of {values}"]


class Watched:
    """A boto3 client that has each reply compared with the service model."""

    def __init__(self, kms: Any) -> None:
        self._kms = kms
        self.seen: set[str] = set()
        self.faults: list[str] = []
        kms.meta.events.register("after-call.kms", self._compare)

    def __call__(self, operation: str, **fields: Any) -> Any:
        return self._kms._make_api_call(operation, fields)

    def shape(self, operation: str) -> Any:
        return self._kms.meta.service_model.operation_model(operation).output_shape

    def _compare(self, http_response: Any, model: Any, **_: Any) -> None:
        if http_response.status_code != 200:
            return  # a throttle, which boto3 tries again
        self.seen.add(model.name)
        body = http_response.content
        if model.output_shape is None:
            self.faults += [f"{model.name} says {body!r}"] if body else []
        else:
            self.faults += faults(model.output_shape, json.loads(body), model.name)


def lifecycle(kms: Watched) -> None:
    key = kms("CreateKey", Tags=TAGS, Description="a key", Policy=policy())["KeyMetadata"]["KeyId"]
    kms("UpdateKeyDescription", KeyId=key, Description="the key")
    kms("DescribeKey", KeyId=key)
    kms("ListKeys")
    kms("TagResource", KeyId=key, Tags=TAGS)
    kms("ListResourceTags", KeyId=key)
    kms("UntagResource", KeyId=key, TagKeys=["ekm-harness"])
    kms("PutKeyPolicy", KeyId=key, Policy=policy(), PolicyName="default")
    kms("GetKeyPolicy", KeyId=key)
    kms("ListKeyPolicies", KeyId=key)
    kms("CreateAlias", AliasName="alias/shapes", TargetKeyId=key)
    kms("UpdateAlias", AliasName="alias/shapes", TargetKeyId=key)
    kms("ListAliases")
    kms("DeleteAlias", AliasName="alias/shapes")
    kms("DisableKey", KeyId=key)
    kms("EnableKey", KeyId=key)
    kms("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    kms("DescribeKey", KeyId=key)
    kms("CancelKeyDeletion", KeyId=key)


def rotation(kms: Watched) -> None:
    key = kms("CreateKey")["KeyMetadata"]["KeyId"]
    kms("EnableKeyRotation", KeyId=key, RotationPeriodInDays=90)
    kms("RotateKeyOnDemand", KeyId=key)
    kms("GetKeyRotationStatus", KeyId=key)
    listed = kms("ListKeyRotations", KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL")
    assert len(listed["Rotations"]) == 2
    kms("DisableKeyRotation", KeyId=key)


def grants(kms: Watched) -> None:
    key = kms("CreateKey")["KeyMetadata"]["KeyId"]
    made = [
        kms(
            "CreateGrant",
            KeyId=key,
            GranteePrincipal=PLATFORM_ARN,
            RetiringPrincipal="arn:aws:iam::123456789012:root",
            Operations=["Decrypt"],
            Name=f"grant-{number}",
            Constraints={"EncryptionContextSubset": {"org": "1"}},
        )
        for number in range(2)
    ]
    assert len(kms("ListGrants", KeyId=key)["Grants"]) == 2
    kms("ListRetirableGrants", RetiringPrincipal="arn:aws:iam::123456789012:root")
    kms("RetireGrant", GrantToken=made[0]["GrantToken"])
    kms("RevokeGrant", KeyId=key, GrantId=made[1]["GrantId"])


def material(kms: Watched) -> None:
    key = kms("CreateKey", Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    asked: dict[str, Any] = {
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
    }
    got = kms("GetParametersForImport", KeyId=key, **asked)
    public = load_der_public_key(got["PublicKey"])
    assert isinstance(public, rsa.RSAPublicKey)
    digest = hashes.SHA256()
    sealed = public.encrypt(bytes(32), padding.OAEP(padding.MGF1(digest), digest, None))
    ends = got["ParametersValidTo"]
    kms(
        "ImportKeyMaterial",
        KeyId=key,
        ImportToken=got["ImportToken"],
        EncryptedKeyMaterial=sealed,
        ValidTo=ends,
    )
    assert ends == kms("DescribeKey", KeyId=key)["KeyMetadata"]["ValidTo"]
    kms("ListKeyRotations", KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL")
    kms("DeleteImportedKeyMaterial", KeyId=key)


def regions(kms: Watched) -> None:
    key = kms("CreateKey", MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms("ReplicateKey", KeyId=key, ReplicaRegion="eu-west-1", Tags=TAGS)
    kms("DescribeKey", KeyId=key)
    kms("UpdatePrimaryRegion", KeyId=key, PrimaryRegion="eu-west-1")


@pytest.fixture(scope="module")
def kms() -> Any:
    with started("--regions", "eu-west-1") as running:
        yield Watched(running.client(retries={"total_max_attempts": 8, "mode": "standard"}))


def test_boto3_knows_every_member_of_every_reply(kms: Watched) -> None:
    for story in (lifecycle, rotation, grants, material, regions):
        story(kms)
    ours = (OPERATIONS.keys() & CONTROL_PLANE.keys()) - ELSEWHERE
    assert ([], set()) == (kms.faults, ours - kms.seen)


def test_what_does_not_fit_its_shape_is_seen(kms: Watched) -> None:
    told = {"KeyMetadata": {"Enabled": "yes", "KeyState": "Gone", "Nothing": 1}}
    states = kms.shape("DescribeKey").members["KeyMetadata"].members["KeyState"].enum
    assert sorted(faults(kms.shape("DescribeKey"), told, "reply")) == [
        "reply.KeyMetadata.Enabled is 'yes', not a boolean of ['yes']",
        "reply.KeyMetadata.KeyId is missing",
        f"reply.KeyMetadata.KeyState is 'Gone', not a string of {states}",
        "reply.KeyMetadata.Nothing is unknown",
    ]
