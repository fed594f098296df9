"""Every answer of an operation, in the whole run, held against botocore's service model.

`conformance/shapes.py` judges each answer as it comes in, whichever behaviour asked. Here each
operation is asked once more, so that it has been, and then what was found is told.
"""

from conformance.behaviour import behaviour
from conformance.behaviours._every_operation import OPERATIONS, Ask
from conformance.expect import equal, holds, short
from conformance.sources import MODEL
from conformance.target import Target


def _declare(operation: str, ask: Ask) -> None:
    def check(kms: Target) -> None:
        ask(kms)
        seen = kms.witness
        holds(seen.answered[operation], f"{operation} was never answered")
        found = sorted(seen.faults[operation])
        holds(not found, short("; ".join(found), 160))

    behaviour(f"every answer of {operation} is as modelled", MODEL)(check)


for _operation, _ask in OPERATIONS.items():
    _declare(_operation, _ask)


@behaviour("every refusal is one that the model lists for its operation, or common to AWS", MODEL)
def _(kms: Target) -> None:
    kms.admin.refuses("DescribeKey", KeyId="not-a-key")
    found = sorted(kms.witness.stray_errors)
    equal(0, len(found), f"the number of others ({short(', '.join(found), 120)})")


@behaviour("every refusal is HTTP 400 with a __type, whatever the model says of 404 and 409", MODEL)
def _(kms: Target) -> None:
    kms.admin.refuses("DescribeKey", KeyId="not-a-key")
    found = sorted(kms.witness.odd_errors)
    equal(0, len(found), f"the number of others ({short(', '.join(found), 120)})")
