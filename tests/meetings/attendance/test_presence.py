"""Which endpoints have tablets, and which of them the newest document: by the API, on the board, on the desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.attendance.presence import tablets_of
from meetings.documents.events import DocumentWithdrawn
from meetings.live.hearing import audiences_of
from meetings.planning.models import Meeting
from realtime.audiences import place_in
from realtime.discovery import load_events
from realtime.events import kinds
from realtime.models import Stream, TabletCount
from realtime.publish import hold, publish
from rooms.models import BookedEndpoint
from tests.api import Api
from tests.meetings.attendance.test_board import many_endpoints
from tests.people import People, at
from tests.scenes import invite, make_meeting


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people, status="open")


def document_event(meeting: Meeting) -> int:
    """The number of an event that tablets are waited for."""
    with transaction.atomic():
        return publish(meeting.stream, DocumentWithdrawn(id=1, title="Báo cáo"), audience="readers")


def count(meeting: Meeting, places: dict[str, dict[int, int]], *, hub: str = "one", age: float = 0) -> None:
    """What a process has counted."""
    with transaction.atomic():
        hold(meeting.stream)
    TabletCount.objects.create(
        stream=Stream.objects.get(name=meeting.stream),
        hub=hub,
        at=timezone.now() - timedelta(seconds=age),
        counts={place: {str(seq): number for seq, number in tablets.items()} for place, tablets in places.items()},
    )


def page(people: People, path: str, who: str = "secretary") -> str:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(getattr(people, who))
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def answer(people: People, meeting: Meeting, who: str = "secretary") -> Any:
    return Api(getattr(people, who)).get(f"/meetings/{meeting.pk}/presence")


def test_documents_that_are_put_out_or_withdrawn_are_what_tablets_are_waited_for() -> None:
    load_events()
    awaited = {event.kind for event in kinds() if event.awaited and event.__module__.startswith("meetings.")}
    assert awaited == {"document.published", "document.replaced", "document.withdrawn"}


def test_a_delegate_sits_at_one_endpoint_and_whoever_scans_at_many_at_none(people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "H026")
    assert place_in(audiences_of(people.delegate, meeting)) == "H026"
    assert place_in(audiences_of(people.secretary, meeting)) is None


def test_programs_get_the_sums_and_every_endpoint(people: People, meeting: Meeting) -> None:
    newest = document_event(meeting)
    count(meeting, {"T1": {newest: 2}, "H026": {newest: 1, newest - 1: 1}})
    count(meeting, {"T1": {newest + 5: 1}}, hub="two")
    assert answer(people, meeting).body == {
        "newest": newest,
        "expected": 3,
        "connected": 2,
        "current": 1,
        "results": [
            {"endpoint": "T1", "name": "UBND tỉnh – Phòng họp trực tuyến", "tablets": 3, "current": 3},
            {"endpoint": "H026", "name": "Huyện Đồng Văn", "tablets": 2, "current": 1},
            {"endpoint": "X00715", "name": "Xã Lũng Cú", "tablets": 0, "current": 0},
        ],
    }


def test_without_documents_and_tablets_all_is_nought(people: People, meeting: Meeting) -> None:
    body = answer(people, meeting).body
    assert [body[name] for name in ("newest", "expected", "connected", "current")] == [0, 3, 0, 0]
    count(meeting, {"T1": {0: 1}})
    body = answer(people, meeting).body
    assert [body[name] for name in ("newest", "expected", "connected", "current")] == [0, 3, 1, 1]


def test_a_process_that_is_gone_and_another_meeting_do_not_count(people: People, meeting: Meeting) -> None:
    count(meeting, {"T1": {0: 4}}, age=60)
    count(make_meeting(people, starts_at=at(14)), {"T1": {0: 2}})
    assert answer(people, meeting).body["connected"] == 0


def test_people_expected_where_nothing_is_booked_any_more_have_tablets_too(people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "H026")
    BookedEndpoint.objects.filter(endpoint__code__in=["H026", "X00715"]).update(released=True)
    count(meeting, {"H026": {0: 1}})
    assert [(row.endpoint.code, row.state) for row in tablets_of(meeting).rows] == [("T1", "none"), ("H026", "current")]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200),
        ("secretary", 200),
        ("chair", 200),
        ("operator", 403),
        ("observer", 404),
        ("delegate", 404),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
def test_only_those_who_run_the_meeting_are_told(people: People, meeting: Meeting, who: str, status: int) -> None:
    assert answer(people, meeting, who).status == status


def test_an_invited_delegate_and_whoever_may_only_look_are_refused(people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "H026")
    Meeting.objects.update(chair=None)
    refused = [answer(people, meeting, who) for who in ("delegate", "chair")]
    assert [(each.status, each.code) for each in refused] == [(403, "forbidden")] * 2
    assert "data-tablets" not in page(people, f"/meetings/{meeting.pk}/board/", "chair")


def test_208_endpoints_cost_no_more_queries_than_three(people: People, meeting: Meeting) -> None:
    client = Client()
    client.force_login(people.secretary)
    found = []
    for more in (0, 205):
        many_endpoints(people, meeting, more)
        count(meeting, {f"N{number:05}": {0: 14} for number in range(10, 10 + more)}, hub=f"hub{more}")
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/api/v1/meetings/{meeting.pk}/presence")
        found.append((len(queries), response.json()["expected"]))
    assert [expected for _queries, expected in found] == [3, 208]
    assert found[0][0] == found[1][0]


def test_the_board_says_it_in_a_sentence_and_lists_who_is_missing(people: People, meeting: Meeting) -> None:
    newest = document_event(meeting)
    count(meeting, {"T1": {newest: 2}, "H026": {newest: 1, 0: 2}})
    address = f"/meetings/{meeting.pk}/board/"
    assert "2/3 endpoints have a tablet connected; 1 with the newest document" in page(people, address)
    hidden = {
        choice: page(people, f"{address}?tablets={choice}").count(" hidden><a class=")
        for choice in ("", "none", "behind", "x")
    }
    assert hidden == {"": 0, "none": 2, "behind": 2, "x": 0}
    assert 'hidden><a class="tile' not in page(people, f"{address}?tablets=none").split('data-place="X00715"')[1]


def test_what_opens_for_an_endpoint_tells_of_its_tablets(people: People, meeting: Meeting) -> None:
    newest = document_event(meeting)
    count(meeting, {"T1": {newest: 2}, "H026": {newest: 1, 0: 2}})
    strips = [page(people, f"/meetings/{meeting.pk}/board/{code}/") for code in ("T1", "H026", "X00715")]
    assert "2 tablets, with the newest document" in strips[0]
    assert "1 with the newest document" in strips[1]
    assert "No tablet" in strips[2]


def test_before_the_first_document_nothing_is_said_of_it(people: People, meeting: Meeting) -> None:
    count(meeting, {"T1": {0: 2}})
    body = page(people, f"/meetings/{meeting.pk}/board/?endpoint=T1")
    assert "<span data-tablets-said>1/3 endpoints have a tablet connected</span>" in body.replace("\n", "")
    assert "2 tablets</p>" in body


@pytest.mark.parametrize(
    ("status", "connected", "on_board", "on_page"),
    [
        ("scheduled", False, True, False),
        ("scheduled", True, True, True),
        ("open", False, True, True),
        ("closed", True, False, False),
        ("cancelled", True, False, False),
    ],
)
def test_it_is_told_from_the_first_tablet_until_the_meeting_is_over(
    people: People, meeting: Meeting, status: str, connected: bool, on_board: bool, on_page: bool
) -> None:
    Meeting.objects.update(status=status)
    if connected:
        count(meeting, {"T1": {0: 1}})
    said = "1/3 endpoints have a tablet" if connected else "No tablet is connected yet."
    board, desk = page(people, f"/meetings/{meeting.pk}/board/"), page(people, f"/meetings/{meeting.pk}/")
    assert ("data-tablets-said" in board, said in board) == (on_board, on_board)
    assert ("tablets-said" in desk, said in desk) == (on_page, on_page)


def test_the_page_names_the_missing_and_leads_to_them(people: People, meeting: Meeting) -> None:
    newest = document_event(meeting)
    count(meeting, {"T1": {newest: 2}, "H026": {newest: 1, 0: 2}})
    body = page(people, f"/meetings/{meeting.pk}/parts/tablets/")
    assert f'href="/meetings/{meeting.pk}/board/?tablets=behind">1 endpoint without the newest document yet' in body
    assert f'href="/meetings/{meeting.pk}/board/?tablets=none">1 endpoint without a tablet' in body
    assert ("Đồng Văn" in body, "Lũng Cú" in body, "UBND tỉnh" in body) == (True, True, False)
