"""The room screen: who may hang it up, what it shows when, and that it holds no names."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings.attendance.models import CheckIn
from meetings.attendance.qr import qr_path
from meetings.attendance.selectors import room_code
from meetings.planning.models import Meeting
from tests.people import People, at
from tests.scenes import invite, make_meeting

SCREEN = "/endpoints/X00715/screen/"
CODE = "/endpoints/X00715/screen/code"
SECOND = dt.timedelta(seconds=1)


def browser(people: People, who: str = "operator") -> Client:
    client = Client()
    # Sessions end after hours: log in on the morning of the meeting.
    with time_machine.travel(at(6)):
        client.force_login(getattr(people, who))
    return client


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200),
        ("secretary", 200),
        ("operator", 200),
        ("chair", 403),
        ("observer", 404),
        ("delegate", 404),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
def test_only_those_who_scan_at_the_endpoint_open_its_screen(people: People, who: str, status: int) -> None:
    make_meeting(people)
    client = browser(people, who)
    with time_machine.travel(at(7, 46)):
        assert client.get(SCREEN).status_code == status
        assert client.get(CODE).status_code == status


def test_an_endpoint_that_does_not_exist_has_no_screen(people: People) -> None:
    client = browser(people)
    assert [client.get(f"/endpoints/NONE/screen/{end}").status_code for end in ("", "code")] == [404, 404]


def test_a_visitor_gets_the_login_page_and_no_code(people: People) -> None:
    assert Client().get(SCREEN).headers["Location"] == f"/accounts/login/?next={SCREEN}"
    response = Client().get(CODE)
    assert (response.status_code, response.json()) == (401, {"code": "not_authenticated"})


def test_the_picture_holds_the_address_of_the_code_of_this_moment(people: People) -> None:
    make_meeting(people)
    with time_machine.travel(at(7, 46, day=1) + 10 * SECOND, tick=False):
        expected = room_code(people.network.endpoints["X00715"])
        page = browser(people).get(SCREEN)
        answer = browser(people).get(CODE).json()
    path = qr_path(f"http://testserver/c/{expected.text}").path
    assert page.context["qr"].path == path
    assert re.findall(r' d="([^"]+)"', answer["svg"])[1] == path
    assert (answer["seconds_left"], answer["replaced_at"]) == (20, expected.replaced_at.isoformat())
    assert page.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_the_code_is_another_one_half_a_minute_later(people: People) -> None:
    make_meeting(people)
    client = browser(people)
    pictures = []
    for seconds in (0, 29, 30, 59, 60):
        with time_machine.travel(at(7, 46) + seconds * SECOND, tick=False):
            pictures.append(client.get(CODE).json()["svg"])
    assert (pictures[0] == pictures[1], pictures[2] == pictures[3]) == (True, True)
    assert len(set(pictures)) == 3


def test_the_figures_are_those_of_the_endpoint_alone(people: People) -> None:
    meeting = make_meeting(people)
    here = invite(meeting, people, "delegate", "X00715")
    invite(meeting, people, "observer", "X00715")
    there = invite(meeting, people, "nobody", "H026")
    for participant in (here, there):
        CheckIn.objects.create(
            meeting=meeting, participant=participant, endpoint=participant.endpoint, method="manual", at=at(7, 40)
        )
    with time_machine.travel(at(7, 46)):
        answer = browser(people).get(CODE).json()
        page = browser(people).get(SCREEN).content.decode()
    assert (answer["present"], answer["expected"]) == (1, 2)
    assert [name for name in ("Giàng Thị Súa", "Lộc Thị Hương", "Lý Không Quyền") if name in page] == []


@pytest.mark.parametrize(
    ("hour", "minute", "status"), [(6, 59, 404), (7, 0, 200), (8, 30, 200), (9, 59, 200), (10, 0, 404)]
)
def test_the_code_shows_from_setting_up_to_the_end(people: People, hour: int, minute: int, status: int) -> None:
    make_meeting(people, setup_minutes=60)
    with time_machine.travel(at(hour, minute), tick=False):
        assert browser(people).get(CODE).status_code == status


def test_a_meeting_that_runs_over_its_time_is_still_on(people: People) -> None:
    meeting = make_meeting(people, status=Meeting.Status.OPEN)
    with time_machine.travel(at(10, 20), tick=False):
        assert browser(people).get(CODE).json()["meeting"] == meeting.pk


@pytest.mark.parametrize("status", ["draft", "closed", "cancelled", "postponed"])
def test_a_meeting_that_is_not_on_shows_no_code(people: People, status: str) -> None:
    make_meeting(people, status=status)
    with time_machine.travel(at(8, 30), tick=False):
        assert browser(people).get(CODE).json()["code"] == "nothing_on_here"
        assert browser(people).get(SCREEN).context["next"] is None


def test_a_screen_with_nothing_on_names_the_next_meeting(people: People) -> None:
    make_meeting(people, starts_at=at(14), title="Họp chiều")
    make_meeting(people, starts_at=at(8, day=2), title="Họp hôm sau")
    with time_machine.travel(at(9), tick=False):
        response = browser(people).get(SCREEN)
    assert (response.status_code, response.context["next"].title) == (200, "Họp chiều")


def test_the_screen_is_light_unless_asked_otherwise(people: People) -> None:
    client = browser(people)
    found = [client.get(SCREEN, {"theme": theme}).context["theme"] for theme in ("", "dark", "light", "<b>")]
    assert found == ["light", "dark", "light", "light"]


def test_a_code_costs_the_same_number_of_queries_whatever_the_number_of_people(people: People) -> None:
    meeting = make_meeting(people)
    client = browser(people)
    counts = []
    for username in ("delegate", "observer", "nobody"):
        invite(meeting, people, username, "X00715")
        with time_machine.travel(at(7, 46)), CaptureQueriesContext(connection) as queries:
            client.get(CODE)
        counts.append(len(queries))
        assert [query["sql"] for query in queries if not query["sql"].lstrip().startswith("SELECT")] == []
    assert counts[0] == counts[1] == counts[2]
