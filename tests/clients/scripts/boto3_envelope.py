"""boto3, as an application uses it: a data key for each recording, sealed with, and thrown away.

boto3_envelope.py seal|open KEY RECORDING SOURCE TARGET
"""

import os
import sys
from pathlib import Path

import boto3
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

verb, key, recording, source, target = sys.argv[1:]
context = {"recording": recording}
kms = boto3.client("kms")
content = Path(source).read_bytes()

if verb == "seal":
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=context)
    wrapped, nonce = made["CiphertextBlob"], os.urandom(12)
    sealed = AESGCM(made["Plaintext"]).encrypt(nonce, content, None)
    Path(target).write_bytes(len(wrapped).to_bytes(2, "big") + wrapped + nonce + sealed)
else:
    end = 2 + int.from_bytes(content[:2], "big")
    opened = kms.decrypt(CiphertextBlob=content[2:end], KeyId=key, EncryptionContext=context)
    plain = AESGCM(opened["Plaintext"]).decrypt(content[end : end + 12], content[end + 12 :], None)
    Path(target).write_bytes(plain)
