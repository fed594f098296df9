"""The judge of answers: what botocore's parser lets pass, it does not."""

from typing import Any

import pytest

from conformance.shapes import ALWAYS, declared_errors, faults, model

_KEY = {"KeyId": "arn:aws:kms:us-east-1:123456789012:key/1", "Plaintext": "AA=="}


@pytest.mark.parametrize(
    ("operation", "answer", "found"),
    [
        ("GenerateDataKey", _KEY | {"CiphertextBlob": "AA=="}, []),
        ("GenerateDataKey", _KEY, ["CiphertextBlob is missing"]),
        (
            "GenerateDataKey",
            _KEY | {"CiphertextBlob": 1},
            ["CiphertextBlob is a JSON int, not a blob"],
        ),
        ("GenerateDataKey", _KEY | {"CiphertextBlob": "?"}, ["CiphertextBlob is not base64"]),
        ("GenerateDataKey", _KEY | {"CiphertextBlob": ""}, ["CiphertextBlob has length 0"]),
        ("GenerateDataKey", _KEY | {"CiphertextBlob": None}, ["CiphertextBlob is null"]),
        ("GenerateRandom", {"Plaintext": "AA==", "Extra": 1}, ["Extra is not in the model"]),
        (
            "ListKeys",
            {"Keys": [{"KeyId": 1}], "Truncated": False},
            ["Keys[].KeyId is a JSON int, not a string"],
        ),
        (
            "DescribeKey",
            {"KeyMetadata": {"KeyId": "1", "KeyState": "Asleep"}},
            ["KeyMetadata.KeyState is 'Asleep', none of the enum"],
        ),
        ("DescribeKey", {"KeyMetadata": {}}, ["KeyMetadata.KeyId is missing"]),
        (
            "DescribeKey",
            {"KeyMetadata": {"KeyId": "1", "CreationDate": "today"}},
            ["KeyMetadata.CreationDate is a JSON str, not a timestamp"],
        ),
        ("DescribeKey", [], ["is no JSON object"]),
        ("EnableKey", {}, []),
        ("EnableKey", {"KeyId": "1"}, ["has members: KeyId"]),
    ],
)
def test_an_answer_is_held_against_the_model(operation: str, answer: Any, found: list[str]) -> None:
    assert faults(operation, answer) == found


def test_what_an_operation_always_answers_is_in_the_model() -> None:
    unknown = {
        f"{operation}.{name}"
        for operation, names in ALWAYS.items()
        for name in names
        if name not in model().operation_model(operation).output_shape.members
    }
    assert unknown == set()


def test_errors_are_those_of_the_operation_and_those_common_to_aws() -> None:
    declared = declared_errors("GenerateDataKey")
    assert {"DisabledException", "ThrottlingException"} <= declared
    assert "TagException" not in declared
