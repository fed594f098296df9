"""Somebody links an RSA key: "Test & Save" refuses it, and no recording notices.

The trap of the guide: the platform's page says no more than "Access Denied" or "Invalid Key Type".
The handshake names the true cause, saves nothing, and recordings go on under the key that was
linked. docs/scenarios/asymmetric_key.md says how to read its report.
"""

from harness.plan import Plan, at
from harness.scenario import users

plan = Plan(
    lines=25,
    rate="2/s",
    run_time="30s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 64,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0},
    materials="per_recording",
    workers=32,
    drain="30s",
    faults=(
        at("8s", "wrong_key_linked", "5s", kind="rsa"),
        at("16s", "wrong_key_linked", "5s", kind="hmac"),
    ),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "handshake.refused == 2",
        "kms.succeeded == kms.attempts",
        "latency.seal.p99 < 1 s",
        "playback.verify.ok == playback.verify.attempted",
    ),
)
Line, Evaluator = users(plan)
