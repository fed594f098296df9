#!/bin/sh
# Nitor Vault, which seals what it keeps in S3 under a data key of its own for each.
# nitor_vault.sh seal|open KEY RECORDING SOURCE TARGET, where what is sealed is an object of the
# bucket `recordings`. It sends no encryption context.
set -eu
verb=$1 VAULT_KEY=$2 source=$4 target=$5 VAULT_BUCKET=recordings
export VAULT_KEY VAULT_BUCKET

case $verb in
seal) vault store "$target" --file "$source" --overwrite ;;
open) vault lookup "$source" --outfile "$target" ;;
esac
