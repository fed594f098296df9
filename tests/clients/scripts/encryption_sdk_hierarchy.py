"""The AWS Encryption SDK with its hierarchical keyring: KMS wraps a branch key, and that the rest.

The branch key is in DynamoDB, and in memory for ten minutes: KMS is asked once for all messages,
one for each line of SOURCE. The keyring is nearest to what contact centres do.

encryption_sdk_hierarchy.py seal|open KEY RECORDING SOURCE TARGET
"""

import sys
from pathlib import Path

import boto3
from aws_cryptographic_material_providers.keystore.client import KeyStore
from aws_cryptographic_material_providers.keystore.config import KeyStoreConfig
from aws_cryptographic_material_providers.keystore.models import (
    CreateKeyInput,
    CreateKeyStoreInput,
    KMSConfigurationKmsKeyArn,
)
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import (
    CacheTypeDefault,
    CreateAwsKmsHierarchicalKeyringInput,
    DefaultCache,
)
from aws_encryption_sdk import EncryptionSDKClient

verb, key, recording, source, target = sys.argv[1:]
branch, context = f"branch-{key[-12:]}", {"recording": recording}
store = KeyStore(
    KeyStoreConfig(
        ddb_table_name="branch-keys",
        logical_key_store_name="branch-keys",
        kms_configuration=KMSConfigurationKmsKeyArn(key),
        ddb_client=boto3.client("dynamodb"),
        kms_client=boto3.client("kms"),
    )
)
if verb == "seal":
    store.create_key_store(CreateKeyStoreInput())
    store.create_key(CreateKeyInput(branch_key_identifier=branch, encryption_context=context))

keyring = AwsCryptographicMaterialProviders(
    config=MaterialProvidersConfig()
).create_aws_kms_hierarchical_keyring(
    CreateAwsKmsHierarchicalKeyringInput(
        key_store=store,
        branch_key_id=branch,
        ttl_seconds=600,
        cache=CacheTypeDefault(value=DefaultCache(entry_capacity=100)),
    )
)
sdk, lines = EncryptionSDKClient(), Path(source).read_text().splitlines()
if verb == "seal":
    given = {"keyring": keyring, "encryption_context": context}
    made = [sdk.encrypt(source=line.encode(), **given)[0].hex() for line in lines]
else:
    made = [sdk.decrypt(source=bytes.fromhex(line), keyring=keyring)[0].decode() for line in lines]
Path(target).write_text("".join(f"{line}\n" for line in made))
