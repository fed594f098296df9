"""The door: who is turned away leaves nothing behind."""

import pytest

from harness.errors import KmsError
from harness.gateway.door import Door
from harness.gateway.http.head import Message, parse
from harness.gateway.iam.identity import Directory

ASK = b"POST / HTTP/1.1\r\nHost: x\r\n%bContent-Length: 2\r\n\r\n{}"


def remembered(error: BaseException) -> int:
    """How many frames an exception keeps alive."""
    frames, step = 0, error.__traceback__
    while step:
        frames, step = frames + 1, step.tb_next
    return frames


@pytest.mark.parametrize("field", [b"", b"Authorization: AWS4-HMAC-SHA256 Credential=a/b\r\n"])
def test_refusals_do_not_pile_up_what_they_met(field: bytes) -> None:
    message = parse(ASK % field, 0)
    assert isinstance(message, Message)
    door = Door(Directory("123456789012", strict=True), ("us-east-1",))
    frames = []
    for _ in range(3):
        with pytest.raises(KmsError) as refused:
            door.enter(message, 1, "127.0.0.1", 0.0)
        frames.append(remembered(refused.value))
    assert frames == [frames[0]] * 3


def test_whoever_is_named_last_in_the_header_is_still_who_asks() -> None:
    door = Door(Directory("123456789012"), ("us-east-1", "eu-west-1"))
    for account, region in (("111122223333", "us-east-1"), ("444455556666", "eu-west-1")) * 2:
        credential = f"Credential={account}/20260101/{region}/kms/aws4_request"
        for header in (f"{credential}, Signature=0", f"Signature=0, {credential}"):
            sent = f"POST / HTTP/1.1\r\nAuthorization: AWS4-HMAC-SHA256 {header}\r\n\r\n"
            message = parse(sent.encode(), 0)
            assert isinstance(message, Message)
            caller = door.enter(message, 1, "127.0.0.1", 0.0)
            assert (caller.identity.account, caller.region) == (account, region)
