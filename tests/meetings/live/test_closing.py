"""The end of a session: nothing runs on behind it."""

import pytest

from meetings.agenda.actions import add_item, start_item
from meetings.agenda.selectors import items_of
from meetings.live.actions import close_session
from meetings.planning.actions import archive_meeting
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting
from realtime.models import Stream, StreamEvent
from tests.api import Api
from tests.people import People
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db


def running(people: People) -> Meeting:
    meeting = make_meeting(people, status="open")
    items = [add_item(people.secretary, meeting, title=title) for title in ("Khai mạc", "Báo cáo")]
    start_item(people.secretary, items[0])
    return meeting


def kinds(meeting: Meeting) -> list[str]:
    events = StreamEvent.objects.filter(stream__name=meeting.stream).order_by("seq")
    return list(events.values_list("kind", flat=True))


def test_closing_ends_the_item_that_runs_and_tells_both(people: People) -> None:
    meeting = close_session(people.secretary, running(people))
    statuses = [(item.status, item.ended_at is not None) for item in items_of(meeting)]
    assert (meeting.status, statuses) == ("closed", [("done", True), ("waiting", False)])
    assert kinds(meeting)[-2:] == ["agenda.changed", "meeting.closed"]


def test_closing_a_session_in_which_nothing_runs_tells_only_that(people: People) -> None:
    meeting = close_session(people.secretary, make_meeting(people, status="open"))
    assert kinds(meeting) == ["meeting.closed"]


def test_what_cannot_be_closed_keeps_its_item_running(people: People) -> None:
    meeting = running(people)
    Meeting.objects.filter(pk=meeting.pk).update(status="closed")
    with pytest.raises(ActImpossible):
        close_session(people.secretary, meeting)
    assert [item.status for item in items_of(meeting)] == ["running", "waiting"]


def test_the_api_closes_the_same_way(people: People) -> None:
    meeting = running(people)
    assert Api(people.secretary).post(f"/meetings/{meeting.pk}/close").body["status"] == "closed"
    assert [item.status for item in items_of(meeting)] == ["done", "waiting"]


def test_who_may_hear_is_asked_again_when_a_session_ends_and_when_it_is_filed(people: People) -> None:
    meeting = running(people)

    def asked_again() -> int:
        return Stream.objects.get(name=meeting.stream).access_version

    before = asked_again()
    closed = close_session(people.secretary, meeting)
    assert asked_again() == before + 1
    archive_meeting(people.secretary, closed)
    assert asked_again() == before + 2
