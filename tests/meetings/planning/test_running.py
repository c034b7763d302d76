"""A running meeting: a later end all or nothing, and an early close that frees what is left of the hold."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import StaleVersion
from audit.models import Entry
from meetings.live.actions import close_session
from meetings.planning.access import meetings_visible_to, scannable_endpoints
from meetings.planning.actions import create_meeting, extend_meeting
from meetings.planning.errors import EndNotLater
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting
from meetings.planning.selectors import meeting_row
from meetings.reports.selectors import attendance_report
from realtime.models import StreamEvent
from rooms.errors import BookingConflict
from rooms.models import BookedEndpoint, Booking, Closure
from rooms.network import network
from rooms.occupancy import loads_in
from rooms.scheduling.intervals import Interval
from rooms.selectors import read_selection
from tests.meetings.planning.plans import plan
from tests.people import People
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def running(people: People, now: dt.datetime) -> Meeting:
    """Began half an hour ago, an hour to go, at T1, H026 and X00715."""
    return make_meeting(people, status="open", starts_at=now - HOUR / 2, minutes=90)


def book(people: People, start: dt.datetime, end: dt.datetime, *codes: str, title: str = "Sau đó") -> Meeting:
    wish = plan(
        people,
        title=title,
        selection=read_selection({"endpoints": list(codes)}),
        host_endpoint=codes[0],
        starts_at=start,
        ends_at=end,
        setup_minutes=0,
    )
    return create_meeting(people.secretary, wish)


def everything() -> tuple[object, ...]:
    return (
        list(Meeting.objects.order_by("pk").values()),
        list(Booking.objects.order_by("pk").values()),
        list(BookedEndpoint.objects.order_by("pk").values()),
        Entry.objects.count(),
        StreamEvent.objects.count(),
    )


def test_a_later_end_holds_every_endpoint_until_then(people: People, running: Meeting, now: dt.datetime) -> None:
    longer = extend_meeting(people.chair, running, now + 2 * HOUR)
    assert (longer.ends_at, longer.starts_at, longer.version) == (now + 2 * HOUR, running.starts_at, 2)
    shares = set(BookedEndpoint.objects.values_list("ends_at", "released"))
    booking = Booking.objects.get()
    assert (shares, booking.ends_at, booking.hold_ends_at) == (
        {(now + 2 * HOUR, False)},
        now + 2 * HOUR,
        now + 2 * HOUR,
    )
    assert [entry.verb for entry in Entry.objects.order_by("pk")] == ["booking.extended", "meeting.extended"]


def test_every_screen_learns_the_new_end(people: People, running: Meeting, now: dt.datetime) -> None:
    extend_meeting(people.chair, running, now + 2 * HOUR)
    event = StreamEvent.objects.get()
    assert (event.kind, event.audience) == ("meeting.changed", "everyone")
    assert dt.datetime.fromisoformat(event.data["ends_at"]) == now + 2 * HOUR
    assert event.data["status"] == "open"


def test_an_extension_into_another_meeting_changes_nothing_and_names_it(
    people: People, running: Meeting, now: dt.datetime
) -> None:
    other = book(people, now + HOUR, now + 2 * HOUR, "X00715")
    before = everything()
    with pytest.raises(BookingConflict) as caught:
        extend_meeting(people.chair, running, now + HOUR + dt.timedelta(minutes=15))
    assert everything() == before
    rows: Any = caught.value.params["conflicts"]
    (conflict,) = rows
    assert (conflict["kind"], conflict["endpoint"]) == ("endpoint_busy", "X00715")
    assert conflict["meeting"]["title"] == other.title
    assert conflict["owner"]["phone"] == "0219.000.0001"


def test_an_extension_short_of_ports_changes_nothing(people: People, running: Meeting, now: dt.datetime) -> None:
    bridge = people.network.bridges["MCU-01"]
    bridge.ports = 4
    bridge.save()
    book(people, now + HOUR, now + 2 * HOUR, "T2", "H024", "X00688")
    before = everything()
    with pytest.raises(BookingConflict) as caught:
        extend_meeting(people.chair, running, now + 2 * HOUR)
    assert everything() == before
    assert {row["kind"] for row in caught.value.params["conflicts"]} == {"ports_exhausted"}  # type: ignore[attr-defined]


def test_what_happened_before_the_planned_end_is_no_obstacle(
    people: People, running: Meeting, now: dt.datetime
) -> None:
    """A room reported out of service for a while during the session, and over before the extension."""
    Closure.objects.create(
        endpoint=people.network.endpoints["H026"],
        starts_at=now - dt.timedelta(minutes=20),
        ends_at=now - dt.timedelta(minutes=5),
        reason="Mất điện",
    )
    assert extend_meeting(people.chair, running, now + 2 * HOUR).ends_at == now + 2 * HOUR


def test_only_a_later_end_extends(people: People, running: Meeting, now: dt.datetime) -> None:
    with pytest.raises(EndNotLater):
        extend_meeting(people.chair, running, running.ends_at)


def test_only_a_meeting_in_session_is_extended(people: People, now: dt.datetime) -> None:
    meeting = make_meeting(people, starts_at=now + HOUR)
    with pytest.raises(ActImpossible):
        extend_meeting(people.chair, meeting, meeting.ends_at + HOUR)


def test_an_extension_of_an_old_version_is_refused(people: People, running: Meeting, now: dt.datetime) -> None:
    extend_meeting(people.chair, running, now + 2 * HOUR, version=1)
    with pytest.raises(StaleVersion) as caught:
        extend_meeting(people.secretary, running, now + 3 * HOUR, version=1)
    assert set(caught.value.params["fields"]) == {"ends_at"}  # type: ignore[call-overload]


def test_closing_early_frees_rooms_and_ports_and_keeps_what_was_held(
    people: People, running: Meeting, now: dt.datetime
) -> None:
    held_from = running.starts_at - HOUR
    closed = close_session(people.chair, running)
    shares = list(BookedEndpoint.objects.values_list("starts_at", "ends_at", "released"))
    assert all(start == held_from and now <= end < now + HOUR and not released for start, end, released in shares)
    assert len(shares) == 3
    assert loads_in(network(), Interval(now + HOUR / 2, now + HOUR)) == []
    assert closed.ends_at == now + HOUR
    after = book(people, now + HOUR / 2, now + HOUR, "T1", "H026", "X00715")
    assert after.status == "scheduled"
    entry = Entry.objects.get(verb="booking.ended")
    assert len(entry.data["endpoints"]) == 3
    assert dt.datetime.fromisoformat(entry.data["held_until"]) == now + HOUR


def test_closing_during_the_line_test_frees_the_rest(people: People, now: dt.datetime) -> None:
    meeting = make_meeting(people, status="open", starts_at=now + HOUR / 2)
    close_session(people.chair, meeting)
    book(people, now + HOUR, now + 2 * HOUR, "T1", "H026", "X00715")
    assert BookedEndpoint.objects.filter(booking=meeting.booking, ends_at__gt=now + HOUR / 4).count() == 0


def test_a_session_held_before_its_hold_began_frees_all_of_it_and_keeps_its_endpoints(
    people: People, now: dt.datetime
) -> None:
    meeting = make_meeting(people, status="open", starts_at=now + 5 * HOUR)
    closed = close_session(people.secretary, meeting)
    book(people, now + 4 * HOUR, now + 8 * HOUR, "T1", "H026", "X00715")
    closed = Meeting.objects.select_related("booking", "unit", "chair", "host_endpoint").get(pk=closed.pk)
    row = meeting_row(closed)
    assert row["booking"] is not None
    assert row["booking"]["endpoints"] == 3
    assert len(attendance_report(closed).endpoints) == 3
    # The commune's operator still knows the meeting, and hands in scans that were made offline.
    assert meetings_visible_to(people.operator).filter(pk=closed.pk).exists()
    assert list(scannable_endpoints(people.operator, closed).values_list("endpoint__code", flat=True)) == ["X00715"]


def test_closing_after_the_time_was_over_leaves_the_hold(people: People, now: dt.datetime) -> None:
    meeting = make_meeting(people, status="open", starts_at=now - 3 * HOUR)
    before = list(BookedEndpoint.objects.values())
    close_session(people.chair, meeting)
    assert list(BookedEndpoint.objects.values()) == before
    assert not Entry.objects.filter(verb="booking.ended").exists()
