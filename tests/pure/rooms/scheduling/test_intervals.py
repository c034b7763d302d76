from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.intervals import Interval, IntervalInvalid, gaps, hold, hull, merge
from tests.pure.rooms.scheduling.worlds import at, during, intervals, minutes


def test_interval_has_no_place_for_an_end_that_is_not_after_its_start() -> None:
    with pytest.raises(IntervalInvalid) as refused:
        during(10, 10)
    assert refused.value.code == "interval_empty"
    assert refused.value.params == {"start": at(10), "end": at(10)}


@pytest.mark.parametrize("naive", ["start", "end"])
def test_interval_refuses_a_time_without_offset(naive: str) -> None:
    times = {"start": at(0), "end": at(10)}
    times[naive] = times[naive].replace(tzinfo=None)
    with pytest.raises(IntervalInvalid) as refused:
        Interval(**times)
    assert refused.value.code == "interval_naive"


def test_intervals_that_touch_do_not_overlap() -> None:
    assert during(0, 10).overlaps(during(10, 20)) is False
    assert during(10, 20).intersection(during(0, 10)) is None


def test_interval_holds_its_start_but_not_its_end() -> None:
    morning = during(0, 10)
    assert [morning.contains(at(minute)) for minute in (-1, 0, 9, 10)] == [False, True, True, False]


def test_the_same_time_in_two_zones_is_the_same_interval() -> None:
    there = Interval(datetime(2025, 5, 22, 1, 0, tzinfo=UTC), datetime(2025, 5, 22, 1, 10, tzinfo=UTC))
    assert there == during(0, 10)
    assert there.duration == timedelta(minutes=10)


def test_hold_adds_setup_before_and_teardown_after() -> None:
    assert hold(at(60), at(90), timedelta(hours=1), timedelta(minutes=5)) == during(0, 95)


@pytest.mark.parametrize(("setup", "teardown"), [(-1, 0), (0, -1)])
def test_hold_refuses_a_negative_margin(setup: int, teardown: int) -> None:
    with pytest.raises(IntervalInvalid) as refused:
        hold(at(0), at(10), timedelta(minutes=setup), timedelta(minutes=teardown))
    assert refused.value.code == "margin_negative"


def test_hold_does_not_make_an_empty_meeting_real() -> None:
    with pytest.raises(IntervalInvalid) as refused:
        hold(at(10), at(10), timedelta(minutes=5), timedelta(minutes=5))
    assert refused.value.code == "interval_empty"


def test_merge_joins_intervals_that_touch_and_keeps_those_apart() -> None:
    assert merge([during(30, 40), during(10, 20), during(0, 10), during(2, 5)]) == [during(0, 20), during(30, 40)]


def test_gaps_of_an_empty_diary_are_the_whole_window() -> None:
    assert gaps(during(0, 10), []) == [during(0, 10)]


@given(intervals(), intervals())
def test_intersection_is_what_the_minutes_have_in_common(one: Interval, other: Interval) -> None:
    common = one.intersection(other)
    assert (minutes(common) if common else set()) == minutes(one) & minutes(other)
    assert one.overlaps(other) == bool(minutes(one) & minutes(other))
    assert one.covers(other) == (minutes(other) <= minutes(one))


@given(st.lists(intervals()))
def test_merge_fills_the_same_minutes_with_intervals_that_do_not_touch(busy: list[Interval]) -> None:
    merged = merge(busy)
    assert set().union(*map(minutes, merged)) == set().union(*map(minutes, busy))
    assert all(before.end < after.start for before, after in pairwise(merged))


@given(intervals(), st.lists(intervals()))
def test_gaps_are_the_minutes_of_the_window_that_nobody_fills(window: Interval, busy: list[Interval]) -> None:
    free = gaps(window, busy)
    assert set().union(*map(minutes, free)) == minutes(window) - set().union(*map(minutes, busy))
    assert merge(free) == free


@given(st.lists(intervals(), min_size=1))
def test_hull_covers_all_and_begins_and_ends_with_one_of_them(busy: list[Interval]) -> None:
    whole = hull(busy)
    assert all(whole.covers(each) for each in busy)
    assert whole.start in {each.start for each in busy}
    assert whole.end in {each.end for each in busy}
