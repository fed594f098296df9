"""Somebody disables the key: recordings wait at the Edge, and cannot be played, until it is back.

The real DisableKey and EnableKey, on whichever KMS the run is against. Nothing may be lost, nothing
given up on, and the backlog must be gone soon after the key is back; evaluators get an "Encryption
Error" meanwhile. docs/scenarios/key_disabled.md says how to read its report.
"""

from harness.plan import Evaluators, Plan, at
from harness.scenario import users

plan = Plan(
    lines=25,
    rate="2/s",
    run_time="45s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 64,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0, "probe_s": 1.0},
    materials="per_recording",
    workers=32,
    drain="60s",
    evaluators=Evaluators(count=5, rate="1/s"),
    faults=(at("10s", "key_disabled", "15s"),),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "kms.errors.DisabledException > 0",
        "time_to_recover < 60 s",
        "playback.live.encryption_errors > 0",
        "playback.corrupt == 0",
        "playback.verify.ok == playback.verify.attempted",
    ),
)
Line, Evaluator = users(plan)
