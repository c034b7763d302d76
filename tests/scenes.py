"""Meetings ready for a test, made without the actions under test."""

import datetime as dt
from collections.abc import Sequence

from meetings.planning.models import Meeting, Participant
from rooms.ledger import recount
from rooms.models import BookedEndpoint, Booking
from rooms.network import network
from tests.people import People, at


def make_meeting(
    people: People,
    *,
    status: str = Meeting.Status.SCHEDULED,
    starts_at: dt.datetime | None = None,
    minutes: int = 120,
    setup_minutes: int = 60,
    endpoints: Sequence[str] = ("T1", "H026", "X00715"),
    title: str = "Hội nghị giao ban trực tuyến",
    unit: str = "02",
) -> Meeting:
    """A meeting of province 02 chaired by `people.chair`, booked over `endpoints`, nobody invited yet.

    By default it is scheduled for 08:00–10:00 of the day of tests.people.at().
    """
    starts_at = starts_at or at(8)
    ends_at = starts_at + dt.timedelta(minutes=minutes)
    hold_starts_at = starts_at - dt.timedelta(minutes=setup_minutes)
    built = people.network
    booking = Booking.objects.create(
        title=title,
        unit=built.units[unit],
        owner=people.secretary,
        owner_name="Nguyễn Thị Lan",
        owner_phone="0219.000.0001",
        starts_at=starts_at,
        ends_at=ends_at,
        hold_starts_at=hold_starts_at,
        hold_ends_at=ends_at,
        host_endpoint=built.endpoints[endpoints[0]],
    )
    for code in endpoints:
        endpoint = built.endpoints[code]
        BookedEndpoint.objects.create(
            booking=booking, endpoint=endpoint, starts_at=hold_starts_at, ends_at=ends_at, bridge=endpoint.bridge
        )
    recount(Booking.objects.filter(pk=booking.pk), network().bridges)
    return Meeting.objects.create(
        title=title,
        unit=built.units[unit],
        booking=booking,
        host_endpoint=built.endpoints[endpoints[0]],
        chair=people.chair.person,
        starts_at=starts_at,
        ends_at=ends_at,
        setup_minutes=setup_minutes,
        status=status,
        opened_at=starts_at if status in {Meeting.Status.OPEN, Meeting.Status.CLOSED} else None,
        closed_at=ends_at if status == Meeting.Status.CLOSED else None,
        created_by=people.secretary,
        search_text=title.lower(),
    )


def invite(meeting: Meeting, people: People, username: str, endpoint: str) -> Participant:
    """Invite the person behind one of the test accounts to an endpoint."""
    person = getattr(people, username).person
    return Participant.objects.create(
        meeting=meeting,
        person=person,
        full_name=person.full_name,
        position=person.position,
        unit_name=person.unit.name,
        endpoint=people.network.endpoints[endpoint],
    )
