"""When a run is pointless to go on with: what may be said, and when it has come true."""

from typing import Any

import pytest

from harness.errors import BadInput
from harness.expect import Watch, parse_abort


def live(at_s: float, **found: Any) -> dict[str, Any]:
    none = dict.fromkeys(("arrived", "sealed", "dead_lettered", "failed", "shed", "backlog"), 0)
    return {**none, "oldest_s": 0.0, "attempts": 0, "throttled": 0, "duration_s": at_s, **found}


@pytest.mark.parametrize(
    ("text", "found", "true"),
    [
        ("shed > 1000", {"shed": 1000}, False),
        ("shed > 1000", {"shed": 1001}, True),
        ("oldest > 60 s", {"oldest_s": 61.0}, True),
        ("backlog.oldest_s > 1 min", {"oldest_s": 59.0}, False),
        ("dead_lettered > 10 %", {"arrived": 100, "dead_lettered": 10}, False),
        ("dead_lettered > 10 %", {"arrived": 100, "dead_lettered": 11}, True),
        ("dead_lettered > 10 %", {}, False),
        ("backlog > 5", {"backlog": 6}, True),
        ("failed + shed > sealed", {"failed": 1, "shed": 1, "sealed": 1}, True),
        ("attempts / arrived > 10", {"arrived": 2, "attempts": 30}, True),
        ("kms.errors.NotFoundException > 3", {"errors": {"NotFoundException": 4}}, True),
        ("errors.NotFoundException > 3", {"errors": {}}, False),
        ("errors.NotFoundException > 50 %", {"attempts": 2, "errors": {}}, False),
        ("duration > 5 min", {"duration_s": 301.0}, True),
    ],
)
def test_what_may_end_a_run(text: str, found: dict[str, Any], true: bool) -> None:
    abort = parse_abort(text)
    assert Watch([abort]).look(live(1.0) | found) == (abort if true else None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "lost > 0",
            "measure: got 'lost', wanted one that is known while a run goes on: duration_s,",
        ),
        ("time_to_recover > 5 s", "backlog, oldest_s, attempts, throttled or errors.<code>"),
        ("faults.throttle.drained > 5 s", "wanted one that is known while a run goes on"),
        ("shd > 0", "Did you mean 'shed'"),
        ("oldest > 5 %", "unit in the abort_on"),
        ("shed", "abort_on: got 'shed', wanted such as 'shed > 1000'"),
        ("shed > 5 for 5 parsecs", "wanted units among ms, s"),
        ("shed > 5 for", "unit in the abort_on"),
        ("", "wanted such as 'shed > 1000'"),
        (5, "abort_on: got 5"),
    ],
)
def test_what_is_not_known_while_a_run_goes_on_cannot_end_it(text: Any, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_abort(text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_spike_that_passes_does_not_end_a_run() -> None:
    watch = Watch([abort := parse_abort("backlog > 5 for 3 s")])
    seen = [(0, 9), (2, 9), (2.5, 5), (3, 9), (5, 9), (6, 9)]
    said = [watch.look(live(at_s, backlog=backlog)) for at_s, backlog in seen]
    assert said == [None, None, None, None, None, abort]


def test_the_first_that_is_true_is_told() -> None:
    one, two = parse_abort("shed > 1"), parse_abort("failed > 1")
    assert Watch([one, two]).look(live(1.0, failed=2)) == two
    assert Watch([one, two]).look(live(1.0, shed=2, failed=2)) == one


def test_each_is_timed_by_itself() -> None:
    watch = Watch([parse_abort("shed > 1 for 4 s"), late := parse_abort("failed > 1 for 2 s")])
    assert watch.look(live(0.0, shed=2)) is None
    assert watch.look(live(1.0, shed=2, failed=2)) is None
    assert watch.look(live(3.0, shed=2, failed=2)) == late
