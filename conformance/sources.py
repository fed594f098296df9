"""Where a behaviour is known from, as the page's links."""

from typing import Final

_REFERENCE: Final = "https://docs.aws.amazon.com/kms/latest/APIReference"
_GUIDE: Final = "https://docs.aws.amazon.com/kms/latest/developerguide"


def api(operation: str) -> str:
    """The page of an operation, a structure or the common errors in the API reference."""
    page = operation if operation == "CommonErrors" else f"API_{operation}"
    return f"[API: {operation}]({_REFERENCE}/{page}.html)"


def guide(page: str) -> str:
    """A page of the developer guide."""
    return f"[guide: {page}]({_GUIDE}/{page}.html)"


def recorded(test: str) -> str:
    """An answer of AWS's that LocalStack's project keeps beside a test that was run on AWS."""
    return f"AWS's answer as kept by localstack/localstack, `{test}`"


def validated(test: str) -> str:
    """What LocalStack answers, where its project ran the test on AWS too."""
    return f"LocalStack's answer, whose test was run on AWS too: `{test}`"


def thread(repository: str, number: int) -> str:
    """An answer of AWS's that somebody quotes in a public thread."""
    url = f"https://github.com/{repository}/issues/{number}"
    return f"AWS's answer as quoted in [{repository}#{number}]({url})"


KEY_STATES: Final = guide("key-state")
MODEL: Final = "botocore's service model of KMS"
CONSTRAINT: Final = f"{MODEL}; wording as in {recorded('test_generate_random_invalid_number')}"
PROTOCOL: Final = "[AWS JSON 1.1](https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html)"
