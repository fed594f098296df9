"""What a row of the benchmarks' table says of its figures."""

from benchmarks._row import Figure, Row, number


def figure(*samples: float) -> Figure:
    return Figure(samples)


def test_a_figure_is_told_by_its_median_and_its_range() -> None:
    assert figure(3, 1, 200).text == "3.00 (1.00 to 200)"
    assert figure(12_345).text == "12,345"


def test_a_ratio_is_the_median_of_the_pairs_not_the_ratio_of_the_medians() -> None:
    row = Row("x", "calls/s", figure(10, 20, 90), "y", figure(1, 10, 30))
    assert row.ratio == figure(10, 2, 3)
    assert row.ratio.median == 3


def test_where_less_is_better_the_ratio_is_turned_round() -> None:
    row = Row("x", "us", figure(0.5), "y", figure(2.0), ceiling=2)
    assert row.ratio == figure(4)
    assert row.held is True


def test_a_row_holds_only_where_all_that_is_required_does() -> None:
    held = [
        Row("x", "/s", figure(100), "y", figure(10), floor=floor, times=times).held
        for floor, times in ((100, 10), (101, 10), (100, 11), (None, None))
    ]
    assert held == [True, False, False, None]


def test_a_ratio_that_could_not_be_measured_is_not_held_against_ours() -> None:
    assert Row("x", "/s", figure(100), "no LocalStack", floor=1, times=15).held is True


def test_a_row_says_when_others_were_at_work() -> None:
    assert Row("x", "/s", Figure((1,), 0.4)).remarks == "others used 40% of the machine before it"
    assert Row("x", "/s", Figure((1,), 0.05), note="slow").remarks == "slow"


def test_numbers_have_three_digits_or_more() -> None:
    assert [number(n) for n in (0, 0.334, 12.34, 123.4, 45_678)] == [
        *("0", "0.33", "12.3", "123", "45,678")
    ]
