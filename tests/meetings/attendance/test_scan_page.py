"""The usher's page: who may open it, at which endpoints, and what it never gives away."""

import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings.attendance.actions import ScanRequest, check_in
from meetings.planning.models import Meeting, Participant
from tests.people import People, at, make_person
from tests.scenes import invite, make_meeting


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


def browser(people: People, who: str) -> Client:
    client = Client()
    client.force_login(getattr(people, who))
    return client


def expect_at(meeting: Meeting, people: People, code: str, name: str) -> Participant:
    endpoint = people.network.endpoints[code]
    person = make_person(name, endpoint.unit, position="Phó Chủ tịch")
    return Participant.objects.create(
        meeting=meeting, person=person, full_name=name, position=person.position, endpoint=endpoint
    )


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
def test_only_those_who_may_scan_open_the_page(people: People, meeting: Meeting, who: str, status: int) -> None:
    client = browser(people, who)
    assert client.get(f"/meetings/{meeting.pk}/scan/").status_code == status
    query = {"endpoint": "X00715", "q": "mi"}
    assert client.get(f"/meetings/{meeting.pk}/scan/people/", query).status_code == status


def test_an_invited_delegate_sees_the_meeting_but_may_not_scan(people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "H026")
    assert browser(people, "delegate").get(f"/meetings/{meeting.pk}/scan/").status_code == 403


def test_a_visitor_is_asked_to_log_in(meeting: Meeting) -> None:
    response = Client().get(f"/meetings/{meeting.pk}/scan/")
    assert (response.status_code, response.headers["Location"]) == (
        302,
        f"/accounts/login/?next=/meetings/{meeting.pk}/scan/",
    )


def test_an_operator_scans_at_the_own_endpoint_without_choosing(people: People, meeting: Meeting) -> None:
    response = browser(people, "operator").get(f"/meetings/{meeting.pk}/scan/")
    assert response.context["endpoint"].code == "X00715"
    assert response.context["several"] is False


def test_an_operator_gets_no_other_endpoint_by_asking(people: People, meeting: Meeting) -> None:
    client = browser(people, "operator")
    response = client.get(f"/meetings/{meeting.pk}/scan/", {"endpoint": "T1"})
    assert response.context["endpoint"].code == "X00715"
    people_of_t1 = client.get(f"/meetings/{meeting.pk}/scan/people/", {"endpoint": "T1", "q": "mi"})
    assert people_of_t1.status_code == 404


def test_whoever_has_several_endpoints_chooses_once(people: People, meeting: Meeting) -> None:
    client = browser(people, "secretary")
    address = f"/meetings/{meeting.pk}/scan/"
    assert [place.code for place in client.get(address).context["places"]] == ["T1", "H026", "X00715"]
    assert [place.code for place in client.get(address, {"q": "Lũng"}).context["places"]] == ["X00715"]
    assert client.get(address, {"endpoint": "H026"}).context["endpoint"].code == "H026"
    assert client.get(address).context["endpoint"].code == "H026"
    assert [place.code for place in client.get(address, {"choose": "1"}).context["places"]] == ["T1", "H026", "X00715"]


def test_an_endpoint_that_was_released_is_remembered_no_more(people: People, meeting: Meeting) -> None:
    client = browser(people, "secretary")
    client.get(f"/meetings/{meeting.pk}/scan/", {"endpoint": "H026"})
    assert meeting.booking is not None
    meeting.booking.booked_endpoints.filter(endpoint__code="H026").update(released=True)
    response = client.get(f"/meetings/{meeting.pk}/scan/")
    assert [place.code for place in response.context["places"]] == ["T1", "X00715"]


def test_a_meeting_without_endpoints_says_so(people: People, meeting: Meeting) -> None:
    Meeting.objects.update(booking=None)
    response = browser(people, "secretary").get(f"/meetings/{meeting.pk}/scan/")
    assert (response.status_code, response.context["total"]) == (200, 0)


def test_the_page_names_only_the_last_five_of_this_endpoint(people: People, meeting: Meeting) -> None:
    here = [expect_at(meeting, people, "X00715", f"Giàng Mí {number}") for number in range(7)]
    there = expect_at(meeting, people, "H026", "Người ở huyện")
    requests = [
        ScanRequest(
            op_id=uuid.uuid4(),
            endpoint=one.endpoint.code,
            method="manual",
            participant=one.pk,
            scanned_at=at(7, 40),
        )
        for one in (*here[:6], there)
    ]
    with time_machine.travel(at(7, 46), tick=False):
        check_in(people.secretary, meeting, requests)
    body = browser(people, "operator").get(f"/meetings/{meeting.pk}/scan/").content.decode()
    named = [one.full_name for one in (*here, there) if one.full_name in body]
    assert named == [one.full_name for one in here[1:6]]


@pytest.mark.parametrize("q", ["", "m", " m ", "đ", "  "])
def test_a_list_of_names_is_not_given_out_unasked(people: People, meeting: Meeting, q: str) -> None:
    expect_at(meeting, people, "X00715", "Đào Mí Già")
    query = {"endpoint": "X00715", "q": q}
    response = browser(people, "operator").get(f"/meetings/{meeting.pk}/scan/people/", query)
    assert response.json() == {"results": [], "more": False}


def test_people_are_found_without_marks_and_shown_with_their_check_in(people: People, meeting: Meeting) -> None:
    first = expect_at(meeting, people, "X00715", "Vàng Mí Dình")
    second = expect_at(meeting, people, "X00715", "Thào Mí Già")
    expect_at(meeting, people, "H026", "Sùng Mí Pó")
    request = ScanRequest(
        op_id=uuid.uuid4(), endpoint="X00715", method="manual", participant=first.pk, scanned_at=at(7, 38)
    )
    with time_machine.travel(at(7, 46), tick=False):
        check_in(people.operator, meeting, [request])
    response = browser(people, "operator").get(
        f"/meetings/{meeting.pk}/scan/people/", {"endpoint": "X00715", "q": "MI phó"}
    )
    assert [(row["participant"], row["full_name"], row["at"]) for row in response.json()["results"]] == [
        (second.pk, "Thào Mí Già", None),
        (first.pk, "Vàng Mí Dình", "07:38"),
    ]


def test_a_long_list_is_cut_and_says_so(people: People, meeting: Meeting) -> None:
    for number in range(21):
        expect_at(meeting, people, "X00715", f"Giàng Mí {number:02}")
    query = {"endpoint": "X00715", "q": "giang"}
    answer = browser(people, "operator").get(f"/meetings/{meeting.pk}/scan/people/", query).json()
    assert (len(answer["results"]), answer["more"]) == (20, True)


def test_finding_people_without_an_endpoint_is_refused(people: People, meeting: Meeting) -> None:
    response = browser(people, "operator").get(f"/meetings/{meeting.pk}/scan/people/", {"q": "giang"})
    assert (response.status_code, response.json()) == (422, {"code": "unacceptable", "fields": ["endpoint"]})


def test_the_page_costs_the_same_number_of_queries_whatever_the_number_of_scans(
    people: People, meeting: Meeting
) -> None:
    client = browser(people, "operator")
    counts = []
    for number in (1, 3, 8):
        one = expect_at(meeting, people, "X00715", f"Giàng Mí {number}")
        request = ScanRequest(
            op_id=uuid.uuid4(), endpoint="X00715", method="manual", participant=one.pk, scanned_at=at(7, 40)
        )
        with time_machine.travel(at(7, 46), tick=False):
            check_in(people.operator, meeting, [request])
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/meetings/{meeting.pk}/scan/")
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_opening_the_page_writes_nothing(people: People, meeting: Meeting) -> None:
    client = browser(people, "secretary")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/meetings/{meeting.pk}/scan/", {"endpoint": "H026"})
        client.get(f"/meetings/{meeting.pk}/scan/people/", {"endpoint": "H026", "q": "mi"})
    assert [query["sql"] for query in queries if not query["sql"].lstrip().startswith("SELECT")] == []
