"""A series as a whole: previewed, booked whole or with dates left out, dates added again."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.errors import StaleVersion
from audit.models import Entry
from meetings.planning.actions import cancel_meeting, change_meeting
from meetings.planning.models import Meeting, Series, SkippedDate
from meetings.planning.wishes import Changes
from meetings.series.actions import add_date, create_series, preview
from meetings.series.errors import DateUnknown, RuleTooFar, SeriesEmpty, SeriesOverlaps
from meetings.series.outlook import Choice, Move, Skip
from meetings.series.selectors import State, dates_of, place_of, series_row
from realtime.models import StreamEvent
from rooms.errors import BookingConflict, InThePast
from rooms.models import BookedEndpoint, Booking
from rooms.scheduling.recurrence import Rule, read
from tests.meetings.planning.plans import plan
from tests.people import People, at
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db

WEEK = dt.timedelta(days=7)


def weekly(number: int = 4) -> Rule:
    return read(f"FREQ=WEEKLY;COUNT={number}", at(8))


def days(meetings: list[Meeting]) -> list[int]:
    return [meeting.starts_at.astimezone(at(8).tzinfo).day for meeting in meetings]


def nothing_is_left() -> bool:
    return not any(table.objects.exists() for table in (Series, SkippedDate, Meeting, Booking, BookedEndpoint))


def test_a_series_books_every_date_at_the_same_clock_time(people: People) -> None:
    booked = create_series(people.secretary, plan(people), weekly())
    assert [each.starts_at for each in booked.meetings] == [at(8) + n * WEEK for n in range(4)]
    assert [each.occurs_on for each in booked.meetings] == [dt.date(2031, 12, 1) + n * WEEK for n in range(4)]
    assert {each.status for each in booked.meetings} == {"scheduled"}
    assert BookedEndpoint.objects.count() == 4 * 3
    assert (booked.series.rrule, booked.series.minutes) == ("FREQ=WEEKLY;BYDAY=MO;COUNT=4", 120)
    for each in booked.meetings:
        assert StreamEvent.objects.filter(stream__name=each.stream).count() == 1
    entries = Entry.objects.filter(chain__name=f"series:{booked.series.pk}")
    assert [(entry.verb, entry.data["meetings"]) for entry in entries] == [("series.created", 4)]


def test_one_date_that_is_not_free_refuses_the_whole_and_names_its_day(people: People) -> None:
    other = make_meeting(people, endpoints=["H026"], starts_at=at(9) + WEEK, title="Tập huấn")
    with pytest.raises(BookingConflict) as refused:
        create_series(people.secretary, plan(people), weekly())
    conflicts = refused.value.params["conflicts"]
    assert isinstance(conflicts, list)
    (conflict,) = conflicts
    assert (conflict["day"], conflict["endpoint"]) == ("2031-12-08", "H026")
    assert conflict["meeting"] == {"id": other.pk, "title": "Tập huấn"}
    assert refused.value.params["days"] == ["2031-12-08"]
    assert not Series.objects.exists()
    assert Meeting.objects.count() == 1


def test_dates_that_are_not_free_can_be_left_out(people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(9) + WEEK)
    booked = create_series(people.secretary, plan(people), weekly(), on_conflict="skip")
    assert days(list(booked.meetings)) == [1, 15, 22]
    assert [(each.day.day, each.why) for each in booked.skipped] == [(8, "conflict")]


def test_when_no_date_is_free_nothing_is_booked_even_with_skip(people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(9))
    with pytest.raises(BookingConflict):
        create_series(people.secretary, plan(people), weekly(1), on_conflict="skip")
    assert not Series.objects.exists()


def test_each_date_is_skipped_or_moved_as_was_chosen(people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(9) + WEEK)
    choices: dict[dt.date, Choice] = {
        dt.date(2031, 12, 8): Move(at(14) + WEEK),
        dt.date(2031, 12, 15): Skip("holiday", "Nghỉ"),
    }
    booked = create_series(people.secretary, plan(people), weekly(), choices=choices)
    assert [each.starts_at for each in booked.meetings] == [at(8), at(14) + WEEK, at(8) + 3 * WEEK]
    assert booked.meetings[1].occurs_on == dt.date(2031, 12, 8)
    rows = dates_of(booked.series)
    assert [(row.day.day, row.state.value, row.number, row.moved) for row in rows] == [
        (1, "coming", 1, False),
        (8, "coming", 2, True),
        (15, "skipped", 0, False),
        (22, "coming", 3, False),
    ]
    assert rows[2].skipped is not None
    assert (rows[2].skipped.why, rows[2].skipped.note, rows[2].again) == ("holiday", "Nghỉ", True)


def test_a_series_of_skipped_dates_only_is_none(people: People) -> None:
    with pytest.raises(SeriesEmpty):
        create_series(people.secretary, plan(people), weekly(1), choices={dt.date(2031, 12, 1): Skip()})
    assert nothing_is_left()


def test_dates_that_run_into_each_other_are_refused(people: People) -> None:
    long = plan(people, ends_at=at(8) + dt.timedelta(hours=23, minutes=30))
    with pytest.raises(SeriesOverlaps):
        create_series(people.secretary, long, read("FREQ=DAILY;COUNT=2", at(8)))
    assert nothing_is_left()


def test_a_rule_that_leads_too_far_and_one_that_begins_in_the_past_are_refused(people: People) -> None:
    with pytest.raises(RuleTooFar):
        create_series(people.secretary, plan(people), read("FREQ=MONTHLY;INTERVAL=99;COUNT=100", at(8)))
    past = plan(people, starts_at=at(8, year=2020), ends_at=at(10, year=2020))
    with pytest.raises(InThePast) as refused:
        create_series(people.secretary, past, read("FREQ=WEEKLY;COUNT=2", past.starts_at))
    assert refused.value.params["day"] == "2020-12-01"
    assert nothing_is_left()


def test_the_preview_tells_conflicts_holidays_hours_and_free_times_and_books_nothing(people: People) -> None:
    start, end = at(8, day=9, month=2, year=2032), at(10, day=9, month=2, year=2032)
    make_meeting(people, endpoints=["H026"], starts_at=start + WEEK, title="Tập huấn")
    wish = plan(people, starts_at=start, ends_at=end, chair=people.chair.person)
    first, second = preview(people.secretary, wish, read("FREQ=WEEKLY;COUNT=2", start))
    assert (first.fits, "Tết" in first.holiday, first.slots) == (True, True, [])
    assert first.verdict is not None
    assert (second.fits, second.holiday, second.outside_hours) == (False, "", False)
    assert [row["endpoint"] for row in second.conflicts] == ["H026"]
    assert [each.title for each in second.warnings.people] == ["Tập huấn"]
    assert second.slots
    assert all(slot.starts_at >= start + WEEK - dt.timedelta(hours=8) for slot in second.slots)
    assert Series.objects.count() == 0
    late = preview(people.secretary, plan(people, starts_at=at(19), ends_at=at(20)), weekly(1))
    assert late[0].outside_hours


def test_the_number_of_queries_does_not_grow_with_the_dates(people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(9) + WEEK)
    wish = plan(people, chair=people.chair.person)
    preview(people.secretary, wish, weekly(2))
    numbers = []
    for count in (3, 60):
        with CaptureQueriesContext(connection) as queries:
            preview(people.secretary, wish, weekly(count))
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
    assert numbers[0] < 40


def test_a_skipped_date_is_added_again_and_the_series_knows_it(people: People) -> None:
    skip: dict[dt.date, Choice] = {dt.date(2031, 12, 8): Skip("holiday")}
    series = create_series(people.secretary, plan(people), weekly(), choices=skip).series
    meeting = add_date(people.secretary, series, dt.date(2031, 12, 8), version=1)
    assert (meeting.starts_at, meeting.occurs_on, meeting.title) == (
        at(8) + WEEK,
        dt.date(2031, 12, 8),
        "Hội nghị giao ban trực tuyến",
    )
    assert meeting.booking is not None
    assert not SkippedDate.objects.exists()
    series.refresh_from_db()
    assert series.version == 2
    place = place_of(meeting)
    assert place is not None
    assert (place.number, place.total) == (2, 4)
    with pytest.raises(DateUnknown):
        add_date(people.secretary, series, dt.date(2031, 12, 8), version=2)


def test_a_cancelled_date_is_added_again_and_the_cancelled_one_stays_to_be_seen(people: People) -> None:
    booked = create_series(people.secretary, plan(people), weekly(2))
    cancelled = cancel_meeting(people.secretary, booked.meetings[1], reason="Bận")
    assert [row.state for row in dates_of(booked.series)] == [State.COMING, State.CANCELLED]
    new = add_date(people.secretary, booked.series, dt.date(2031, 12, 8), version=1, starts_at=at(14) + WEEK)
    rows = dates_of(booked.series)
    assert [(row.meeting.pk, row.state, row.again) for row in rows[1:] if row.meeting] == [
        (cancelled.pk, State.CANCELLED, False),
        (new.pk, State.COMING, False),
    ]
    assert new.starts_at == at(14) + WEEK


def test_a_date_that_is_not_free_stays_skipped(people: People) -> None:
    skip: dict[dt.date, Choice] = {dt.date(2031, 12, 8): Skip()}
    series = create_series(people.secretary, plan(people), weekly(), choices=skip).series
    make_meeting(people, endpoints=["H026"], starts_at=at(9) + WEEK)
    with pytest.raises(BookingConflict):
        add_date(people.secretary, series, dt.date(2031, 12, 8), version=1)
    assert SkippedDate.objects.count() == 1
    series.refresh_from_db()
    assert series.version == 1


def test_who_saw_an_older_series_adds_nothing(people: People) -> None:
    skip: dict[dt.date, Choice] = {dt.date(2031, 12, day): Skip() for day in (8, 15)}
    series = create_series(people.secretary, plan(people), weekly(), choices=skip).series
    add_date(people.secretary, series, dt.date(2031, 12, 8), version=1)
    with pytest.raises(StaleVersion):
        add_date(people.secretary, series, dt.date(2031, 12, 15), version=1)
    with pytest.raises(DateUnknown):
        add_date(people.secretary, series, dt.date(2031, 12, 9), version=2)


def test_one_date_changed_alone_stays_in_the_series(people: People) -> None:
    booked = create_series(people.secretary, plan(people), weekly(3))
    changes = Changes(starts_at=at(14) + WEEK, ends_at=at(16) + WEEK)
    change_meeting(people.secretary, booked.meetings[1], version=1, changes=changes)
    row = dates_of(booked.series)[1]
    assert (row.day, row.starts_at, row.moved, row.number) == (dt.date(2031, 12, 8), at(14) + WEEK, True, 2)


def test_the_row_of_the_api_has_every_date(people: People) -> None:
    skip: dict[dt.date, Choice] = {dt.date(2031, 12, 8): Skip("holiday", "Tết")}
    row = series_row(create_series(people.secretary, plan(people), weekly(2), choices=skip).series)
    assert [each["state"] for each in row["dates"]] == ["coming", "skipped"]  # type: ignore[attr-defined]
