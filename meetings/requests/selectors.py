"""Reads of requests to owners and of the line of those who wait."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.decision import Right, decide
from accounts.errors import Forbidden, NotFound
from accounts.models import User
from accounts.schemas import Row, written
from accounts.selectors import grants_of, scope_filter
from meetings.planning.models import Meeting
from meetings.requests.models import UsageRequest, WaitingEntry
from rooms.models import Endpoint
from rooms.scheduling.intervals import Interval
from rooms.statements import LONGEST_HOLD

State = UsageRequest.State
LIVE = (Meeting.Status.DRAFT, Meeting.Status.SCHEDULED, Meeting.Status.POSTPONED, Meeting.Status.OPEN)
IN_LINE = (WaitingEntry.State.WAITING, WaitingEntry.State.OFFERED)


def hold_of(meeting: Meeting) -> Interval:
    """The time for which the meeting needs its endpoints, line test and clearing included."""
    return Interval(
        meeting.starts_at - dt.timedelta(minutes=meeting.setup_minutes),
        meeting.ends_at + dt.timedelta(minutes=meeting.teardown_minutes),
    )


def _shown(requests: QuerySet[UsageRequest]) -> QuerySet[UsageRequest]:
    endpoints = Endpoint.objects.select_related("unit", "tier").order_by("tier__rank", "code")
    return requests.select_related(
        "meeting__unit", "meeting__booking", "meeting__host_endpoint", "meeting__chair", "unit", "asked_by__person"
    ).prefetch_related(Prefetch("endpoints", endpoints))


def requests_to_decide(user: User) -> QuerySet[UsageRequest]:
    """What others ask of units over which the user may book; first those that lapse soonest."""
    rows = UsageRequest.objects.filter(scope_filter(user, Right.BOOK, "unit__path"))
    return _shown(rows).order_by("expires_at", "pk")


def requests_asked(user: User) -> QuerySet[UsageRequest]:
    """What the meetings that the user prepares ask of others; newest first."""
    rows = UsageRequest.objects.filter(scope_filter(user, Right.PREPARE, "meeting__unit__path"))
    return _shown(rows).order_by("-asked_at", "-pk")


def request_for(user: User, request_id: int, *, decides: bool) -> UsageRequest:
    """The request, if the user may decide it, or (`decides` false) take it back. Raises NotFound, Forbidden."""
    found = _shown(UsageRequest.objects.all()).filter(pk=request_id).first()
    if found is None:
        raise NotFound(request=request_id)
    grants = grants_of(user)
    owns = decide(grants, Right.BOOK, found.unit.path).allowed
    asks = decide(grants, Right.PREPARE, found.meeting.unit.path).allowed
    if not (owns or asks):
        raise NotFound(request=request_id)
    if not (owns if decides else asks):
        raise Forbidden(right=(Right.BOOK if decides else Right.PREPARE).value)
    return found


def requests_of(meeting: Meeting) -> list[UsageRequest]:
    """All requests of a meeting with their endpoints, in the order in which they were made. Two queries."""
    return list(_shown(UsageRequest.objects.filter(meeting=meeting)).order_by("asked_at", "pk"))


def rivals_of(requests: Iterable[UsageRequest]) -> Mapping[int, list[UsageRequest]]:
    """By id of a request: the other pending ones that an approval of it would refuse, because they want one of its
    endpoints for an overlapping time. Their meetings are loaded. Three queries, however many requests."""
    asked = {each.pk: ({row.pk for row in each.endpoints.all()}, hold_of(each.meeting)) for each in requests}
    if not asked:
        return {}
    wanted = {pk for endpoints, _hold in asked.values() for pk in endpoints}
    first = min(hold.start for _endpoints, hold in asked.values())
    last = max(hold.end for _endpoints, hold in asked.values())
    through = UsageRequest.endpoints.through.objects
    touching = through.filter(usagerequest=OuterRef("pk"), endpoint__in=wanted)
    pending = UsageRequest.objects.filter(
        Exists(touching),
        state=State.PENDING,
        meeting__starts_at__lt=last + LONGEST_HOLD,
        meeting__ends_at__gt=first - LONGEST_HOLD,
        meeting__status__in=LIVE,
    )
    others = list(pending.select_related("meeting__unit", "asked_by").order_by("asked_at", "pk"))
    shares: dict[int, set[int]] = {other.pk: set() for other in others}
    for request, endpoint in through.filter(usagerequest__in=pending.values("pk")).values_list(
        "usagerequest_id", "endpoint_id"
    ):
        shares.setdefault(request, set()).add(endpoint)
    return {
        pk: [
            other
            for other in others
            if other.pk != pk and shares[other.pk] & endpoints and hold_of(other.meeting).overlaps(hold)
        ]
        for pk, (endpoints, hold) in asked.items()
    }


def event_rows(meeting: Meeting) -> list[dict[str, object]]:
    """The meeting's requests as its staff's screens keep them. Two queries."""
    return [
        {
            "id": each.pk,
            "unit": each.unit.code,
            "unit_name": each.unit.name,
            "endpoints": [endpoint.code for endpoint in each.endpoints.all()],
            "state": str(each.state),
            "reason": each.reason,
            "expires_at": written(each.expires_at),
        }
        for each in requests_of(meeting)
    ]


def request_rows(requests: Sequence[UsageRequest]) -> list[Row]:
    """The requests as the API writes them; `refuses` are the pending ones that an approval would refuse."""
    rivals = rivals_of([each for each in requests if each.state == State.PENDING])
    return [
        {
            "id": each.pk,
            "meeting": {
                "id": each.meeting_id,
                "title": each.meeting.title,
                "starts_at": written(each.meeting.starts_at),
                "ends_at": written(each.meeting.ends_at),
                "unit": each.meeting.unit.code,
            },
            "unit": each.unit.code,
            "endpoints": [endpoint.code for endpoint in each.endpoints.all()],
            "state": str(each.state),
            "message": each.message,
            "asked_by": {"name": asker_name(each), "phone": asker_phone(each)},
            "asked_at": written(each.asked_at),
            "expires_at": written(each.expires_at),
            "decided_at": written(each.decided_at),
            "reason": each.reason,
            "refuses": [rival.pk for rival in rivals.get(each.pk, [])],
        }
        for each in requests
    ]


def asker_name(request: UsageRequest) -> str:
    person = getattr(request.asked_by, "person", None)
    return person.full_name if person is not None else str(request.asked_by)


def asker_phone(request: UsageRequest) -> str:
    person = getattr(request.asked_by, "person", None)
    return person.phone if person is not None else ""


def waiting_of(user: User) -> QuerySet[WaitingEntry]:
    """The line as far as the user prepares the meetings in it: offers first, then by time."""
    rows = WaitingEntry.objects.filter(scope_filter(user, Right.PREPARE, "meeting__unit__path"))
    return rows.select_related("meeting__unit").order_by("-offer_expires_at", "meeting__starts_at", "pk")


def places(entries: Collection[WaitingEntry]) -> dict[int, int]:
    """By id of an entry that waits: its place among those who want one of its endpoints for an overlapping time; 1 is
    next. Two queries, however many entries."""
    waiting = [each for each in entries if each.state == WaitingEntry.State.WAITING]
    if not waiting:
        return {}
    first = min(hold_of(each.meeting).start for each in waiting)
    last = max(hold_of(each.meeting).end for each in waiting)
    line = in_line(Interval(first, last)).filter(state__in=IN_LINE)
    ahead = list(line.select_related("meeting").order_by("placed_at", "pk"))
    shares: dict[int, set[int]] = {each.pk: set() for each in ahead}
    through = WaitingEntry.endpoints.through.objects.filter(waitingentry__in=line.values("pk"))
    for entry, endpoint in through.values_list("waitingentry_id", "endpoint_id"):
        shares.setdefault(entry, set()).add(endpoint)
    return {
        each.pk: 1
        + sum(
            (other.placed_at, other.pk) < (each.placed_at, each.pk)
            and hold_of(other.meeting).overlaps(hold_of(each.meeting))
            and bool(shares[other.pk] & shares.get(each.pk, set()))
            for other in ahead
        )
        for each in waiting
    }


def in_line(window: Interval | None) -> QuerySet[WaitingEntry]:
    """Those who wait for a time that may overlap the window, first come first."""
    rows = (
        WaitingEntry.objects.filter(state=WaitingEntry.State.WAITING)
        if window is None
        else (
            WaitingEntry.objects.filter(
                state__in=IN_LINE,
                meeting__starts_at__lt=window.end + LONGEST_HOLD,
                meeting__ends_at__gt=window.start - LONGEST_HOLD,
            )
        )
    )
    return rows.order_by("placed_at", "pk")


def waiting_codes(entry: WaitingEntry) -> list[str]:
    """The endpoints that the entry waits for, by rank of tier, then code. One query."""
    return list(entry.endpoints.order_by("tier__rank", "code").values_list("code", flat=True))


def pending_count(user: User) -> int:
    """How many requests wait for the user's answer. One query."""
    return UsageRequest.objects.filter(Q(state=State.PENDING), scope_filter(user, Right.BOOK, "unit__path")).count()
