"""Reads of the roll call."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.decision import Right, rights_over
from accounts.errors import Forbidden, NotFound
from accounts.models import User
from accounts.selectors import grants_of
from accounts.text import fold
from meetings.attendance.codes import PersonalCode, entry_code, personal_code, rotating_code, step_at, step_ends
from meetings.attendance.errors import NothingOnHere
from meetings.attendance.models import CheckIn, Scan
from meetings.planning.access import TOOK_PART, scannable_endpoints
from meetings.planning.models import Meeting, Participant
from rooms.models import BookedEndpoint, Endpoint

FEWEST_LETTERS = 2
PRESENT_STATES = (Meeting.Status.SCHEDULED, Meeting.Status.OPEN)


def code_secret() -> bytes:
    """The installation's secret as the root of the keys of codes."""
    return settings.SECRET_KEY.encode()


def entry_code_of(participant: Participant) -> str:
    """The text of the code on the invitation with which the participant enters without a password."""
    code = PersonalCode(participant.meeting_id, participant.pk, participant.code_serial)
    return entry_code(code, code_secret())


def personal_code_of(participant: Participant) -> str:
    """The text of the participant's personal QR, as it is valid now."""
    code = PersonalCode(participant.meeting_id, participant.pk, participant.code_serial)
    return personal_code(code, code_secret())


def expected_by_endpoint(meeting: Meeting) -> dict[str, int]:
    """How many people are invited, by endpoint code."""
    rows = (
        Participant.objects.filter(meeting=meeting)
        .values_list("endpoint__code")
        .annotate(invited=Count("pk"))
        .order_by()
    )
    return dict(rows)


def count_rows(meeting: Meeting, codes: set[str] | None = None) -> list[dict[str, object]]:
    """Present figures by endpoint: rows of id (endpoint code), present, late; only `codes`, or all that have any."""
    check_ins = CheckIn.objects.filter(meeting=meeting)
    if codes is not None:
        check_ins = check_ins.filter(endpoint__code__in=codes)
    rows = (
        check_ins.values_list("endpoint__code")
        .annotate(present=Count("pk"), late_count=Count("pk", filter=Q(late=True)))
        .order_by("endpoint__code")
    )
    return [{"id": code, "present": present, "late": late} for code, present, late in rows]


def endpoints_of(meeting: Meeting) -> list[Endpoint]:
    """The endpoints of the board."""
    expected = Participant.objects.filter(meeting=meeting).order_by().values_list("endpoint__code", flat=True)
    present = CheckIn.objects.filter(meeting=meeting).order_by().values_list("endpoint__code", flat=True)
    return endpoints_at(meeting, {*expected.distinct(), *present.distinct()})


def endpoints_at(meeting: Meeting, peopled: set[str]) -> list[Endpoint]:
    """The booked endpoints, and those that are booked no more but where people are expected or present: `peopled`."""
    known = Endpoint.objects.select_related("tier", "unit__parent", "contact").order_by("tier__rank", "code")
    shares = BookedEndpoint.objects.filter(TOOK_PART, booking=meeting.booking_id).values("endpoint")
    found = list(known.filter(pk__in=shares)) if meeting.booking_id else []
    left = peopled - {endpoint.code for endpoint in found}
    return found + list(known.filter(code__in=left)) if left else found


def recent_scans(meeting: Meeting, endpoint: Endpoint | None, limit: int = 5) -> QuerySet[Scan]:
    """The last scans at an endpoint, newest first."""
    scans = Scan.objects.filter(meeting=meeting).select_related("participant")
    if endpoint is not None:
        scans = scans.filter(endpoint=endpoint)
    return scans[:limit]


def scan_places(user: User | AnonymousUser, meeting: Meeting) -> list[Endpoint]:
    """The endpoints of the meeting at which the user may check people in, by rank of tier, then code. One query."""
    booked = scannable_endpoints(user, meeting).select_related("endpoint__unit__parent", "endpoint__tier")
    return [row.endpoint for row in booked.order_by("endpoint__tier__rank", "endpoint__code")]


def expected_matching(meeting: Meeting, endpoint: Endpoint, text: str) -> QuerySet[Participant]:
    """Those expected at the endpoint whose name or position holds every word of `text`, marks ignored, with their
    check-in if any; nobody for a text of fewer than two letters: a list of names is never given out unasked."""
    folded = fold(text).strip()
    people = Participant.objects.filter(meeting=meeting, endpoint=endpoint)
    if len(folded) < FEWEST_LETTERS:
        return people.none()
    for word in folded.split():
        people = people.filter(person__search_text__contains=word)
    return people.select_related("check_in").order_by("full_name", "pk")


def absent_from(meeting: Meeting, endpoint: Endpoint) -> QuerySet[Participant]:
    """Those expected at the endpoint who are not checked in anywhere, by name."""
    people = Participant.objects.filter(meeting=meeting, endpoint=endpoint, check_in__isnull=True)
    return people.order_by("full_name", "pk")


def check_in_of(participant: Participant) -> CheckIn | None:
    """The participant's check-in with its endpoint, if any."""
    return CheckIn.objects.select_related("endpoint__unit").filter(participant=participant).first()


def endpoint_to_show(user: User | AnonymousUser, code: str) -> Endpoint:
    """The endpoint whose room screen the user may open. Raises NotFound for one beyond the user's part of the network,
    Forbidden for one that the user may see but not serve."""
    endpoint = Endpoint.objects.select_related("unit__parent", "tier", "contact").filter(code=code).first()
    rights = rights_over(grants_of(user), endpoint.unit.path) if endpoint is not None else frozenset()
    if endpoint is None or not rights & {Right.SCAN, Right.VIEW_NETWORK}:
        raise NotFound(endpoint=code)
    if Right.SCAN not in rights:
        raise Forbidden(right=Right.SCAN.value, endpoint=code)
    return endpoint


def meeting_on_at(endpoint: Endpoint, now: dt.datetime) -> Meeting | None:
    """The meeting that the endpoint is held for at `now`: the one in session first, else the next to begin."""
    held = BookedEndpoint.objects.filter(endpoint=endpoint, released=False, starts_at__lte=now, ends_at__gt=now)
    meetings = Meeting.objects.filter(Q(booking__booked_endpoints__in=held) | _open_at(endpoint))
    chosen = meetings.filter(status__in=PRESENT_STATES).distinct().order_by("starts_at")
    running = [meeting for meeting in chosen if meeting.status == Meeting.Status.OPEN]
    return next(iter(running or chosen), None)


def _open_at(endpoint: Endpoint) -> Q:
    # A meeting that runs over its time is still on, although the room is no longer held for it.
    return Q(status=Meeting.Status.OPEN, booking__booked_endpoints__endpoint=endpoint)


def next_meeting_at(endpoint: Endpoint, now: dt.datetime) -> Meeting | None:
    """The next meeting that will take place at the endpoint."""
    return (
        Meeting.objects.filter(
            status=Meeting.Status.SCHEDULED,
            starts_at__gt=now,
            booking__booked_endpoints__endpoint=endpoint,
            booking__booked_endpoints__released=False,
        )
        .order_by("starts_at")
        .first()
    )


@dataclass(frozen=True)
class RoomCode:
    """What the room screen shows now: the code, and the moment (UTC) at which it is replaced."""

    meeting: Meeting
    text: str
    replaced_at: dt.datetime


def room_code(endpoint: Endpoint, now: dt.datetime | None = None) -> RoomCode:
    """The endpoint's rotating code at `now`. Raises NothingOnHere."""
    now = now or timezone.now()
    meeting = meeting_on_at(endpoint, now)
    if meeting is None:
        raise NothingOnHere(endpoint=endpoint.code)
    text = rotating_code(meeting.pk, endpoint.code, now, code_secret())
    return RoomCode(meeting, text, step_ends(step_at(now)))


@dataclass(frozen=True)
class RoomFigures:
    """Figures of one endpoint in one meeting: people."""

    expected: int
    present: int

    @property
    def missing(self) -> int:
        return max(self.expected - self.present, 0)


def room_figures(meeting: Meeting, endpoint: Endpoint) -> RoomFigures:
    return RoomFigures(
        expected=Participant.objects.filter(meeting=meeting, endpoint=endpoint).count(),
        present=CheckIn.objects.filter(meeting=meeting, endpoint=endpoint).count(),
    )
