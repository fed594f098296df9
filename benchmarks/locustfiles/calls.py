"""GenerateDataKey under Locust and nothing else: what one core of a KMS client is worth."""

import time

from locust import User, constant, events, task

from benchmarks._window import SETTINGS, Window
from harness.backend import Backend
from harness.kms import Connection, Kms
from harness.registry import find

window = Window()
events.test_start.add_listener(window.open)  # type: ignore[no-untyped-call]  # as Locust has it
backend = Backend("embedded", SETTINGS["endpoint"], "us-east-1", True)
connection = Connection(backend, SETTINGS["key"], 5.0, SETTINGS["users"], "off")
kms: Kms = find("kms", SETTINGS["client"])(connection, lambda *_: None)


class Caller(User):
    """Calls, tells Locust, and calls again."""

    wait_time = constant(0)

    @task
    def call(self) -> None:
        context = {"organization": "contact-centre", "recording": "00000000000000ff"}
        while True:
            began_s = time.perf_counter()
            kms.generate_data_key(context)
            events.request.fire(  # type: ignore[no-untyped-call]  # as Locust has it
                request_type="KMS",
                name="GenerateDataKey",
                response_time=(time.perf_counter() - began_s) * 1000,
                response_length=0,
                exception=None,
                context={},
            )
            window.done += 1
