"""Requests and the line for programs."""

import pytest
from django.utils import timezone

from meetings.planning.actions import cancel_meeting
from meetings.planning.models import Meeting
from meetings.requests.line_actions import offer_slots
from meetings.requests.models import UsageRequest, WaitingEntry
from tests.api import Api, meeting_body
from tests.meetings.requests.asking import Office, asked, make_office, request_of
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(people: People) -> Office:
    return make_office(people)


def body(**fields: object) -> dict[str, object]:
    return meeting_body(unit="024", selection={"endpoints": ["H024"]}, host_endpoint="H024", **fields)


def test_a_meeting_asks_for_endpoints_of_others_as_it_is_made(office: Office) -> None:
    made = Api(office.city).post("/meetings", body(request=["T1", "X00715"]))
    assert (made.status, made.body["status"], made.body["booking"]["endpoints"]) == (201, "scheduled", 1)
    answer = Api(office.city).get("/requests?to=asked")
    assert answer.body["count"] == 2
    row = next(each for each in answer.body["results"] if each["unit"] == "02")
    assert {name: row[name] for name in ("endpoints", "state", "refuses", "decided_at")} == {
        "endpoints": ["T1"],
        "state": "pending",
        "refuses": [],
        "decided_at": None,
    }
    assert row["meeting"]["id"] == made.body["id"]
    assert row["asked_by"] == {"name": "Thư ký 024", "phone": "0219.000.0024"}


def test_with_endpoints_of_others_alone_it_is_a_draft(office: Office) -> None:
    made = Api(office.city).post("/meetings", body(request=["T1"]) | {"selection": {}, "host_endpoint": None})
    assert (made.status, made.body["status"], made.body["booking"]) == (201, "draft", None)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"request": ["H024"]}, 422, "endpoints_not_askable"),
        ({"request": ["T1"], "draft": True}, 422, "unacceptable"),
        ({"request": [], "selection": {}}, 422, "selection_empty"),
        ({"request": "T1"}, 400, "malformed"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(
    office: Office, fields: dict[str, object], status: int, code: str
) -> None:
    answer = Api(office.city).post("/meetings", body() | fields)
    assert (answer.status, answer.code) == (status, code)
    assert not Meeting.objects.exists()


def test_the_owner_sees_what_an_approval_refuses_and_decides(office: Office) -> None:
    first, second = asked(office, "X00715"), asked(office, "X00715", own=("X00688",))
    owner = Api(office.highland)
    listed = owner.get("/requests?state=pending").body["results"]
    one, two = request_of(first, "026").pk, request_of(second, "026").pk
    assert {row["id"]: row["refuses"] for row in listed} == {one: [two], two: [one]}
    done = owner.post(f"/requests/{one}/approve")
    assert (done.status, done.body["state"], done.body["refuses"]) == (200, "approved", [])
    again = owner.post(f"/requests/{two}/approve")
    assert (again.status, again.code, again.body["params"]) == (409, "request_decided", {"state": "refused"})


def test_a_refusal_says_why(office: Office) -> None:
    request = request_of(asked(office, "T1"), "02").pk
    owner = Api(office.people.secretary)
    assert owner.post(f"/requests/{request}/refuse", {"reason": " "}).code == "reason_missing"
    done = owner.post(f"/requests/{request}/refuse", {"reason": "Phòng đang sửa"})
    assert (done.body["state"], done.body["reason"]) == ("refused", "Phòng đang sửa")


def test_whoever_asked_takes_it_back_and_asks_again(office: Office) -> None:
    meeting = asked(office, "T1")
    api = Api(office.city)
    assert api.post(f"/requests/{request_of(meeting, '02').pk}/withdraw").body["state"] == "withdrawn"
    made = api.post(f"/meetings/{meeting.pk}/requests", {"endpoints": ["T1", "H026"], "message": "Xin giúp"})
    assert made.status == 201
    assert sorted((row["unit"], row["message"]) for row in made.body) == [("02", "Xin giúp"), ("026", "Xin giúp")]
    assert UsageRequest.objects.count() == 3


def test_a_draft_waits_is_offered_and_takes(people: People) -> None:
    api = Api(people.secretary)
    taken = api.post("/meetings", meeting_body())
    draft = api.post("/meetings", meeting_body(draft=True)).body["id"]
    joined = api.post(f"/meetings/{draft}/line")
    assert joined.body == {"meeting": draft, "state": "waiting", "place": 1, "offer_expires_at": None}
    assert api.post(f"/meetings/{draft}/line/take").code == "offer_gone"
    cancel_meeting(people.secretary, Meeting.objects.get(pk=taken.body["id"]))
    offer_slots(timezone.now())
    assert api.get(f"/meetings/{draft}").body["booking"]["endpoints"] == 4
    assert api.post(f"/meetings/{draft}/line/take").body["status"] == "scheduled"
    left = api.post(f"/meetings/{draft}/line/leave")
    assert (left.status, left.code) == (409, "not_in_line")
    assert WaitingEntry.objects.get().state == "taken"
