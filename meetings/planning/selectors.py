"""Reads of meetings and of who is expected."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet

from accounts.models import Person, User
from accounts.schemas import Row, written
from accounts.text import fold
from meetings.planning.access import meetings_visible_to
from meetings.planning.errors import ParticipantNotFound, TabUnknown
from meetings.planning.events import BookedPorts, ChairRow, ExpectedRow, MeetingRow
from meetings.planning.models import Meeting, Participant
from rooms.models import BookedEndpoint, Booking, Endpoint
from rooms.occupancy import Ports, ports_by_booking

Status = Meeting.Status
TABS = ("coming", "drafts", "past", "cancelled", "all")


def meeting_list(user: User | AnonymousUser, tab: str = "all", q: str = "") -> QuerySet[Meeting]:
    """The meetings that the user may know of, with every word of `q` in title or number, marks ignored.

    `tab`: "coming" (scheduled, in session or postponed; soonest first), "drafts", "past" (closed or archived),
    "cancelled", "all" (latest first). Raises TabUnknown.
    """
    meetings = meetings_visible_to(user)
    match tab:
        case "coming":
            meetings = meetings.filter(status__in=[Status.SCHEDULED, Status.OPEN, Status.POSTPONED])
        case "drafts":
            meetings = meetings.filter(status=Status.DRAFT)
        case "past":
            meetings = meetings.filter(status__in=[Status.CLOSED, Status.ARCHIVED])
        case "cancelled":
            meetings = meetings.filter(status=Status.CANCELLED)
        case "all":
            pass
        case _:
            raise TabUnknown(tab=tab)
    for word in fold(q).split():
        meetings = meetings.filter(search_text__contains=word)
    return (
        meetings.order_by("starts_at", "pk") if tab in {"coming", "drafts"} else meetings.order_by("-starts_at", "-pk")
    )


def tab_counts(user: User | AnonymousUser) -> dict[str, int]:
    """How many meetings each tab of `meeting_list` holds. One query."""
    found = Counter(meetings_visible_to(user).values_list("status", flat=True).order_by())
    return {
        "coming": found[Status.SCHEDULED] + found[Status.OPEN] + found[Status.POSTPONED],
        "drafts": found[Status.DRAFT],
        "past": found[Status.CLOSED] + found[Status.ARCHIVED],
        "cancelled": found[Status.CANCELLED],
        "all": found.total(),
    }


def meetings_between(
    user: User | AnonymousUser, start: dt.datetime, end: dt.datetime, *, with_drafts: bool = False
) -> QuerySet[Meeting]:
    """The user's meetings that overlap `[start, end)`, cancelled ones left out, by time."""
    meetings = meetings_visible_to(user).filter(starts_at__lt=end, ends_at__gt=start)
    left_out = [Status.CANCELLED] if with_drafts else [Status.CANCELLED, Status.DRAFT]
    return meetings.exclude(status__in=left_out).order_by("starts_at", "pk")


def chair_row(chair: Person | None) -> ChairRow | None:
    return None if chair is None else ChairRow(id=chair.pk, full_name=chair.full_name, position=chair.position)


def meeting_rows(meetings: Iterable[Meeting]) -> list[MeetingRow]:
    """The meetings as the API and the events show them; unit, chair, host_endpoint and booking must be loaded.

    Two queries, however many meetings.
    """
    listed = list(meetings)
    in_force = [m.booking for m in listed if m.booking is not None and took_place_or_holds(m)]
    taken = ports_by_booking(in_force) if in_force else {}
    return [_meeting_row(meeting, taken.get(meeting.booking_id or 0)) for meeting in listed]


def took_place_or_holds(meeting: Meeting) -> bool:
    """Whether the meeting holds its endpoints, or held them when it took place."""
    booking = meeting.booking
    if booking is None:
        return False
    return booking.state != Booking.RELEASED or meeting.status in {Status.CLOSED, Status.ARCHIVED}


def meeting_row(meeting: Meeting) -> MeetingRow:
    """One meeting as the API and the events show it. Two queries."""
    return meeting_rows([meeting])[0]


def _meeting_row(meeting: Meeting, taken: Ports | None) -> MeetingRow:
    return MeetingRow(
        id=meeting.pk,
        title=meeting.title,
        status=str(meeting.status),
        version=meeting.version,
        number=meeting.number,
        starts_at=written(meeting.starts_at) or "",
        ends_at=written(meeting.ends_at) or "",
        setup_minutes=meeting.setup_minutes,
        teardown_minutes=meeting.teardown_minutes,
        local=meeting.local,
        unit=meeting.unit.code,
        unit_name=meeting.unit.name,
        host_endpoint=meeting.host_endpoint.code if meeting.host_endpoint is not None else None,
        chair=chair_row(meeting.chair),
        booking=BookedPorts(endpoints=taken.endpoints, ports=dict(taken.ports)) if taken is not None else None,
        opened_at=written(meeting.opened_at),
        closed_at=written(meeting.closed_at),
        reason=meeting.reason,
    )


def booked_codes(meeting: Meeting) -> list[str]:
    """The codes of the endpoints of the meeting's booking, released or not, by rank of tier, then code."""
    if meeting.booking_id is None:
        return []
    shares = BookedEndpoint.objects.filter(booking=meeting.booking_id)
    return list(shares.order_by("endpoint__tier__rank", "endpoint__code").values_list("endpoint__code", flat=True))


def booked_endpoints(meeting: Meeting) -> QuerySet[Endpoint]:
    """The endpoints of the meeting's booking, released or not, by rank of tier, then code, with unit, tier, contact."""
    return (
        Endpoint.objects.filter(booked__booking=meeting.booking_id)
        .select_related("unit", "tier", "bridge", "contact")
        .order_by("tier__rank", "code")
    )


def meeting_ids(user: User | AnonymousUser, bookings: Collection[int]) -> dict[int, int]:
    """Booking → meeting, of those meetings that the user may know of. One query."""
    visible = meetings_visible_to(user).filter(booking__in=list(bookings)).order_by()
    return dict(visible.values_list("booking__pk", "pk"))


def with_meetings(user: User | AnonymousUser, rows: Sequence[Row]) -> Sequence[Row]:
    """Fill in, at any depth of rows that rooms.rows made, the `meeting.id` of every `booking` whose meeting the user
    may know of; it stays null for others. One query."""
    holders = list(_holders(rows))
    found = meeting_ids(user, {int(str(holder["booking"])) for holder in holders})
    for holder in holders:
        meeting = holder["meeting"]
        if isinstance(meeting, dict):
            meeting["id"] = found.get(int(str(holder["booking"])))
    return rows


def _holders(value: object) -> Iterable[Row]:
    if isinstance(value, dict):
        if value.get("booking") is not None and "meeting" in value:
            yield value
        for each in value.values():
            yield from _holders(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _holders(each)


def participants_of(meeting: Meeting, *, endpoint: str = "", answer: str = "", q: str = "") -> QuerySet[Participant]:
    """Who is expected, by rank of the endpoint's tier, its code, then in the order of entry; narrowed to one endpoint,
    one answer, and every word of `q` in the name or position as the directory has them, marks ignored."""
    rows = Participant.objects.filter(meeting=meeting).select_related("endpoint__unit", "endpoint__tier", "person")
    if endpoint:
        rows = rows.filter(endpoint__code=endpoint)
    if answer:
        rows = rows.filter(answer=answer)
    for word in fold(q).split():
        rows = rows.filter(person__search_text__contains=word)
    return rows.order_by("endpoint__tier__rank", "endpoint__code", "pk")


def participant_for(meeting: Meeting, participant_id: int) -> Participant:
    """Raises ParticipantNotFound."""
    row = participants_of(meeting).filter(pk=participant_id).first()
    if row is None:
        raise ParticipantNotFound(participant=participant_id)
    return row


def participant_row(participant: Participant) -> Row:
    """One participant as staff's screens and programs see them; the endpoint must be loaded."""
    return {
        "id": participant.pk,
        "person": participant.person_id,
        "full_name": participant.full_name,
        "position": participant.position,
        "unit": participant.unit_name,
        "endpoint": participant.endpoint.code,
        "role": participant.role,
        "summons": participant.summons,
        "status": participant.answer,
        "answer_reason": participant.answer_reason,
        "substitute": {"full_name": participant.substitute_name, "position": participant.substitute_position}
        if participant.answer == Participant.Answer.SUBSTITUTE
        else None,
        "answered_at": written(participant.answered_at),
    }


def answer_counts(meeting: Meeting) -> dict[str, int]:
    """How many have given each answer: none, attending, declined, substitute; every answer is a key. One query."""
    found = Counter(Participant.objects.filter(meeting=meeting).order_by().values_list("answer", flat=True))
    return {answer.value: found[answer.value] for answer in Participant.Answer}


def expected_rows(meeting: Meeting, codes: Collection[str] | None = None) -> list[ExpectedRow]:
    """How many are expected at each endpoint, by code: of those in `codes`, or all; none for an endpoint where nobody
    is. One query."""
    rows = Participant.objects.filter(meeting=meeting)
    if codes is not None:
        rows = rows.filter(endpoint__code__in=codes)
    counted = rows.values_list("endpoint__code").annotate(people=Count("pk")).order_by("endpoint__code")
    return [ExpectedRow(id=code, expected=people) for code, people in counted]


def summoned_counts(meeting: Meeting) -> dict[str, int]:
    """How many are expected at each endpoint, by code. One query."""
    rows = Participant.objects.filter(meeting=meeting).order_by()
    return dict(Counter(rows.values_list("endpoint__code", flat=True)))
