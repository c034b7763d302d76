from datetime import date, time, timedelta

import pytest

from rooms.scheduling.intervals import Interval
from rooms.scheduling.office_hours import Calendar, CalendarInvalid, days
from tests.pure.rooms.scheduling.worlds import clock

THURSDAY, SATURDAY = date(2025, 5, 22), date(2025, 5, 24)


def test_working_day_has_a_morning_and_an_afternoon() -> None:
    assert Calendar().spans(THURSDAY) == [
        Interval(clock(7, 30), clock(11, 30)),
        Interval(clock(13, 30), clock(17)),
    ]


def test_across_noon_makes_one_span_of_the_day() -> None:
    assert Calendar(across_noon=True).spans(THURSDAY) == [Interval(clock(7, 30), clock(17))]


def test_weekend_and_holiday_have_no_hours() -> None:
    calendar = Calendar(holidays=frozenset({THURSDAY}))
    assert [calendar.spans(day) for day in (THURSDAY, SATURDAY)] == [[], []]


def test_saturday_worked_instead_has_hours_even_if_listed_as_a_holiday() -> None:
    calendar = Calendar(holidays=frozenset({SATURDAY}), worked_days=frozenset({SATURDAY}))
    assert len(calendar.spans(SATURDAY)) == 2


@pytest.mark.parametrize(
    "hours",
    [
        [],
        [(time(9), time(9))],
        [(time(11), time(9))],
        [(time(13), time(17)), (time(7), time(11))],
        [(time(7), time(12)), (time(11), time(17))],
    ],
)
def test_office_hours_that_make_no_day_are_refused(hours: list[tuple[time, time]]) -> None:
    with pytest.raises(CalendarInvalid) as refused:
        Calendar(office_hours=hours)
    assert (refused.value.code, refused.value.params) == ("office_hours_unordered", {"office_hours": hours})


def test_meeting_longer_than_a_half_day_is_given_the_noon() -> None:
    calendar = Calendar()
    assert calendar.suited_to(timedelta(hours=4)) is calendar
    assert calendar.suited_to(timedelta(hours=4, minutes=1)).across_noon is True


def test_third_working_day_skips_the_weekend_and_a_holiday() -> None:
    assert Calendar().working_day_after(THURSDAY, 3) == date(2025, 5, 27)
    assert Calendar(holidays=frozenset({date(2025, 5, 23)})).working_day_after(THURSDAY, 3) == date(2025, 5, 28)


def test_office_that_never_works_has_no_working_day() -> None:
    assert Calendar(weekdays=frozenset()).working_day_after(THURSDAY, 1) is None


def test_days_include_the_first_and_the_last() -> None:
    assert list(days(THURSDAY, SATURDAY)) == [THURSDAY, date(2025, 5, 23), SATURDAY]
    assert list(days(SATURDAY, THURSDAY)) == []
