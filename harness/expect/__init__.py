"""What a scenario expects of its run, as expressions over the summary: they decide pass or fail.

`lost == 0`, `time_to_recover < 60 s`, `kms.throttled < 5 %`, `sealed + dead_lettered == arrived`,
`faults.throttle.goodput_during >= 0.9 * faults.throttle.offered_during`, and of several plans
side by side `legacy.amplification > standard.amplification`, `every.lost == 0`. A measure is its
path in summary.json, or any end of it that is unambiguous; units may be left out of names.
"""

from harness.expect.abort import Abort, Watch, parse_abort
from harness.expect.judging import check, judge, judge_variants
from harness.expect.measures import MEASURES
from harness.expect.reading import Expectation, parse
from harness.expect.telling import sides

__all__ = [
    "MEASURES",
    "Abort",
    "Expectation",
    "Watch",
    "check",
    "judge",
    "judge_variants",
    "parse",
    "parse_abort",
    "sides",
]
