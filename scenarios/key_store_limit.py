"""A key that the customer holds outside of AWS: 1,800 calls a second a key store, and a slow proxy.

KMS allows a custom key store 1,800 calls a second, whatever the account's quota is. For ten seconds
two thousand and more recordings a second ask for a key; later the proxy in front of the keys is
slow, and KMS gives up on it after 250 ms. docs/scenarios/key_store_limit.md says how to read its
report.
"""

from harness.plan import Plan, at
from harness.scenario import users

plan = Plan(
    lines=100,
    rate="7/s",
    run_time="40s",
    curve=(("8s", 1.0), ("10s", 2.9), ("20s", 2.9), ("22s", 1.0)),
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 1024,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.5, "cap_s": 4.0},
    materials="per_recording",
    workers=512,
    drain="60s",
    key_store=True,
    faults=(at("30s", "proxy_slow", "5s", p50="120ms", p99="500ms"),),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "throttled > 0",
        "kms.errors.KMSInvalidStateException > 0",
        "time_to_recover < 30 s",
    ),
)
Line, Evaluator = users(plan)
