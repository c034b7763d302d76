"""What speaks against a time: by the calendar minute by minute, by people pair by pair."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.advice import (
    Engagement,
    OnHoliday,
    OutsideOfficeHours,
    calendar_warnings,
    people_elsewhere,
)
from rooms.scheduling.intervals import Interval
from rooms.scheduling.office_hours import Calendar
from tests.pure.rooms.scheduling.worlds import clock, during, intervals

# Thursday 22 May 2025; Friday is made a holiday and Saturday worked in exchange.
CALENDAR = Calendar(
    holidays=frozenset({dt.date(2025, 5, 23)}),
    worked_days=frozenset({dt.date(2025, 5, 24)}),
    names={dt.date(2025, 5, 23): "Ngày hội"},
)
MINUTE = dt.timedelta(minutes=15)

sessions = st.tuples(st.integers(0, 500), st.integers(1, 190)).map(
    lambda pair: Interval(clock(0) + pair[0] * MINUTE, clock(0) + (pair[0] + pair[1]) * MINUTE)
)


def told(session: Interval) -> list[tuple[str, int]]:
    return [
        (each.part if isinstance(each, OutsideOfficeHours) else each.kind, each.day.day)
        for each in calendar_warnings(session, CALENDAR)
    ]


@pytest.mark.parametrize(
    ("session", "found"),
    [
        (Interval(clock(8), clock(11)), []),
        (Interval(clock(7), clock(8)), [("before", 22)]),
        (Interval(clock(16), clock(18)), [("after", 22)]),
        (Interval(clock(11), clock(12)), [("noon", 22)]),
        (Interval(clock(8), clock(16)), []),
        (Interval(clock(5), clock(19)), [("before", 22), ("after", 22)]),
        (Interval(clock(8, day=23), clock(9, day=23)), [("on_holiday", 23)]),
        (Interval(clock(8, day=24), clock(9, day=24)), []),
        (Interval(clock(8, day=25), clock(9, day=25)), [("weekend", 25)]),
        (Interval(clock(22), clock(1, day=23)), [("after", 22), ("on_holiday", 23)]),
        (Interval(clock(22), clock(0, day=23)), [("after", 22)]),
    ],
)
def test_the_calendar_s_warnings_in_the_order_of_days(session: Interval, found: list[tuple[str, int]]) -> None:
    assert told(session) == found


def test_a_day_off_has_its_name() -> None:
    (warning,) = calendar_warnings(Interval(clock(8, day=23), clock(9, day=23)), CALENDAR)
    assert isinstance(warning, OnHoliday)
    assert warning.name == "Ngày hội"


@given(sessions)
def test_there_is_a_warning_exactly_when_some_of_the_session_lies_outside_office_hours(session: Interval) -> None:
    calendar = CALENDAR.suited_to(session.duration)
    quarters = [session.start + n * MINUTE for n in range(session.duration // MINUTE)]
    outside = [
        moment
        for moment in quarters
        if not any(span.contains(moment) for span in calendar.spans(moment.astimezone(calendar.zone).date()))
    ]
    warnings = calendar_warnings(session, CALENDAR)
    assert bool(warnings) == bool(outside)
    for warning in warnings:
        assert session.covers(warning.interval)
        assert warning.interval.start in outside


def engaged(person: int, meeting: int, interval: Interval, *, chairs: bool = False, known: bool = True) -> Engagement:
    return Engagement(
        person=person,
        name=f"Người {person}",
        meeting=meeting,
        title=f"Họp {meeting}",
        endpoint="T1",
        chairs=chairs,
        interval=interval,
        known=known,
    )


engagements = st.lists(
    st.builds(engaged, st.integers(1, 3), st.integers(1, 4), intervals(), chairs=st.booleans(), known=st.booleans())
)


@given(intervals(), engagements)
def test_a_person_is_named_once_for_each_meeting_that_overlaps(session: Interval, given: list[Engagement]) -> None:
    # A meeting has one time.
    times = {each.meeting: each.interval for each in reversed(given)}
    given = [engaged(e.person, e.meeting, times[e.meeting], chairs=e.chairs, known=e.known) for e in given]
    found = people_elsewhere(session, given)
    expected = {(each.name, each.interval) for each in given if each.interval.overlaps(session)}
    assert {(each.name, each.interval) for each in found} == expected
    assert [each.name for each in found] == sorted(each.name for each in found)
    for each in found:
        assert session.covers(each.overlap)
        assert each.interval.covers(each.overlap)


def test_a_meeting_that_is_not_one_s_to_know_has_no_name() -> None:
    (found,) = people_elsewhere(during(0, 30), [engaged(1, 7, during(10, 40), known=False)])
    assert (found.meeting, found.title, found.endpoint, found.overlap) == (None, "", None, during(10, 30))


def test_who_chairs_and_is_invited_counts_as_the_chair() -> None:
    both = [engaged(1, 7, during(0, 40)), engaged(1, 7, during(0, 40), chairs=True)]
    assert [each.chairs for each in people_elsewhere(during(0, 30), both)] == [True]


def test_meetings_that_only_touch_are_no_matter() -> None:
    assert people_elsewhere(during(0, 30), [engaged(1, 7, during(30, 40))]) == []
