"""The two principals of a rehearsal: the customer's administrator, and the platform that records.

The embedded KMS knows both by these access keys; a stand-in that asks nobody who he is takes any.
"""

from typing import Final

PLATFORM_ACCOUNT: Final = "210987654321"
PLATFORM_ARN: Final = f"arn:aws:iam::{PLATFORM_ACCOUNT}:user/recording-platform"
ADMIN_KEY: Final = "AKIAEKMADMIN00000000"
PLATFORM_KEY: Final = "AKIAEKMPLATFORM00000"
# Stands in no service's way: it signs for principals that the embedded KMS makes up.
SECRET: Final = "ekm-harness/a-rehearsal-needs-no-secret"  # noqa: S105  # as it says

# What the platform needs of a key, and no more; some key materials (`actions`) need more.
ACTIONS: Final = ("kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt")
