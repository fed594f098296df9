"""When a fault is in force: all of it, less and less of it, none."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.gateway.window import Window

TIMES = st.floats(0, 1e6, allow_nan=False)
RAMPED = st.builds(Window, TIMES, TIMES, TIMES)


@given(RAMPED, TIMES)
def test_a_level_is_a_share(window: Window, age_s: float) -> None:
    assert 0 <= window.level(age_s) <= 1


@given(RAMPED, TIMES, TIMES)
def test_once_it_has_begun_it_only_ever_falls(window: Window, one_s: float, other_s: float) -> None:
    earlier, later = sorted((window.after_s + one_s, window.after_s + other_s))
    assert window.level(earlier) >= window.level(later)


@given(RAMPED, TIMES)
def test_before_it_begins_and_after_it_ends_there_is_none_of_it(
    window: Window, by_s: float
) -> None:
    assert window.level(window.after_s - by_s - 1e-3) == 0
    assert window.level(window.ends_s + by_s) == 0


@given(TIMES, TIMES)
def test_without_a_length_it_goes_on_for_ever(after_s: float, age_s: float) -> None:
    window = Window(after_s)
    assert window.level(after_s + age_s) == 1
    assert window.ends_s == math.inf


@pytest.mark.parametrize(
    ("age_s", "level"),
    [(0, 0), (4.9, 0), (5, 1), (15, 1), (16, 0.75), (17, 0.5), (18, 0.25), (19, 0), (99, 0)],
)
def test_recovery_is_a_straight_line(age_s: float, level: float) -> None:
    assert Window(after_s=5, lasts_s=10, ramp_s=4).level(age_s) == level


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({"after_s": -1}, "after: got -1, wanted seconds, from 0 to a year"),
        ({"lasts_s": math.nan}, "lasts: got nan"),
        ({"lasts_s": 1, "ramp_s": math.inf}, "ramp: got inf"),
        ({"ramp_s": 3}, "ramp: got 3, wanted lasts as well"),
    ],
)
def test_times_that_cannot_be_are_refused(times: dict[str, float], words: str) -> None:
    with pytest.raises(BadInput) as refused:
        Window(**times)
    assert str(refused.value).startswith(words)
