"""The AWS Encryption SDK with its KMS keyring: one message a recording.

encryption_sdk_keyring.py seal|open KEY RECORDING SOURCE TARGET
"""

import sys
from pathlib import Path

import aws_encryption_sdk
import boto3
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import CreateAwsKmsKeyringInput

verb, key, recording, source, target = sys.argv[1:]
context = {"recording": recording}
providers = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
keyring = providers.create_aws_kms_keyring(
    CreateAwsKmsKeyringInput(kms_key_id=key, kms_client=boto3.client("kms"))
)
sdk = aws_encryption_sdk.EncryptionSDKClient()
content = Path(source).read_bytes()

if verb == "seal":
    made, _ = sdk.encrypt(source=content, keyring=keyring, encryption_context=context)
else:
    made, _ = sdk.decrypt(source=content, keyring=keyring, encryption_context=context)
Path(target).write_bytes(made)
