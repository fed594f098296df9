"""The clock of the tests is tested too: a clock that is wrong would make them all agree."""

import pytest

from tests.virtual import START_S, VirtualClock


def test_time_advances_to_what_is_due_next_and_no_further() -> None:
    clock = VirtualClock()
    seen: list[tuple[str, float]] = []

    def sleeper(name: str, seconds: float) -> None:
        clock.sleep(seconds)
        seen.append((name, clock.time() - START_S))

    clock.spawn(sleeper, "late", 3.0)
    clock.spawn(sleeper, "early", 1.0)
    clock.sleep(2.0)
    assert seen == [("early", 1.0)]
    assert clock.time() == START_S + 2.0
    clock.sleep(5.0)
    assert seen == [("early", 1.0), ("late", 3.0)]


def test_what_is_ready_at_once_runs_in_the_order_in_which_it_became_ready() -> None:
    clock = VirtualClock()
    seen: list[int] = []
    for number in range(5):
        clock.spawn(seen.append, number)
    clock.sleep(0.0)
    assert seen == [0, 1, 2, 3, 4]


def test_a_signal_wakes_all_who_wait_and_those_who_come_later_do_not_wait() -> None:
    clock = VirtualClock()
    signal = clock.signal()
    woken: list[bool] = []
    for _ in range(2):
        clock.spawn(lambda: woken.append(signal.wait(10.0)))
    clock.sleep(1.0)
    assert woken == []
    signal.set()
    clock.sleep(0.0)
    assert woken == [True, True]
    assert signal.wait() is True
    assert clock.time() == START_S + 1.0


def test_a_wait_that_times_out_says_so() -> None:
    clock = VirtualClock()
    assert clock.signal().wait(4.0) is False
    assert clock.time() == START_S + 4.0


def test_a_signal_that_was_cleared_is_waited_for_again() -> None:
    clock = VirtualClock()
    signal = clock.signal()
    signal.set()
    signal.clear()
    assert signal.wait(1.0) is False


def test_an_error_in_a_greenlet_comes_out_of_whoever_lets_time_pass() -> None:
    clock = VirtualClock()
    clock.spawn(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        clock.sleep(1.0)


def test_waiting_for_what_will_never_happen_is_an_error() -> None:
    with pytest.raises(AssertionError, match="never happen"):
        VirtualClock().signal().wait()
