"""A Region of KMS is out: a multi-Region key's replica takes over, farther away, until it is back.

Three failures in a row send the calls to the other Region, 60 ms farther; every second one call
tries whether the first is back. What either wrapped the other unwraps.
docs/scenarios/regional_failover.md says how to read its report.
"""

from harness.plan import Evaluators, Failover, Plan, at
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
    retry_settings={"base_s": 0.1, "cap_s": 5.0},
    materials="per_recording",
    workers=32,
    drain="60s",
    kms={"regions": "us-east-1,us-west-2"},
    failover=Failover(region="us-west-2", after=3, probe="1s", farther="60ms"),
    evaluators=Evaluators(count=5, rate="1/s"),
    faults=(at("12s", "outage", "15s", region="us-east-1"),),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "kms.errors.ServiceUnavailableException > 0",
        "faults.outage.goodput_during >= 0.8 * faults.outage.offered_during",
        "latency.seal.p99 < 5 s",
        "playback.ok >= 0.95 * playback.attempted",
        "playback.verify.ok == playback.verify.attempted",
    ),
)
Line, Evaluator = users(plan)
