"""The plain design: Locust, litequeue, boto3 and AES-GCM, as one would write it in an afternoon.

What the pipeline is measured against. Lines put recordings into a queue on disk, as many as it has
room for; workers take them out, get a data key each, seal, and mark them done. What is done is not
pruned in the short while that is measured, which is kind: pruning costs it a seventh.
"""

import os
import time
from pathlib import Path

import gevent
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from gevent.lock import BoundedSemaphore
from litequeue import LiteQueue
from locust import User, constant, events, task

import boto3  # isort: skip  # before Locust it would break ssl under gevent
from botocore.config import Config  # isort: skip

from benchmarks._window import SETTINGS, Window

WORKERS = 32
PAYLOAD = os.urandom(64 * 1024)
# For comparison the queue may hold no bytes: then nothing accepted would survive a crash.
MESSAGE = PAYLOAD if SETTINGS["durable"] else "a recording"
window = Window()
queue = LiteQueue(Path(SETTINGS["folder"], "queue.sqlite"))
kms = boto3.client(
    "kms",
    endpoint_url=SETTINGS["endpoint"],
    region_name="us-east-1",
    config=Config(max_pool_connections=WORKERS),
)
# Lines wait when so many are unfinished: more would only slow the queue down.
room = BoundedSemaphore(2 * WORKERS)


def seal(plaintext: bytes) -> bytes:
    """An envelope: the wrapped key, a nonce, the ciphertext."""
    key = kms.generate_data_key(
        KeyId=SETTINGS["key"], KeySpec="AES_256", EncryptionContext={"organization": "benchmark"}
    )
    nonce = os.urandom(12)
    sealed = AESGCM(key["Plaintext"]).encrypt(nonce, plaintext, None)
    return bytes(key["CiphertextBlob"]) + nonce + sealed


def drain() -> None:
    """One worker: seal what is in the queue."""
    while True:
        message = queue.pop()
        if message is None:
            gevent.sleep(0.002)
            continue
        began_s = time.perf_counter()
        envelope = seal(message.data if SETTINGS["durable"] else PAYLOAD)
        queue.done(message.message_id)
        room.release()
        window.done += 1
        events.request.fire(  # type: ignore[no-untyped-call]  # as Locust has it
            request_type="recording",
            name="seal",
            response_time=(time.perf_counter() - began_s) * 1000,
            response_length=len(envelope),
            exception=None,
            context={},
        )


@events.test_start.add_listener
def start(environment, **_):  # type: ignore[no-untyped-def]  # an afternoon's locustfile
    for _worker in range(WORKERS):
        gevent.spawn(drain)
    window.open(environment)


class Line(User):
    """Finishes recordings as fast as they are taken."""

    wait_time = constant(0)

    @task
    def finish(self) -> None:
        room.acquire()
        queue.put(MESSAGE)
