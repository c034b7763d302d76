"""The pages of a series: dates previewed and chosen on the booking page, the series itself, and its acts."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.planning.actions import cancel_meeting
from meetings.planning.models import Meeting, Series, SkippedDate
from meetings.series.actions import BookedSeries, create_series
from meetings.series.outlook import Choice, Skip
from rooms.scheduling.recurrence import read
from tests.meetings.planning.plans import plan
from tests.people import People, at
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db

WEEK = dt.timedelta(days=7)


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    return client


def wish(**changes: object) -> dict[str, object]:
    return {
        "title": "Họp giao ban",
        "unit": "02",
        "host_endpoint": "T1",
        "day": "2032-02-02",
        "start": "08:00",
        "end": "09:30",
        "setup_minutes": "60",
        "add": ["H024"],
        "repeat": "weekly",
        "interval": "1",
        "ends": "count",
        "count": "4",
        **changes,
    }


def booked(people: People, number: int = 3, choices: dict[dt.date, Choice] | None = None) -> BookedSeries:
    rule = read(f"FREQ=WEEKLY;COUNT={number}", at(8))
    return create_series(people.secretary, plan(people), rule, choices=choices or {})


def test_a_repeating_meeting_is_sent_on_to_its_dates_and_nothing_is_booked(desk: Client) -> None:
    answer = desk.post(reverse("meeting-new"), wish(act="book"))
    assert (answer.status_code, answer["Location"]) == (307, reverse("meeting-dates"))
    assert not Meeting.objects.exists()


def test_the_preview_proposes_to_leave_out_holidays_and_taken_dates(desk: Client, people: People) -> None:
    taken = make_meeting(people, endpoints=["H024"], starts_at=at(8, day=16, month=2, year=2032), title="Tập huấn")
    answer = desk.post(reverse("meeting-dates"), wish())
    lines = answer.context["dates"]
    assert [(line.looked.day.day, line.choice, line.why) for line in lines] == [
        (2, "book", "chosen"),
        (9, "skip", "holiday"),
        (16, "skip", "conflict"),
        (23, "book", "chosen"),
    ]
    content = answer.content.decode()
    assert taken.title in content
    assert "0219.000.0001" in content
    assert (answer.context["booked_dates"], answer.context["lost"]) == (2, 2)
    assert [option.value.partition(":")[0] for option in lines[2].options] == ["move", "move", "move", "skip"]
    assert answer.context["form"]["title"].value() == "Họp giao ban"
    assert not Series.objects.exists()


def test_the_series_is_booked_as_was_chosen_date_by_date(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["H024"], starts_at=at(8, day=16, month=2, year=2032))
    lines = desk.post(reverse("meeting-dates"), wish()).context["dates"]
    move = lines[2].options[0]
    chosen = {"date-2032-02-09": "book", "date-2032-02-16": move.value, "date-2032-02-23": "skip"}
    answer = desk.post(reverse("series-new"), wish(**chosen))
    series = Series.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("series", args=[series.pk]))
    assert list(series.meetings.order_by("occurs_on").values_list("starts_at", flat=True)) == [
        at(8, day=2, month=2, year=2032),
        at(8, day=9, month=2, year=2032),
        move.slot.starts_at,
    ]
    assert SkippedDate.objects.get().why == "chosen"


def test_left_alone_the_proposal_is_booked_and_the_reasons_are_kept(desk: Client) -> None:
    desk.post(reverse("series-new"), wish())
    assert Series.objects.get().meetings.count() == 3
    skipped = SkippedDate.objects.get()
    assert (skipped.why, "Tết" in skipped.note) == ("holiday", True)


def test_a_date_taken_meanwhile_books_nothing_and_is_shown(desk: Client, people: People) -> None:
    chosen = {f"date-2032-02-{day:02}": "book" for day in (2, 16, 23)}
    make_meeting(people, endpoints=["H024"], starts_at=at(8, day=16, month=2, year=2032), title="Tập huấn")
    answer = desk.post(reverse("series-new"), wish(**chosen))
    content = answer.content.decode()
    assert answer.status_code == 409
    assert "Tập huấn" in content
    assert not Series.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"count": ""}, "count"),
        ({"count": "201"}, "count"),
        ({"count": "x"}, "count"),
        ({"ends": "until", "until": ""}, "until"),
        ({"ends": "until", "until": "2031-01-01"}, "until"),
        ({"ends": "until", "until": "2060-01-01"}, "until"),
        ({"repeat": "monthly", "interval": "99", "count": "200"}, "count"),
        ({"interval": "0"}, "interval"),
        ({"weekday": ["XX"]}, "weekday"),
    ],
)
def test_what_cannot_repeat_is_told_beside_its_field(desk: Client, changes: dict[str, object], field: str) -> None:
    for name in ("meeting-dates", "series-new"):
        answer = desk.post(reverse(name), wish(**changes))
        assert answer.status_code == 422
        assert field in answer.context["repeat"].errors
    assert not Series.objects.exists()


def test_wishes_that_no_network_could_fulfil_are_told_in_words(desk: Client) -> None:
    answer = desk.post(reverse("meeting-dates"), wish(title=""))
    assert answer.status_code == 422
    overlapping = desk.post(
        reverse("meeting-dates"), wish(repeat="daily", start="00:30", end="23:59", setup_minutes="60")
    )
    assert (overlapping.status_code, bool(overlapping.context["dates_refused"])) == (422, True)


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"repeat": "daily", "interval": "2", "count": "2"}, ["2032-02-02", "2032-02-04"]),
        ({"weekday": ["MO", "TH"], "count": "3"}, ["2032-02-02", "2032-02-05", "2032-02-09"]),
        ({"ends": "until", "until": "2032-02-10"}, ["2032-02-02", "2032-02-09"]),
        ({"repeat": "monthly", "in_month": "last", "count": "2"}, ["2032-02-29", "2032-03-31"]),
        ({"repeat": "monthly", "in_month": "nth", "count": "2"}, ["2032-02-02", "2032-03-01"]),
        ({"repeat": "monthly", "in_month": "last_weekday", "count": "2"}, ["2032-02-23", "2032-03-29"]),
        ({"repeat": "monthly", "in_month": "date", "count": "2"}, ["2032-02-02", "2032-03-02"]),
    ],
)
def test_the_form_can_say_every_rule_of_an_office(desk: Client, changes: dict[str, object], days: list[str]) -> None:
    lines = desk.post(reverse("meeting-dates"), wish(**changes)).context["dates"]
    assert [line.looked.day.isoformat() for line in lines] == days


def test_the_page_shows_every_date_and_its_acts(desk: Client, people: People) -> None:
    series = booked(people, 4, {dt.date(2031, 12, 8): Skip("holiday", "Nghỉ bù")})
    cancel_meeting(people.secretary, series.meetings[1], reason="Bận")
    content = desk.get(reverse("series", args=[series.series.pk])).content.decode()
    for words in ("Nghỉ bù", "Bận", "T2\N{NO-BREAK SPACE}01/12", reverse("meeting", args=[series.meetings[0].pk])):
        assert words in content
    assert content.count("/add/") == 2
    page = desk.get(reverse("meeting", args=[series.meetings[2].pk])).content.decode()
    assert reverse("series", args=[series.series.pk]) in page


def test_a_page_of_two_hundred_dates_asks_as_much_as_one_of_three(desk: Client, people: People) -> None:
    numbers = []
    few = booked(people).series
    many = create_series(
        people.secretary,
        plan(people, selection=plan(people).selection, starts_at=at(8, day=2), ends_at=at(10, day=2)),
        read("FREQ=WEEKLY;COUNT=60", at(8, day=2)),
    ).series
    desk.get(reverse("series", args=[few.pk]))
    for series in (few, many):
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("series", args=[series.pk])).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_a_date_is_added_again_at_its_time_or_at_a_free_one(desk: Client, people: People) -> None:
    skips: dict[dt.date, Choice] = {dt.date(2031, 12, day): Skip() for day in (8, 15)}
    series = booked(people, 4, skips).series
    address = reverse("series-add", args=[series.pk, "2031-12-08"])
    assert desk.get(address).context["line"].looked.fits
    assert desk.post(address, {"version": "1"})["Location"] == reverse("series", args=[series.pk])
    make_meeting(people, endpoints=["H026"], starts_at=at(9, day=15), title="Tập huấn")
    address = reverse("series-add", args=[series.pk, "2031-12-15"])
    page = desk.get(address)
    assert "Tập huấn" in page.content.decode()
    refused = desk.post(address, {"version": "2"})
    assert (refused.status_code, Meeting.objects.filter(series=series).count()) == (409, 3)
    slot = page.context["line"].looked.slots[0].starts_at
    desk.post(address, {"version": "2", "slot": slot.isoformat()})
    assert Meeting.objects.get(series=series, occurs_on="2031-12-15").starts_at == slot
    assert desk.get(address)["Location"] == reverse("series", args=[series.pk])
    assert desk.get(reverse("series-add", args=[series.pk, "soon"])).status_code == 404


def test_this_and_following_from_the_page(desk: Client, people: People) -> None:
    series = booked(people, 4).series
    address = reverse("series-following", args=[series.pk])
    page = desk.get(address, {"from": "2031-12-15"})
    assert (page.context["later"], page.context["first"]) == (2, dt.date(2031, 12, 15))
    sent = {
        "from": "2031-12-15",
        "version": "1",
        "title": series.title,
        "start": "08:30",
        "end": "10:30",
        "setup_minutes": "60",
        "repeat": "",
    }
    answer = desk.post(address, sent)
    new = Series.objects.latest("pk")
    assert answer["Location"] == reverse("series", args=[new.pk])
    assert list(new.meetings.order_by("starts_at").values_list("starts_at", flat=True)) == [
        at(8, 30) + 2 * WEEK,
        at(8, 30) + 3 * WEEK,
    ]
    stale = desk.post(address, {**sent, "from": "2031-12-01", "version": "1"})
    assert stale.status_code == 409
    fewer = {
        **sent,
        "version": "1",
        "add": "H024",
        "without": "X00715",
        "repeat": "weekly",
        "interval": "1",
        "ends": "count",
        "count": "1",
    }
    desk.post(reverse("series-following", args=[new.pk]), fewer)
    assert list(new.meetings.order_by("starts_at").values_list("status", flat=True)) == ["scheduled", "cancelled"]


def test_a_conflict_of_one_date_changes_none_and_is_named(desk: Client, people: People) -> None:
    series = booked(people, 4).series
    make_meeting(people, endpoints=["H026"], starts_at=at(14) + 3 * WEEK, title="Tập huấn")
    sent = {
        "from": "2031-12-15",
        "version": "1",
        "title": "Tên mới",
        "start": "14:00",
        "end": "15:00",
        "setup_minutes": "60",
        "repeat": "",
    }
    answer = desk.post(reverse("series-following", args=[series.pk]), sent)
    content = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Tập huấn", "22/12/2031", "Tên mới"):
        assert words in content
    assert Series.objects.count() == 1
    empty = desk.post(reverse("series-following", args=[series.pk]), {"from": "x", "version": "1", "start": "9"})
    assert empty.status_code == 422


def test_the_rest_is_cancelled_after_a_question(desk: Client, people: People) -> None:
    series = booked(people, 3).series
    address = reverse("series-cancel", args=[series.pk])
    assert desk.get(address, {"from": "2031-12-08"}).context["later"] == 2
    desk.post(address, {"from": "2031-12-08", "version": "1", "reason": "Nghỉ"})
    assert list(series.meetings.order_by("starts_at").values_list("status", "reason")) == [
        ("scheduled", ""),
        ("cancelled", "Nghỉ"),
        ("cancelled", "Nghỉ"),
    ]
    assert desk.post(address, {"from": "2031-12-01", "version": "1"})["Location"] == reverse("series", args=[series.pk])
    assert series.meetings.filter(status="scheduled").count() == 1
    desk.post(address, {"from": "2031-12-01", "version": "2"})
    page = desk.get(reverse("series", args=[series.pk]))
    assert page.context["coming"] == 0
    assert desk.get(address)["Location"] == reverse("series", args=[series.pk])
