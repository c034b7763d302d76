"""This date and those after it: the series is split there, and nothing of what hangs on a meeting is lost."""

import datetime as dt

import pytest
import time_machine

from accounts.errors import StaleVersion
from audit.models import Entry
from meetings.planning.actions import cancel_meeting, change_meeting, open_meeting
from meetings.planning.models import Meeting, Series, SkippedDate
from meetings.planning.wishes import Changes
from meetings.series.actions import BookedSeries, change_following, create_series
from meetings.series.errors import SeriesOver
from meetings.series.following import Following
from meetings.series.outlook import Choice, Skip
from meetings.series.selectors import State, dates_of
from rooms.errors import BookingConflict
from rooms.models import BookedEndpoint, Booking
from rooms.scheduling.recurrence import read
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.people import People, at
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db

WEEK = dt.timedelta(days=7)
HALF = dt.timedelta(minutes=30)
THIRD = dt.date(2031, 12, 15)
LATER = Following(clock=dt.time(8, 30))


def series_of(people: People, number: int = 5, choices: dict[dt.date, Choice] | None = None) -> BookedSeries:
    rule = read(f"FREQ=WEEKLY;COUNT={number}", at(8))
    return create_series(people.secretary, plan(people), rule, choices=choices or {})


def everything() -> list[object]:
    tables = (Series, SkippedDate, Meeting, Booking, BookedEndpoint, Entry)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_half_an_hour_later_from_the_third_date_on(people: People) -> None:
    booked = series_of(people)
    invite(booked.meetings[3], people, "delegate", "H026")
    split = change_following(people.secretary, booked.series, THIRD, LATER, version=1)
    old, new = Series.objects.order_by("pk")
    assert split.series == new
    assert (old.version, new.version) == (2, 1)
    assert [row.starts_at for row in dates_of(old)] == [at(8), at(8) + WEEK]
    rows = dates_of(new)
    assert [row.meeting.pk for row in rows if row.meeting] == [each.pk for each in booked.meetings[2:]]
    assert [row.starts_at for row in rows] == [at(8, 30) + n * WEEK for n in (2, 3, 4)]
    assert not any(row.moved for row in rows)
    assert (old.rrule, new.rrule) == (
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20311208T165959Z",
        "FREQ=WEEKLY;BYDAY=MO;COUNT=3",
    )
    assert booked.meetings[3].participants.count() == 1
    for meeting in split.meetings:
        assert (meeting.version, meeting.revision) == (2, 1)
        assert meeting.booking is not None
        assert meeting.booking.starts_at == meeting.starts_at
    assert Entry.objects.filter(chain__name=f"series:{old.pk}", verb="series.split").count() == 1


def test_from_the_first_date_on_it_stays_the_same_series(people: People) -> None:
    booked = series_of(people, 3)
    wish = Following(clock=dt.time(9), minutes=60, changes=Changes(title="Giao ban mới"))
    split = change_following(people.secretary, booked.series, dt.date(2031, 12, 1), wish, version=1)
    series = Series.objects.get()
    assert split.series == series
    assert (series.title, series.minutes, series.version, series.starts_at) == ("Giao ban mới", 60, 2, at(9))
    assert [(row.starts_at, row.meeting.title, row.moved) for row in dates_of(series) if row.meeting] == [
        (at(9) + n * WEEK, "Giao ban mới", False) for n in range(3)
    ]


def test_a_date_that_is_not_free_leaves_everything_exactly_as_it_was(people: People) -> None:
    booked = series_of(people)
    make_meeting(people, endpoints=["H026"], starts_at=at(12) + 3 * WEEK, title="Tập huấn")
    before = everything()
    with pytest.raises(BookingConflict) as refused:
        change_following(people.secretary, booked.series, THIRD, Following(clock=dt.time(9, 30)), version=1)
    assert refused.value.params["days"] == ["2031-12-22"]
    assert everything() == before


def test_one_date_with_a_time_or_a_title_of_its_own_keeps_it(people: People) -> None:
    booked = series_of(people)
    own = Changes(starts_at=at(14) + 3 * WEEK, ends_at=at(16) + 3 * WEEK)
    change_meeting(people.secretary, booked.meetings[3], version=1, changes=own)
    change_meeting(people.secretary, booked.meetings[4], version=1, changes=Changes(title="Giao ban tổng kết"))
    wish = Following(clock=dt.time(8, 30), changes=Changes(title="Giao ban tuần"))
    new = change_following(people.secretary, booked.series, THIRD, wish, version=1).series
    assert [(row.starts_at, row.meeting.title) for row in dates_of(new) if row.meeting] == [
        (at(8, 30) + 2 * WEEK, "Giao ban tuần"),
        (at(14) + 3 * WEEK, "Giao ban tuần"),
        (at(8, 30) + 4 * WEEK, "Giao ban tổng kết"),
    ]


def test_another_weekday_takes_the_meetings_along_and_skipped_weeks_stay_skipped(people: People) -> None:
    booked = series_of(people, choices={dt.date(2031, 12, 22): Skip("holiday", "Nghỉ")})
    cancel_meeting(people.secretary, booked.meetings[3], reason="Bận")
    rule = read("FREQ=WEEKLY;BYDAY=TH;COUNT=4", at(8) + 2 * WEEK)
    split = change_following(people.secretary, booked.series, THIRD, Following(rule=rule), version=1)
    assert [(row.day, row.state, row.meeting and row.meeting.pk) for row in dates_of(split.series)] == [
        (dt.date(2031, 12, 18), State.COMING, booked.meetings[2].pk),
        (dt.date(2031, 12, 25), State.SKIPPED, None),
        (dt.date(2032, 1, 1), State.CANCELLED, booked.meetings[3].pk),
        (dt.date(2032, 1, 8), State.COMING, split.added[0].pk),
    ]
    assert split.meetings[0].starts_at == at(8) + 2 * WEEK + dt.timedelta(days=3)


def test_what_the_new_rule_has_no_date_for_is_called_off(people: People) -> None:
    booked = series_of(people)
    rule = read("FREQ=WEEKLY;INTERVAL=2;COUNT=2", at(8) + 2 * WEEK)
    split = change_following(people.secretary, booked.series, THIRD, Following(rule=rule), version=1)
    assert [each.pk for each in split.cancelled] == [booked.meetings[3].pk]
    assert [row.state for row in dates_of(split.series)] == [State.COMING, State.CANCELLED, State.COMING]
    assert BookedEndpoint.objects.filter(released=False).count() == 4 * 3


def test_other_endpoints_from_one_date_on(people: People) -> None:
    booked = series_of(people, 3)
    wish = Following(changes=Changes(selection=read_selection({"endpoints": ["T1", "H024"]})))
    change_following(people.secretary, booked.series, dt.date(2031, 12, 8), wish, version=1)
    booked_codes = BookedEndpoint.objects.order_by("starts_at", "endpoint__code").values_list(
        "endpoint__code", flat=True
    )
    assert list(booked_codes) == ["H026", "T1", "X00715", "H024", "T1", "H024", "T1"]


def test_meetings_that_take_each_others_place_find_an_order(people: People) -> None:
    """Daily from 08:00 to 20:00, eight hours later: each moves into the set-up of the next."""
    wish = plan(people, ends_at=at(20), setup_minutes=240)
    rule = read("FREQ=DAILY;COUNT=4", at(8))
    booked = create_series(people.secretary, wish, rule)
    change_following(people.secretary, booked.series, dt.date(2031, 12, 1), Following(clock=dt.time(16)), version=1)
    assert [row.starts_at.astimezone(at(8).tzinfo).hour for row in dates_of(booked.series)] == [16] * 4


def test_what_is_held_or_in_session_is_never_touched(people: People) -> None:
    booked = series_of(people)
    open_meeting(people.secretary, booked.meetings[1])
    with time_machine.travel(at(12) + WEEK, tick=False):
        split = change_following(people.secretary, booked.series, dt.date(2031, 12, 1), LATER, version=1)
        assert len(split.meetings) == 3
    first, second = Meeting.objects.order_by("starts_at")[:2]
    assert (first.starts_at, second.starts_at) == (at(8), at(8) + WEEK)
    assert (first.version, second.version) == (1, 2)
    booked.series.refresh_from_db()
    assert [(row.state, row.moved) for row in dates_of(booked.series)] == [(State.COMING, False), (State.OPEN, False)]


def test_a_series_that_is_over_and_one_that_changed_meanwhile_are_refused(people: People) -> None:
    booked = series_of(people, 2)
    with pytest.raises(StaleVersion):
        change_following(people.secretary, booked.series, dt.date(2031, 12, 1), LATER, version=2)
    with time_machine.travel(at(12) + WEEK, tick=False), pytest.raises(SeriesOver):
        change_following(people.secretary, booked.series, dt.date(2031, 12, 1), LATER, version=1)
