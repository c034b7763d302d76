"""The history of a series: what was done to it as a whole, told in the reader's language to those who prepare it."""

import datetime as dt
import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from meetings.live.actions import call_off_rest
from meetings.planning.models import Series
from meetings.series.actions import add_date, change_following, create_series, note
from meetings.series.following import Following
from meetings.series.outlook import Choice, Skip
from rooms.scheduling.recurrence import read
from tests.meetings.planning.plans import plan
from tests.people import People, at

pytestmark = pytest.mark.django_db

SECOND, THIRD, FOURTH = (dt.date(2031, 12, day) for day in (8, 15, 22))


@pytest.fixture
def series(people: People) -> Series:
    """Five Mondays, of which the second was left out and added again; from the third on half an hour later, and from
    the fourth on called off."""
    skip: dict[dt.date, Choice] = {SECOND: Skip("holiday")}
    old = create_series(people.secretary, plan(people), read("FREQ=WEEKLY;COUNT=5", at(8)), choices=skip).series
    add_date(people.secretary, old, SECOND, version=1)
    old.refresh_from_db()
    new = change_following(people.secretary, old, THIRD, Following(clock=dt.time(8, 30)), version=2).series
    call_off_rest(people.secretary, new, FOURTH, version=1, reason="")
    return old


def told(client: Client, series: Series, language: str = "en", query: str = "") -> list[str]:
    client.cookies["django_language"] = language
    page = client.get(reverse("series-history", args=[series.pk]) + query).content.decode()
    return [html.unescape(clause) for clause in re.findall(r"</th><td>(.*?)</td>", page)]


def test_every_act_on_the_series_is_told_newest_first(client: Client, people: People, series: Series) -> None:
    client.force_login(people.secretary)
    assert told(client, series) == [
        "Changed 3 dates from 15/12/2031 on; they are a series of their own now",
        "Added the date 08/12/2031 again",
        "Booked the series: 4 dates",
    ]
    later = Series.objects.latest("pk")
    assert told(client, later) == ["Cancelled 2 dates from 22/12/2031 on", "Booked the series: 3 dates"]


def test_it_is_told_in_vietnamese(client: Client, people: People, series: Series) -> None:
    client.force_login(people.secretary)
    assert told(client, series, "vi")[1:] == ["Thêm lại buổi 08/12/2031", "Đặt cả chuỗi: 4 buổi"]


def test_a_change_of_all_dates_names_their_number(client: Client, people: People) -> None:
    series = create_series(people.secretary, plan(people), read("FREQ=WEEKLY;COUNT=3", at(8))).series
    first = dt.date(2031, 12, 1)
    change_following(people.secretary, series, first, Following(clock=dt.time(8, 30)), version=1)
    client.force_login(people.secretary)
    assert told(client, series)[0] == "Changed 3 dates from 01/12/2031 on"


def test_the_series_leads_to_it_and_readers_are_kept_out(client: Client, people: People, series: Series) -> None:
    address = reverse("series-history", args=[series.pk])
    client.force_login(people.secretary)
    assert address in client.get(reverse("series", args=[series.pk])).content.decode()
    client.force_login(people.observer)
    assert client.get(address).status_code in {403, 404}


def test_older_entries_are_a_page_away(client: Client, people: People, series: Series) -> None:
    for _time in range(60):
        note(people.secretary, "series.date_added", series, {"day": SECOND})
    client.force_login(people.secretary)
    assert len(told(client, series)) == 50
    oldest = Entry.objects.filter(chain__name=f"series:{series.pk}").count() - 49
    assert len(told(client, series, query=f"?before={oldest}")) == 13
    assert len(told(client, series, query="?before=x")) == 50
