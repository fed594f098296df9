"""Somebody re-encrypts the archive while recordings come in: both live on one quota.

Sixty stored recordings a second are opened, sealed anew and stored again: two KMS calls each,
beside fifty live recordings a second, of a quota of a hundred and fifty.
docs/scenarios/bulk_reencrypt.md says how to read its report.
"""

from harness.plan import Evaluators, Plan, at
from harness.scenario import users

plan = Plan(
    lines=25,
    rate="2/s",
    run_time="45s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 1024,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0},
    materials="per_recording",
    workers=64,
    drain="60s",
    store="directory",
    kms={"quota": "150/s"},
    evaluators=Evaluators(count=5, rate="1/s"),
    faults=(at("12s", "bulk_reencrypt", "20s", rate="60/s"),),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "throttled > 0",
        "time_to_recover < 30 s",
        "playback.verify.ok == playback.verify.attempted",
        "playback.verify.attempted == sealed",
    ),
)
Line, Evaluator = users(plan)
