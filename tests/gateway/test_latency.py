"""Latencies: drawn as asked, the same under the same seed, and refused where they make no sense."""

import random
import statistics

import pytest

from harness.errors import BadInput
from harness.gateway.latency import Latency, parse


def test_the_median_and_the_99th_percentile_come_out_as_asked() -> None:
    draw = Latency(0.008, 0.060).sampler(random.Random(3))
    drawn = [draw() for _ in range(50_000)]
    assert statistics.median(drawn) == pytest.approx(0.008, rel=0.03)
    assert statistics.quantiles(drawn, n=100)[98] == pytest.approx(0.060, rel=0.06)


def test_the_same_seed_draws_the_same_latencies() -> None:
    one, other = (Latency().sampler(random.Random(5)) for _ in range(2))
    assert [one() for _ in range(100)] == [other() for _ in range(100)]


def test_none_is_none() -> None:
    assert parse("0").sampler(random.Random(1))() == 0.0


@pytest.mark.parametrize(
    ("text", "latency"),
    [
        ("8ms,60ms", Latency(0.008, 0.06)),
        ("0", Latency(0, 0)),
        ("250us, 1.5s", Latency(0.00025, 1.5)),
        ("20ms", Latency(0.02, 0.02)),
    ],
)
def test_latencies_are_spelled_with_units(text: str, latency: Latency) -> None:
    assert latency == parse(text)


@pytest.mark.parametrize("text", ["", "fast", "8ms,", "60ms,8ms", "-1ms", "1,2,3", "0,5ms", "2h"])
def test_what_is_no_latency_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="wanted 0, or a median"):
        parse(text)


@pytest.mark.parametrize("seconds", [(1e-320, 1.0), (1e-9, 1e-9), (1.0, 3600.0)])
def test_a_latency_too_short_or_too_long_to_draw_is_refused(seconds: tuple[float, float]) -> None:
    with pytest.raises(BadInput, match="wanted 0, or a median"):
        Latency(*seconds)


def test_no_reply_is_held_back_for_more_than_an_hour() -> None:
    draw = Latency(1e-6, 3599.0).sampler(random.Random(1))
    assert max(draw() for _ in range(50_000)) == 3600.0
