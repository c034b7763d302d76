"""What a meeting is made after: a template, or another meeting. Its words, its endpoints, its agenda and its people."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.decision import Right
from accounts.models import Person, Unit, User
from accounts.selectors import today
from meetings.agenda.selectors import items_of
from meetings.planning.models import Meeting, Participant
from meetings.planning.participant_actions import Invitee
from meetings.planning.selectors import booked_codes
from meetings.planning.wishes import selection_of
from meetings.prepared.models import MeetingTemplate
from rooms.errors import BookingRefused
from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.selection import Catalogue, Selection, expand
from rooms.selectors import catalogue, read_selection


@dataclass(frozen=True)
class AgendaLine:
    title: str
    presenter: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """What is taken over. `endpoints` are those in the network today and within the user's reach, by rank of tier, then
    code; `dropped` those that are not. `starts` is a clock time of the office."""

    title: str
    unit: Unit
    starts: dt.time
    minutes: int
    setup_minutes: int
    teardown_minutes: int
    endpoints: Sequence[str]
    dropped: Sequence[str]
    host: str | None
    chair: Person | None
    local: bool
    agenda: Sequence[AgendaLine]
    people: Sequence[Invitee]


def pattern_of_template(user: User, template: MeetingTemplate) -> Pattern:
    """Five queries. A template without a usual start begins at 08:00."""
    known = catalogue(user, right=Right.BOOK, on=today())
    present, dropped = _reduced(read_selection(template.selection), known)
    host = template.host_endpoint.code if template.host_endpoint is not None else None
    return Pattern(
        title=template.title,
        unit=template.unit,
        starts=template.usual_start or dt.time(8),
        minutes=template.minutes,
        setup_minutes=template.setup_minutes,
        teardown_minutes=template.teardown_minutes,
        endpoints=present,
        dropped=dropped,
        host=host if host in present else None,
        chair=template.chair,
        local=template.local,
        agenda=[AgendaLine(str(row["title"]), str(row["presenter"]), int(row["minutes"])) for row in template.agenda],
        people=[_invitee(row) for row in template.people],
    )


def pattern_of_meeting(user: User, meeting: Meeting) -> Pattern:
    """The meeting as it was booked, whatever it was first asked by; a draft as it is wished. Eight queries."""
    known = catalogue(user, right=Right.BOOK, on=today())
    codes = booked_codes(meeting)
    wanted = Selection(endpoints=tuple(codes)) if codes else _wish(meeting)
    present, dropped = _reduced(wanted, known)
    host = meeting.host_endpoint.code if meeting.host_endpoint is not None else None
    return Pattern(
        title=meeting.title,
        unit=meeting.unit,
        starts=timezone.localtime(meeting.starts_at).time().replace(tzinfo=None),
        minutes=int((meeting.ends_at - meeting.starts_at).total_seconds() // 60),
        setup_minutes=meeting.setup_minutes,
        teardown_minutes=meeting.teardown_minutes,
        endpoints=present,
        dropped=dropped,
        host=host if host in present else None,
        chair=meeting.chair,
        local=meeting.local,
        agenda=[AgendaLine(item.title, item.presenter, item.minutes) for item in items_of(meeting)],
        people=[_invitee(row) for row in people_data(meeting)],
    )


def _wish(meeting: Meeting) -> Selection:
    """What a draft asks for; a draft led from one endpoint alone has no selection of its own."""
    try:
        return selection_of(meeting)
    except BookingRefused:
        host = meeting.host_endpoint
        return Selection(endpoints=(host.code,) if host is not None else ())


def people_data(meeting: Meeting) -> list[dict[str, object]]:
    """Who is expected, as a template keeps it. One query."""
    rows = Participant.objects.filter(meeting=meeting).order_by("endpoint__tier__rank", "endpoint__code", "pk")
    fields = ("person_id", "full_name", "position", "endpoint__code", "role", "summons")
    return [
        {"person": person, "full_name": name, "position": position, "endpoint": code, "role": role, "summons": summons}
        for person, name, position, code, role, summons in rows.values_list(*fields)
    ]


def _invitee(row: dict[str, object]) -> Invitee:
    return Invitee(
        endpoint=str(row["endpoint"]),
        person=int(str(row["person"])),
        position=str(row["position"]),
        role=str(row["role"]),
        summons=str(row["summons"]),
    )


def _reduced(wanted: Selection, known: Catalogue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes that the selection stands for today, and those named in it that are in the network no more or not in
    the user's reach. A unit or group that is gone stands for nothing."""
    active = {row.code for row in known.endpoints if row.active}
    selection = Selection(
        tiers=tuple(code for code in wanted.tiers if code in known.tiers),
        under=wanted.under if wanted.under in known.units else None,
        endpoints=tuple(code for code in wanted.endpoints if code in active),
        groups=tuple(name for name in wanted.groups if name in known.groups),
        except_=tuple(code for code in wanted.except_ if code in active),
    )
    if wanted.under is not None and selection.under is None:
        # The tiers were those under that unit: without it they would stand for the whole network.
        selection = Selection(endpoints=selection.endpoints, groups=selection.groups, except_=selection.except_)
    dropped = tuple(code for code in wanted.endpoints if code not in active and code not in wanted.except_)
    try:
        return expand(selection, known), dropped
    except SchedulingInvalid:
        return (), dropped
