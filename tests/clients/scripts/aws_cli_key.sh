#!/bin/sh
# The AWS CLI, as an administrator types it: a key's life, with a word on its state after each step.
set -eu

key=$(aws kms create-key --description "recordings" --query KeyMetadata.KeyId --output text)
aws kms create-alias --alias-name alias/recordings --target-key-id "$key"

state() {
    aws kms describe-key --key-id alias/recordings --query KeyMetadata.KeyState --output text
}

state
aws kms disable-key --key-id "$key"
state
aws kms enable-key --key-id "$key"
state
aws kms schedule-key-deletion --key-id "$key" --pending-window-in-days 7 >/dev/null
state
aws kms cancel-key-deletion --key-id "$key" >/dev/null
state
aws kms enable-key --key-id "$key"
state
aws kms delete-alias --alias-name alias/recordings
