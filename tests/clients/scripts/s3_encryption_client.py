"""The Amazon S3 Encryption Client: an object a recording, sealed before it leaves this machine.

s3_encryption_client.py seal|open KEY RECORDING SOURCE TARGET, where what is sealed is an object of
the bucket `recordings`.
"""

import sys
from pathlib import Path

import boto3
from s3_encryption import S3EncryptionClient, S3EncryptionClientConfig
from s3_encryption.materials.kms_keyring import KmsKeyring

verb, key, recording, source, target = sys.argv[1:]
context = {"recording": recording}
keyring = KmsKeyring(boto3.client("kms"), key)
s3 = S3EncryptionClient(boto3.client("s3"), S3EncryptionClientConfig(keyring=keyring))

if verb == "seal":
    content = Path(source).read_bytes()
    s3.put_object(Bucket="recordings", Key=target, Body=content, EncryptionContext=context)
else:
    found = s3.get_object(Bucket="recordings", Key=source, EncryptionContext=context)
    Path(target).write_bytes(found["Body"].read())
