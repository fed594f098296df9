"""The AWS CLI, as a user types it, against a running gateway."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.gateway.running import Running

AWS = Path(sys.executable).with_name("aws")


def aws(gateway: Running, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
    }
    command = [str(AWS), "--endpoint-url", gateway.url, "kms", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def reply(gateway: Running, *words: str) -> Any:
    ran = aws(gateway, *words)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout or "{}")


def test_the_aws_cli_makes_a_key_uses_it_disables_it_and_enables_it(
    gateway: Running, tmp_path: Path
) -> None:
    key = reply(gateway, "create-key", "--description", "by hand")["KeyMetadata"]["KeyId"]
    ask = ("generate-data-key", "--key-id", key, "--key-spec", "AES_256")
    made = reply(gateway, *ask)
    blob = tmp_path / "blob"
    blob.write_bytes(base64.b64decode(made["CiphertextBlob"]))
    opened = reply(gateway, "decrypt", "--ciphertext-blob", f"fileb://{blob}")
    assert made["Plaintext"] == opened["Plaintext"]
    reply(gateway, "disable-key", "--key-id", key)
    refused = aws(gateway, *ask)
    assert refused.returncode != 0
    assert "(DisabledException)" in refused.stderr
    reply(gateway, "enable-key", "--key-id", key)
    reply(gateway, *ask)
