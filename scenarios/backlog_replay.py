"""The backlog of an outage drains: does it starve those who want to play recordings back?

KMS is out of reach for as long as fills the buffer with twenty-five seconds of recordings; then all
of it is to be sealed, beside new ones, from one quota that playback lives on too. Three ways to
drain: as fast as the workers go, at a fixed rate, and feeling the way (AIMD).
docs/scenarios/backlog_replay.md says how to read its report.
"""

from harness.plan import Evaluators, Plan, Variants, at
from harness.scenario import users

unpaced = Plan(
    lines=30,
    rate="2/s",
    run_time="60s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 64,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 2.0},
    materials="per_recording",
    workers=64,
    drain="60s",
    kms={"quota": "130/s"},
    evaluators=Evaluators(count=10, rate="2/s"),
    faults=(at("8s", "outage", "25s"),),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "time_to_recover < 60 s",
        "playback.corrupt == 0",
        "playback.verify.ok == playback.verify.attempted",
    ),
)
plan = Variants(
    {
        "unpaced": unpaced,
        "rate": unpaced.but(pacing="rate", pacing_settings={"rate": "100/s"}),
        "aimd": unpaced.but(
            pacing="aimd",
            pacing_settings={
                "start": "80/s",
                "increase": "10/s",
                "floor": "20/s",
                "ceiling": "200/s",
            },
        ),
    },
    expectations=(
        "every.lost == 0",
        "rate.throttled < unpaced.throttled",
        "aimd.throttled < unpaced.throttled",
        "rate.latency.playback_live.p50 < 0.5 * unpaced.latency.playback_live.p50",
    ),
)
Line, Evaluator = users(plan)
