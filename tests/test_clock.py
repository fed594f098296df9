"""The wall clock of a run."""

import time

from harness.clock import SystemClock


def test_it_tells_the_time_of_day() -> None:
    assert abs(SystemClock().time() - time.time()) < 0.05


def test_it_never_steps_back() -> None:
    clock = SystemClock()
    times = [clock.time() for _ in range(10_000)]
    assert times == sorted(times)


def test_it_sleeps_as_long_as_it_is_told_and_not_at_all_for_what_is_past() -> None:
    clock = SystemClock()
    began_s = clock.time()
    clock.sleep(-5.0)
    clock.sleep(0.01)
    assert 0.01 <= clock.time() - began_s < 1.0


def test_its_signal_is_waited_for_until_it_is_set() -> None:
    signal = SystemClock().signal()
    assert signal.wait(0.001) is False
    signal.set()
    assert signal.wait(10.0) is True
    signal.clear()
    assert signal.wait(0.001) is False
