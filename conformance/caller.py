"""A caller of KMS: one identity in one Region, with boto3 for sane requests and HTTP for others."""

import contextlib
import json
import time
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from conformance.expect import Differs, short
from conformance.witness import Witness

_THROTTLED_S: Final = 0.25
_THROTTLED_TIMES: Final = 80
_CONFIG: Final = Config(
    parameter_validation=False,  # so that a wrong request reaches the target
    retries={"total_max_attempts": 1, "mode": "standard"},
    connect_timeout=5,
    read_timeout=60,
)


@dataclass(frozen=True)
class Reply:
    """An HTTP answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON. Raises Differs where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Differs(f"HTTP {self.status}, and the body is no JSON") from None


@dataclass(frozen=True)
class Identity:
    """Who calls."""

    arn: str
    access_key: str
    secret: str
    token: str | None = None

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]


class Caller:
    """`caller("Encrypt", KeyId=…)` answers as the operation does, and raises ClientError."""

    def __init__(self, url: str | None, region: str, identity: Identity, witness: Witness) -> None:
        self.region, self.identity = region, identity
        self.arn, self.account = identity.arn, identity.account
        self._client = boto3.client(
            "kms",
            endpoint_url=url,
            region_name=region,
            aws_access_key_id=identity.access_key,
            aws_secret_access_key=identity.secret,
            aws_session_token=identity.token,
            config=_CONFIG,
        )
        self._url = str(self._client.meta.endpoint_url).rstrip("/") + "/"
        self._client.meta.events.register("after-call.kms", witness.note)
        self._methods = {op: py for py, op in self._client.meta.method_to_api_mapping.items()}

    def __call__(self, operation: str, /, **fields: Any) -> dict[str, Any]:
        """The answer's members. A throttled call is made again for as long as it takes."""
        for _ in range(_THROTTLED_TIMES):
            try:
                return self._once(operation, fields)
            except ClientError as error:
                if told(error)[0] != "ThrottlingException":
                    raise
                time.sleep(_THROTTLED_S)
        raise Differs(f"{operation} was throttled for {_THROTTLED_S * _THROTTLED_TIMES:.0f} s")

    def refused(
        self, code: str | tuple[str, ...], operation: str, says: str | None = None, /, **fields: Any
    ) -> str:
        """The message of the refusal that must come. Raises Differs for any other outcome.

        `says` is the whole message; one that ends in '…' is how the message begins.
        """
        codes = (code,) if isinstance(code, str) else code
        got, message = self._outcome(operation, fields)
        if got == "":
            raise Differs(f"{operation} succeeded")
        if got not in codes:
            raise Differs(f"{operation} answered {got}" + (f": {short(message)}" * bool(message)))
        if says is not None and not _alike(says, message):
            raise Differs(f"{got} says {short(message, 160)!r}")
        return message

    def refuses(self, operation: str, /, **fields: Any) -> None:
        """For what is refused under a code that no source tells. Raises Differs on success."""
        got, _ = self._outcome(operation, fields)
        if got == "":
            raise Differs(f"{operation} succeeded")

    def post(
        self, target: str | None, body: bytes | dict[str, Any], signed: bool = True, **headers: str
    ) -> Reply:
        """An HTTP request as it is told; `target` is the operation, or a whole X-Amz-Target."""
        sent = json.dumps(body).encode() if isinstance(body, dict) else body
        usual = {"Content-Type": "application/x-amz-json-1.1"}
        if target is not None:
            usual["X-Amz-Target"] = target if "." in target else f"TrentService.{target}"
        request = AWSRequest("POST", self._url, usual | headers, sent)
        if signed:
            who = self.identity
            credentials = Credentials(who.access_key, who.secret, who.token)
            SigV4Auth(credentials, "kms", self.region).add_auth(request)
        with contextlib.closing(URLLib3Session(timeout=30)) as session:
            answer = session.send(request.prepare())
            lower = {name.lower(): value for name, value in answer.headers.items()}
            return Reply(answer.status_code, lower, answer.content)

    def _once(self, operation: str, fields: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(self._client, self._methods[operation])(**fields)
        answer.pop("ResponseMetadata", None)
        return answer

    def _outcome(self, operation: str, fields: dict[str, Any]) -> tuple[str, str]:
        try:
            self(operation, **fields)
        except ClientError as error:
            return told(error)
        return "", ""


def told(error: ClientError) -> tuple[str, str]:
    """Code and message; where an error page came in place of KMS's JSON, its status."""
    code, message = (str(error.response["Error"].get(name, "")) for name in ("Code", "Message"))
    return (f"HTTP {code}", "") if code.isdecimal() else (code, message)


def _alike(says: str, message: str) -> bool:
    if says.endswith("…"):
        return message.startswith(says[:-1])
    return message == says
