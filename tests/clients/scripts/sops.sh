#!/bin/sh
# SOPS, which seals files under a data key that KMS wraps. The file itself carries the context.
# sops.sh seal|open KEY RECORDING SOURCE TARGET
set -eu
verb=$1 key=$2 recording=$3 source=$4 target=$5

case $verb in
seal)
    sops encrypt --kms "$key" --encryption-context "recording:$recording" \
        --input-type binary --output "$target" "$source"
    ;;
open)
    sops decrypt --input-type json --output-type binary --output "$target" "$source"
    ;;
esac
