#!/bin/sh
# The AWS CLI, as an administrator types it: a key's life, with its state after each step.
set -eu

state() {
    aws kms describe-key --key-id "$1" --query KeyMetadata.KeyState --output text
}

key=$(aws kms create-key --description recordings --query KeyMetadata.KeyId --output text)
aws kms create-alias --alias-name alias/recordings --target-key-id "$key"
state alias/recordings
aws kms disable-key --key-id "$key"
state "$key"
aws kms enable-key --key-id "$key"
aws kms schedule-key-deletion --key-id "$key" --pending-window-in-days 7 \
    --query KeyState --output text
aws kms cancel-key-deletion --key-id "$key" >/dev/null
state "$key"
