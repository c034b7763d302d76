"""Where times lie on a drawing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.intervals import Interval
from rooms.timeline import timeline

T0 = datetime(2031, 12, 1, tzinfo=UTC)


def hours(start: float, end: float) -> Interval:
    return Interval(T0 + timedelta(hours=start), T0 + timedelta(hours=end))


def test_days_lie_beside_one_another_as_wide_as_they_weigh() -> None:
    line = timeline([(hours(7, 18), 10), (hours(31, 42), 30)])
    assert [(stretch.x, stretch.width) for stretch in line.stretches] == [(0, 25), (25, 75)]


def test_what_lies_in_the_night_is_not_drawn_and_what_spans_it_is_drawn_twice() -> None:
    line = timeline([(hours(7, 17), 1), (hours(31, 41), 1)])
    assert list(line.places(hours(18, 30))) == []
    places = [place for _part, place in line.places(hours(12, 36))]
    assert [(place.x, place.width) for place in places] == [(25, 25), (50, 25)]


def test_numbers_are_written_with_a_point_whatever_the_language() -> None:
    ((_part, place),) = timeline([(hours(0, 3), 1)]).places(hours(1, 2))
    assert (place.left, place.across) == ("33.33", "33.33")


@given(st.lists(st.integers(1, 20), min_size=1, max_size=9), st.data())
def test_the_whole_of_every_stretch_is_drawn_once(weights: list[int], data: st.DataObject) -> None:
    line = timeline([(hours(24 * n + 7, 24 * n + 18), weight) for n, weight in enumerate(weights)])
    whole = sum(place.width for _part, place in line.places(hours(0, 24 * len(weights))))
    assert whole == pytest.approx(100)
    at = data.draw(st.floats(7.5, 17.5))
    day = data.draw(st.integers(0, len(weights) - 1))
    before = sum(place.width for _part, place in line.places(hours(0, 24 * day + at)))
    after = sum(place.width for _part, place in line.places(hours(24 * day + at, 24 * len(weights))))
    assert before + after == pytest.approx(100)
