"""The page of requests, the booking page with endpoints of others, and the part of a meeting's page."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from meetings.live.today import work_for
from meetings.planning.actions import cancel_meeting, create_meeting
from meetings.planning.models import Meeting
from meetings.requests.line_actions import create_waiting, join_line, offer_slots
from meetings.requests.models import UsageRequest, WaitingEntry
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.meetings.requests.asking import Office, asked, city_plan, make_office, request_of
from tests.people import People, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(people: People) -> Office:
    return make_office(people)


def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def form(**fields: object) -> dict[str, object]:
    return {
        "title": "Họp giao ban thành phố",
        "unit": "024",
        "host_endpoint": "H024",
        "chair": "",
        "day": "2031-12-01",
        "start": "08:00",
        "end": "10:00",
        "setup_minutes": "60",
        "add": ["H024"],
    } | fields


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_booking_with_endpoints_of_others_books_ones_own_and_asks(office: Office) -> None:
    answer = browser(office.city).post("/meetings/new/", form(ask=["t1, H026"], message="Xin giúp"), follow=True)
    meeting = Meeting.objects.get()
    assert answer.redirect_chain == [(f"/meetings/{meeting.pk}/", 302)]
    assert "1 endpoint booked. 2 owners were asked." in text(answer)
    assert {each.message for each in UsageRequest.objects.all()} == {"Xin giúp"}


def test_endpoints_of_others_alone_make_a_draft_that_says_so(office: Office) -> None:
    answer = browser(office.city).post("/meetings/new/", form(ask=["T1"], host_endpoint="", add=[]), follow=True)
    assert Meeting.objects.get().status == "draft"
    assert "1 owner was asked. Nothing is held before one of them agrees." in text(answer)


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"ask": ["NOWHERE"]}, 422, "these endpoints cannot be asked for: NOWHERE."),
        ({"ask": ["T1"], "act": "draft"}, 422, "Owners are asked when the meeting is booked."),
        ({"ask": ["T1"], "title": ""}, 422, "This field is required."),
        ({"ask": ["\0"], "act": "wait", "day": "2020-01-06"}, 422, "this time is over"),
    ],
)
def test_what_is_refused_is_said_and_nothing_typed_is_lost(
    office: Office, fields: dict[str, object], status: int, words: str
) -> None:
    answer = browser(office.city).post("/meetings/new/", form(**fields))
    assert (answer.status_code, Meeting.objects.count()) == (status, 0)
    assert words in text(answer)
    for code in fields["ask"]:  # type: ignore[attr-defined]
        assert code == "\0" or f'name="ask" value="{code}"' in answer.content.decode()


def test_a_conflict_keeps_what_was_asked_for_and_offers_to_wait(office: Office) -> None:
    create_meeting(office.city, city_plan(office, "H024"))
    client = browser(office.city)
    answer = client.post("/meetings/new/", form(ask=["T1"]))
    assert answer.status_code == 409
    assert 'name="ask" value="T1"' in answer.content.decode()
    assert 'value="wait"' in answer.content.decode()
    waiting = client.post("/meetings/new/", form(act="wait"), follow=True)
    assert WaitingEntry.objects.get().meeting == Meeting.objects.get(status="draft")
    assert "Next in line." in text(waiting)


def test_the_field_finds_endpoints_of_others_and_says_whose_they_are(office: Office) -> None:
    create_meeting(office.people.secretary, plan(office.people, selection=read_selection({"endpoints": ["T1"]})))
    client = browser(office.city)
    assert 'value="H026"' in client.get("/meetings/new/others/?ask=dong+van").content.decode()
    assert "<option" not in client.get("/meetings/new/others/?ask=quang+trung").content.decode()
    said = text(client.post("/meetings/new/owners/", form(ask=["T1", "X00715", "Z9"])))
    assert "These cannot be asked for: Z9." in said
    assert re.search(r"is asked T1 .*taken at that time.* is asked X00715", said)


def test_the_section_is_there_only_for_whom_others_have_something(office: Office) -> None:
    assert "Ask for others" in text(browser(office.city).get("/meetings/new/"))
    assert "Ask for others" not in text(browser(office.people.secretary).get("/meetings/new/"))


def test_the_owner_reads_what_when_who_and_what_an_approval_refuses(office: Office) -> None:
    meeting = asked(office, "X00715")
    asked(office, "X00715", own=("X00688",), title="Cùng giờ")
    said = text(browser(office.highland).get("/requests/"))
    for words in (meeting.title, "08:00–10:00", "Thư ký 024", "0219.000.0024", "X00715", "To decide 2"):
        assert words in said
    assert "If you approve, 1 other request for the same endpoints at that time is refused: Cùng giờ" in said


def test_deciding_on_the_page(office: Office) -> None:
    meeting = asked(office, "X00715", "T1")
    own, other = request_of(meeting, "026"), request_of(meeting, "02")
    client = browser(office.highland)
    assert "please say why" in text(client.post(f"/requests/{own.pk}/refuse/", follow=True))
    done = client.post(f"/requests/{own.pk}/approve/", follow=True)
    assert "Approved: the endpoints are booked for that meeting." in text(done)
    assert "answered, withdrawn or has lapsed" in text(client.post(f"/requests/{own.pk}/approve/", follow=True))
    assert client.post(f"/requests/{other.pk}/approve/").status_code == 404
    back = browser(office.city).post(f"/requests/{other.pk}/withdraw/", {"from": "meeting"})
    assert back.headers["Location"] == f"/meetings/{meeting.pk}/"


def test_a_conflict_of_an_approval_names_who_stands_in_the_way(office: Office) -> None:
    request = request_of(asked(office, "T1"), "02")
    create_meeting(office.people.secretary, plan(office.people, title="Họp của tỉnh"))
    said = text(browser(office.people.secretary).post(f"/requests/{request.pk}/approve/", follow=True))
    assert "Nothing was changed: something stands in the way." in said
    assert "Họp của tỉnh" in said
    assert "0219.000.0001" in said


def test_the_meetings_page_shows_its_requests_and_asks_for_more(office: Office) -> None:
    meeting = asked(office, "T1")
    client = browser(office.city)
    said = text(client.get(f"/meetings/{meeting.pk}/parts/requests/"))
    assert re.search(r"T1 .*Waiting for an answer.* Withdraw", said)
    client.post(f"/meetings/{meeting.pk}/requests/", {"ask": "H026"})
    assert request_of(meeting, "026").state == "pending"
    assert "cannot be asked for: H024." in text(
        client.post(f"/meetings/{meeting.pk}/requests/", {"ask": "H024"}, follow=True)
    )


def test_an_offer_is_taken_or_declined_on_the_meetings_page(people: People) -> None:
    taken = create_meeting(people.secretary, plan(people))
    meeting = create_waiting(people.secretary, plan(people))
    cancel_meeting(people.secretary, taken)
    offer_slots(timezone.now())
    client = browser(people.secretary)
    page = client.get(f"/meetings/{meeting.pk}/")
    assert page.content.decode().count("btn-primary") == 1
    assert "Free now, and held for you until" in text(page)
    assert "Take it" in text(client.get("/requests/?tab=line&state=offered"))
    kinds = {work.kind for work in work_for(people.secretary, timezone.now())}
    assert "offer" in kinds
    assert "the meeting is booked" in text(client.post(f"/meetings/{meeting.pk}/line/take/", follow=True))
    assert "no longer stands in line" in text(client.post(f"/meetings/{meeting.pk}/line/leave/", follow=True))


def test_requests_to_decide_are_one_thing_to_do_today(office: Office) -> None:
    asked(office, "T1")
    asked(office, "T2", own=("X00688",))
    (work,) = [each for each in work_for(office.people.secretary, timezone.now()) if each.kind == "requests"]
    assert (work.number, work.url) == (2, "/requests/")
    assert "2 requests for your endpoints wait for an answer" in text(browser(office.people.secretary).get("/"))


@pytest.mark.parametrize(("tab", "words"), [("decide", "Nothing waits"), ("asked", "You wait"), ("line", "No draft")])
def test_an_empty_list_says_what_it_is_for(people: People, tab: str, words: str) -> None:
    assert words in text(browser(people.secretary).get(f"/requests/?tab={tab}"))


def _many(office: Office, number: int) -> None:
    unit = office.people.network.units
    meetings = Meeting.objects.bulk_create(
        Meeting(
            title=f"Họp {each}",
            unit=unit["024"],
            starts_at=at(8),
            ends_at=at(9),
            selection={"endpoints": ["H024"]},
            created_by=office.city,
            search_text="",
        )
        for each in range(number)
    )
    requests = UsageRequest.objects.bulk_create(
        UsageRequest(meeting=meeting, unit=unit["02"], asked_by=office.city, expires_at=at(7)) for meeting in meetings
    )
    entries = WaitingEntry.objects.bulk_create(
        WaitingEntry(meeting=meeting, placed_by=office.city) for meeting in meetings
    )
    room = office.people.network.endpoints["T1"].pk
    asked_for, waited_for = UsageRequest.endpoints.through, WaitingEntry.endpoints.through
    asked_for.objects.bulk_create(asked_for(usagerequest_id=each.pk, endpoint_id=room) for each in requests)
    waited_for.objects.bulk_create(waited_for(waitingentry_id=each.pk, endpoint_id=room) for each in entries)


@pytest.mark.any_database
@pytest.mark.parametrize("tab", ["decide", "asked", "line"])
def test_the_page_takes_the_same_queries_for_one_row_208_and_10_000(office: Office, tab: str) -> None:
    client = browser(office.people.secretary)
    counts, said = [], ""
    for more in (1, 207, 9_792):
        _many(office, more)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/requests/?tab={tab}&page=1")
        said = text(answer)
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert "10,000" in said


def test_a_draft_can_join_the_line_later(office: Office) -> None:
    meeting = create_meeting(office.city, city_plan(office, "H024"), draft=True)
    client = browser(office.city)
    assert "Wait for this time" in text(client.get(f"/meetings/{meeting.pk}/"))
    client.post(f"/meetings/{meeting.pk}/line/join/")
    assert WaitingEntry.objects.get().state == "waiting"
    assert join_line(office.city, meeting) == WaitingEntry.objects.get()
