"""How many calls a second KMS allows, by Region and operation: AWS's table of request quotas."""

from typing import Final

# The operations that share one quota for symmetric keys.
DATA_PLANE: Final = (
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncrypt",
)
SHARED: Final = "symmetric"

_LARGEST: Final = ("us-east-1", "us-west-2", "eu-west-1")
_LARGE: Final = (
    "us-east-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "eu-central-1",
    "eu-west-2",
)
# Calls a second, each operation its own.
CONTROL_PLANE: Final = {
    "CancelKeyDeletion": 5,
    "CreateAlias": 5,
    "CreateKey": 5,
    "DeleteAlias": 15,
    "DescribeKey": 2_000,
    "DisableKey": 5,
    "EnableKey": 5,
    "ListAliases": 500,
    "ListKeys": 500,
    "ListResourceTags": 2_000,
    "ScheduleKeyDeletion": 15,
    "TagResource": 10,
    "UntagResource": 5,
    "UpdateAlias": 5,
}


def shared_quota(region: str) -> int:
    """Calls a second that the data plane shares in `region`."""
    if region in _LARGEST:
        return 100_000
    return 20_000 if region in _LARGE else 10_000


def bucket_of(operation: str) -> str:
    """The name of the quota that a call to `operation` is counted against."""
    return SHARED if operation in DATA_PLANE else operation


def quotas(shared: int) -> dict[str, int]:
    """Calls a second by bucket, `shared` being the data plane's."""
    return {SHARED: shared, **CONTROL_PLANE}
