"""A key, or its policy alone, as text for other hands: JSON, Terraform, AWS CLI commands.

Nothing is asked and nothing made. Where the owner's account is not known, Terraform and the CLI are
let find it out; JSON cannot.
"""

import json
import shlex
from typing import Final

from harness.customer_key.wanted import DESCRIPTION, Wanted

FORMATS: Final = ("json", "terraform", "cli")
# Stands for an account that is not known; no ARN of a principal has such a one.
_UNKNOWN: Final = "ACCOUNT"
_ANY: Final = f"::{_UNKNOWN}:"
_NAME: Final = "recordings"


def of_key(form: str, wanted: Wanted, account: str = "") -> str:
    """The whole key; as JSON its policy."""
    policy = wanted.policy(account or _UNKNOWN)
    if form == "json":
        return policy
    return _terraform_key(wanted, policy) if form == "terraform" else _cli_key(wanted, policy)


def of_policy(form: str, key: str, policy: str) -> str:
    """The policy of a key that there is, by its ARN."""
    if form == "json":
        return policy
    if form == "terraform":
        return _terraform_policy(_quoted(key), policy)
    return _put(shlex.quote(key), policy)


def _terraform_key(wanted: Wanted, policy: str) -> str:
    tags = "".join(f"\n    {tag['TagKey']} = {_quoted(tag['TagValue'])}" for tag in wanted.tags)
    parts = [
        'data "aws_caller_identity" "owner" {}' if _ANY in policy else "",
        f"""resource "aws_kms_key" "{_NAME}" {{
  description              = {_quoted(DESCRIPTION)}
  key_usage                = "ENCRYPT_DECRYPT"
  customer_master_key_spec = "SYMMETRIC_DEFAULT"
  enable_key_rotation      = true
  rotation_period_in_days  = 365
  deletion_window_in_days  = 30
  multi_region             = {str(wanted.multi_region).lower()}{_tags(tags)}
}}""",
        _terraform_policy(f"aws_kms_key.{_NAME}.id", policy),
        _terraform_grant(wanted) if wanted.via_grant else "",
        _terraform_alias(wanted.alias) if wanted.alias else "",
    ]
    return "\n\n".join(filter(None, parts))


def _tags(tags: str) -> str:
    return f"\n  tags = {{{tags}\n  }}" if tags else ""


def _terraform_policy(key: str, policy: str) -> str:
    known = "${data.aws_caller_identity.owner.account_id}"
    text = _literal(policy).replace(_ANY, f"::{known}:")
    return f"""resource "aws_kms_key_policy" "{_NAME}" {{
  key_id = {key}
  policy = <<POLICY
{text}
POLICY
}}"""


def _terraform_grant(wanted: Wanted) -> str:
    constraint = f"""
  constraints {{
    encryption_context_subset = {{
      organization = {_quoted(wanted.terms.organization)}
    }}
  }}"""
    return f"""resource "aws_kms_grant" "{_NAME}" {{
  key_id            = aws_kms_key.{_NAME}.id
  grantee_principal = {_quoted(wanted.terms.platform)}
  operations        = {json.dumps(wanted.operations)}{constraint if wanted.terms.context else ""}
}}"""


def _terraform_alias(alias: str) -> str:
    return f"""resource "aws_kms_alias" "{_NAME}" {{
  name          = {_quoted(alias)}
  target_key_id = aws_kms_key.{_NAME}.id
}}"""


def _quoted(text: str) -> str:
    return _literal(json.dumps(text))


def _literal(text: str) -> str:
    """The text as Terraform has it, without anything to be filled in."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _cli_key(wanted: Wanted, policy: str) -> str:
    tags = f" \\\n  --tags {_json(wanted.tags)}" if wanted.tags else ""
    region = " \\\n  --multi-region" if wanted.multi_region else ""
    account = "account=$(aws sts get-caller-identity --query Account --output text)"
    lines = [
        "set -e",
        account if _ANY in policy else "",
        f"key=$(aws kms create-key --description {shlex.quote(DESCRIPTION)}{tags}{region} \\\n"
        "  --query KeyMetadata.Arn --output text)",
        _put('"$key"', policy),
        _cli_grant(wanted) if wanted.via_grant else "",
        'aws kms enable-key-rotation --key-id "$key"',
        f'aws kms create-alias --alias-name {shlex.quote(wanted.alias)} --target-key-id "$key"'
        if wanted.alias
        else "",
        'echo "$key"',
    ]
    return "\n".join(filter(None, lines))


def _put(key: str, policy: str) -> str:
    before, *after = policy.split(_ANY)
    parts = [before, *(f":{part}" for part in after)]
    text = '::"$account"'.join(map(shlex.quote, parts))
    return f"aws kms put-key-policy --key-id {key} --policy-name default --policy {text}"


def _cli_grant(wanted: Wanted) -> str:
    context = _json({"EncryptionContextSubset": wanted.terms.context})
    constraint = f" \\\n  --constraints {context}" if wanted.terms.context else ""
    return (
        f'aws kms create-grant --key-id "$key" --grantee-principal '
        f"{shlex.quote(wanted.terms.platform)} \\\n"
        f"  --operations {' '.join(wanted.operations)}{constraint}"
    )


def _json(value: object) -> str:
    return shlex.quote(json.dumps(value))
