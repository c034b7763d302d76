"""When the demo's meetings take place, whatever the moment at which it is built."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from meetings.demo.timetable import Timetable

VIETNAM = dt.timezone(dt.timedelta(hours=7))
FIRST = dt.datetime(2025, 6, 1, tzinfo=VIETNAM)
moments = st.timedeltas(dt.timedelta(0), dt.timedelta(days=3650)).map(lambda span: FIRST + span)


@given(moments)
def test_the_meeting_in_session_began_on_a_quarter_of_an_hour_within_two_hours(now: dt.datetime) -> None:
    times = Timetable(now)
    assert dt.timedelta(minutes=105) <= now - times.open_start < dt.timedelta(minutes=120)
    assert times.open_start.minute % 15 == times.open_start.second == times.open_start.microsecond == 0
    assert times.open_end > now


@given(moments)
def test_the_next_afternoon_is_a_working_one_that_the_meeting_in_session_leaves_free(now: dt.datetime) -> None:
    times = Timetable(now)
    assert times.office.is_working(times.next_afternoon)
    start_of_line_test = times.at(times.next_afternoon, 13)
    assert start_of_line_test >= times.open_end
    assert times.office.is_working(times.week_later())
    assert times.week_later() >= times.next_afternoon + dt.timedelta(days=7)


@given(moments, st.integers(1, 60))
def test_so_many_working_days_back_and_ahead_lead_to_the_same_day(now: dt.datetime, number: int) -> None:
    times = Timetable(now)
    assert times.back(number) < now.date()
    assert times.office.is_working(times.back(number))
    assert times.back(number + 1) < times.back(number)
    following = times.ahead(number, times.back(number))
    assert following == (now.date() if times.office.is_working(now.date()) else times.ahead(1))


@given(moments, st.integers(1, 3))
def test_the_middle_of_an_earlier_month_lies_in_that_month_or_just_behind_a_holiday(
    now: dt.datetime, months: int
) -> None:
    times = Timetable(now)
    day = times.mid_month(months)
    first = (now.year * 12 + now.month - 1) - months
    assert dt.timedelta(0) <= day - dt.date(first // 12, first % 12 + 1, 15) < dt.timedelta(days=14)
    assert times.office.is_working(day)


@given(moments, moments)
def test_somebody_sits_at_a_desk_on_a_working_day_not_after_the_moments_day(
    now: dt.datetime, moment: dt.datetime
) -> None:
    times = Timetable(now)
    near = now + (moment - now) % dt.timedelta(days=20)
    sitting = times.desk_time(near, 9, 30)
    assert (sitting.hour, sitting.minute, sitting.second) == (9, 30, 0)
    assert sitting.date() <= near.date()
    assert times.office.is_working(sitting.date())
