"""Weekly hours turned round into closed stretches: counted minute by minute beside the fast way."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.conflicts import OFFICE_ZONE
from rooms.scheduling.intervals import Interval, merge
from rooms.scheduling.opening_hours import Span, WeeklyHours, closed_outside

MONDAY = dt.datetime(2025, 5, 19, tzinfo=OFFICE_ZONE)
QUARTER = dt.timedelta(minutes=15)
QUARTERS_OF_DAY = 96

quarters = st.integers(0, QUARTERS_OF_DAY)


def clock(quarter: int) -> dt.time:
    """The time after so many quarters of an hour; 24:00 is written 23:59."""
    return dt.time(23, 59) if quarter == QUARTERS_OF_DAY else dt.time(quarter // 4, quarter % 4 * 15)


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    edges = sorted(draw(st.sets(quarters, min_size=0, max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return draw(st.permutations([(clock(opens), clock(closes)) for opens, closes in pairs]))


weeks = st.dictionaries(st.integers(0, 6), spans(), max_size=7)
windows = st.tuples(st.integers(0, 900), st.integers(1, 900)).map(
    lambda pair: Interval(MONDAY + pair[0] * QUARTER, MONDAY + (pair[0] + pair[1]) * QUARTER)
)


def is_open(hours: WeeklyHours, moment: dt.datetime) -> bool:
    time = moment.astimezone(OFFICE_ZONE).time()
    return any(
        opens <= time and (time < closes or closes == dt.time(23, 59)) for opens, closes in of_day(hours, moment)
    )


def of_day(hours: WeeklyHours, moment: dt.datetime) -> list[Span]:
    return list(hours.get(moment.astimezone(OFFICE_ZONE).weekday(), ()))


@given(weeks, windows)
def test_every_quarter_of_the_window_is_closed_exactly_when_no_span_holds_it(
    hours: dict[int, list[Span]], window: Interval
) -> None:
    closed = closed_outside(hours, window)
    always_open = not any(hours.values())
    moment = window.start
    while moment < window.end:
        shut = any(each.contains(moment) for each in closed)
        assert shut == (not always_open and not is_open(hours, moment))
        moment += QUARTER


@given(weeks, windows)
def test_stretches_are_apart_ascending_whole_and_touch_the_window(
    hours: dict[int, list[Span]], window: Interval
) -> None:
    closed = closed_outside(hours, window)
    assert closed == merge(closed)
    for each in closed:
        assert each.overlaps(window)
        # Whole: it begins as something closes and ends as something opens.
        assert is_open(hours, each.start - dt.timedelta(seconds=1))
        assert is_open(hours, each.end)


@given(weeks, windows, windows)
def test_a_stretch_is_the_same_whichever_window_asks(
    hours: dict[int, list[Span]], window: Interval, other: Interval
) -> None:
    both = closed_outside(hours, Interval(min(window.start, other.start), max(window.end, other.end)))
    assert [each for each in both if each.overlaps(window)] == closed_outside(hours, window)


def test_a_weekend_is_one_stretch() -> None:
    office = {day: [(dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 30), dt.time(17))] for day in range(5)}
    saturday = Interval(MONDAY + dt.timedelta(days=5, hours=8), MONDAY + dt.timedelta(days=5, hours=9))
    assert closed_outside(office, saturday) == [
        Interval(MONDAY + dt.timedelta(days=4, hours=17), MONDAY + dt.timedelta(days=7, hours=7, minutes=30))
    ]


def test_no_hours_at_all_are_open_at_any_time() -> None:
    assert closed_outside({}, Interval(MONDAY, MONDAY + QUARTER)) == []
    assert closed_outside({0: []}, Interval(MONDAY, MONDAY + QUARTER)) == []
