"""One call to KMS by a boto3 client; whatever goes wrong is a KmsError, with its code."""

import importlib
from typing import Any

from harness.errors import KmsError
from harness.kms.boto3 import refusal


def ask(client: Any, operation: str, **parameters: Any) -> Any:
    """The answer. Raises KmsError: KMS's own, or Timeout, ConnectionError, BadAnswer."""
    errors = importlib.import_module("botocore.exceptions")
    try:
        return getattr(client, operation)(**parameters)
    except errors.ClientError as error:
        raise refusal(error) from None
    except (errors.ConnectTimeoutError, errors.ReadTimeoutError) as error:
        raise KmsError("Timeout", str(error)) from None
    except errors.NoCredentialsError as error:
        raise KmsError("MissingAuthenticationTokenException", str(error)) from None
    except errors.ParamValidationError as error:
        raise KmsError("ValidationException", str(error)) from None
    except errors.BotoCoreError as error:
        raise KmsError("ConnectionError", str(error)) from None


def grants(client: Any, key: str) -> list[dict[str, Any]]:
    """Every grant of a key, page by page. Raises KmsError."""
    found: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        page = ask(client, "list_grants", KeyId=key, **more)
        found += page["Grants"]
        if not page.get("Truncated"):
            break
        more = {"Marker": page["NextMarker"]}
    return found


# Of fifty grants; KMS itself allows a key 50,000.
_MOST_PAGES = 1000
