"""The office calendar: what the public one says, what the office says over it, and the page of both."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.decision import Role
from accounts.models import Membership, User
from audit.models import Entry
from rooms.calendar.actions import add_day, change_day, remove_day
from rooms.calendar.selectors import year_marks
from rooms.errors import OfficeDayTaken
from rooms.models import OfficeDay
from rooms.slots import office_calendar
from tests.people import People

pytestmark = pytest.mark.django_db

NEW_YEAR, WORKDAY, SATURDAY = dt.date(2031, 1, 1), dt.date(2031, 6, 2), dt.date(2031, 6, 7)


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.administrator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def days(desk: Client, year: int = 2031) -> str:
    answer = desk.get(reverse("office-calendar"), {"year": year})
    assert answer.status_code == 200
    return answer.content.decode()


def fields(**changes: object) -> dict[str, object]:
    return {"day": "2031-06-02", "kind": "off", "name": "Ngày truyền thống", **changes}


def test_the_office_s_word_stands_over_the_public_calendar(people: People) -> None:
    add_day(people.administrator, NEW_YEAR, worked=True, name="Trực Tết")
    add_day(people.administrator, WORKDAY, worked=False, name="Ngày truyền thống")
    add_day(people.administrator, SATURDAY, worked=True, name="Làm bù")
    calendar = office_calendar(2031, 2031)
    assert [calendar.is_working(day) for day in (NEW_YEAR, WORKDAY, SATURDAY)] == [True, False, True]
    assert calendar.names[WORKDAY] == "Ngày truyền thống"


def test_a_saturday_worked_by_decree_can_be_off_at_this_office(people: People) -> None:
    saturday = dt.date(2026, 8, 22)
    assert office_calendar(2026, 2026).is_working(saturday)
    add_day(people.administrator, saturday, worked=False, name="Nghỉ riêng")
    assert not office_calendar(2026, 2026).is_working(saturday)


def test_a_change_holds_at_once_though_another_process_made_it(people: People) -> None:
    assert office_calendar(2031, 2031).is_working(WORKDAY)
    # As another process does it: nothing in this one is told.
    OfficeDay.objects.create(day=WORKDAY, name="Ngày truyền thống")
    assert not office_calendar(2031, 2031).is_working(WORKDAY)
    OfficeDay.objects.all().delete()
    assert office_calendar(2031, 2031).is_working(WORKDAY)


@pytest.mark.parametrize("number", [0, 3, 300])
def test_the_calendar_takes_one_query_however_many_days_it_has(number: int) -> None:
    OfficeDay.objects.bulk_create(
        OfficeDay(day=NEW_YEAR + dt.timedelta(days=n), name=f"Ngày {n}") for n in range(number)
    )
    with CaptureQueriesContext(connection) as queries:
        calendar = office_calendar(2031, 2031)
    assert (len(queries), len(calendar.holidays) >= number) == (1, True)


def test_holidays_have_names_in_both_languages() -> None:
    named = {}
    for language in ("vi", "en"):
        with override(language):
            marks = {mark.day: mark.name for mark in year_marks(2026)}
        named[language] = [marks[dt.date(2026, month, day)] for month, day in ((2, 17), (4, 30), (9, 2))]
    assert named == {
        "vi": ["Tết Nguyên Đán", "Ngày Chiến thắng", "Quốc khánh"],
        "en": ["Lunar New Year", "Liberation Day/Reunification Day", "National Day"],
    }


def test_a_day_added_changed_and_removed_stands_in_the_journal(people: People) -> None:
    add_day(people.administrator, WORKDAY, worked=False, name="Ngày truyền thống")
    change_day(people.administrator, WORKDAY, worked=False, name="Ngày truyền thống")
    change_day(people.administrator, WORKDAY, worked=True, name="Ngày làm việc")
    remove_day(people.administrator, WORKDAY)
    told = [(entry.verb, entry.data["day"]) for entry in Entry.objects.order_by("seq")]
    assert told == [
        ("calendar.day_added", "2031-06-02"),
        ("calendar.day_changed", "2031-06-02"),
        ("calendar.day_removed", "2031-06-02"),
    ]


def test_a_day_is_spoken_of_once(people: People) -> None:
    add_day(people.administrator, WORKDAY, worked=False, name="Ngày truyền thống")
    with pytest.raises(OfficeDayTaken):
        add_day(people.administrator, WORKDAY, worked=True, name="Ngày khác")
    assert [row.name for row in OfficeDay.objects.all()] == ["Ngày truyền thống"]


def test_the_page_lists_the_year_with_the_source_of_each_day(desk: Client, people: People) -> None:
    add_day(people.administrator, NEW_YEAR, worked=True, name="Trực Tết")
    page = days(desk)
    assert "Trực Tết" in page
    assert "Public calendar: New Year&#x27;s Day" in page
    assert page.index("Trực Tết") < page.index("National Day")


def test_a_day_is_added_changed_and_removed_on_the_page(desk: Client) -> None:
    assert desk.post(reverse("office-calendar"), fields()).status_code == 302
    assert "Ngày truyền thống" in days(desk)
    address = reverse("office-day", args=["2031-06-02"])
    assert desk.get(address).context["form"].initial == {"kind": "off", "name": "Ngày truyền thống"}
    desk.post(address, {"kind": "worked", "name": "Ngày làm việc"})
    row = OfficeDay.objects.get()
    assert (row.worked, row.name) == (True, "Ngày làm việc")
    desk.post(reverse("office-day-remove", args=["2031-06-02"]))
    assert not OfficeDay.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": ""}, "This field is required."),
        ({"day": "2031-02-30"}, "Enter a valid date."),
        ({"day": "1931-02-03"}, "The calendar holds the years 2000 to 2100."),
        ({"name": " "}, "This field is required."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"kind": "sometimes"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_entered_is_said_and_nothing_typed_is_lost(
    desk: Client, changes: dict[str, object], words: str
) -> None:
    answer = desk.post(reverse("office-calendar"), fields(**changes))
    assert (answer.status_code, OfficeDay.objects.count()) == (422, 0)
    assert words in answer.content.decode()
    assert answer.context["form"]["name"].value() == fields(**changes)["name"]


def test_a_double_day_is_refused_in_words(desk: Client) -> None:
    desk.post(reverse("office-calendar"), fields())
    answer = desk.post(reverse("office-calendar"), fields(name="Ngày khác"))
    assert answer.status_code == 422
    assert "The office says something of this day already." in answer.content.decode()


@pytest.mark.parametrize("year", ["", "abc", "1", "99999", "-3", "2101"])
def test_a_year_that_cannot_be_shown_is_the_present_one(desk: Client, year: str) -> None:
    answer = desk.get(reverse("office-calendar"), {"year": year})
    assert answer.context["year"] == dt.datetime.now(dt.UTC).astimezone().year


def test_a_year_without_days_says_so(desk: Client) -> None:
    assert desk.get(reverse("office-calendar"), {"year": 2100}).status_code == 200


@pytest.mark.parametrize("day", ["2031-06-02", "yesterday", "2031-13-45", "20310602"])
def test_a_day_of_which_the_office_says_nothing_is_not_found(desk: Client, day: str) -> None:
    assert desk.get(reverse("office-day", args=[day])).status_code == 404
    assert desk.post(reverse("office-day-remove", args=[day])).status_code == 404


def test_whoever_books_reads_it_and_does_not_change_it(client: Client, people: People) -> None:
    client.force_login(people.secretary)
    page = client.get(reverse("office-calendar"), {"year": 2031}).content.decode()
    assert reverse("office-day", args=["2031-01-01"]) not in page
    assert client.post(reverse("office-calendar"), fields()).status_code == 403
    assert not OfficeDay.objects.exists()


def test_the_administrator_of_a_lower_unit_does_not_change_everybody_s_calendar(client: Client, people: People) -> None:
    user = User.objects.create_user("huyen", password="demo-pass-1")
    Membership.objects.create(user=user, role=Role.ADMINISTRATOR.value, unit=people.network.units["026"])
    client.force_login(user)
    assert client.get(reverse("office-calendar")).status_code == 200
    assert client.post(reverse("office-calendar"), fields()).status_code == 403


@pytest.mark.parametrize("number", [0, 1, 365])
def test_the_page_takes_the_same_queries_however_many_days(desk: Client, number: int) -> None:
    OfficeDay.objects.bulk_create(
        OfficeDay(day=NEW_YEAR + dt.timedelta(days=n), name=f"Ngày {n}") for n in range(number)
    )
    desk.get(reverse("office-calendar"))
    with CaptureQueriesContext(connection) as queries:
        days(desk)
    assert len(queries) == 5
