#!/bin/sh
# The AWS CLI, as somebody types it: up to 4,096 bytes, encrypted by KMS itself.
# aws_cli.sh seal|open KEY RECORDING SOURCE TARGET
set -eu
verb=$1 key=$2 context="recording=$3" source=$4 target=$5

case $verb in
seal)
    text=$(aws kms encrypt --key-id "$key" --encryption-context "$context" \
        --plaintext "fileb://$source" --query CiphertextBlob --output text)
    ;;
open)
    text=$(aws kms decrypt --key-id "$key" --encryption-context "$context" \
        --ciphertext-blob "fileb://$source" --query Plaintext --output text)
    ;;
esac
printf %s "$text" | base64 --decode >"$target"
