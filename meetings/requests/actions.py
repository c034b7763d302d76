"""Asking the owners of endpoints, and answering. Nothing is held before an owner agrees.

The locks: those of a booking first (docs/decisions/0011), then the meeting's row, then the requests by id.
"""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from accounts.decision import Right
from accounts.errors import StaleVersion
from accounts.models import Unit, User
from accounts.schemas import written
from audit.journal import record
from meetings.notices.actions import notify
from meetings.planning.actions import create_meeting, write_down
from meetings.planning.claim_actions import add_endpoints
from meetings.planning.lifecycle import Act, after
from meetings.planning.locking import lock_meeting
from meetings.planning.models import Meeting
from meetings.planning.selectors import booked_codes
from meetings.planning.wishes import MeetingPlan, naming_meetings, selection_of
from meetings.requests.errors import EndpointsNotAskable, ReasonMissing, RequestOutdated
from meetings.requests.events import RequestsChanged
from meetings.requests.locking import lock_pending, lock_requests, require_pending
from meetings.requests.models import UsageRequest
from meetings.requests.owners import askable, deciders_of, owners_of
from meetings.requests.selectors import event_rows, rivals_of
from realtime.audiences import STAFF
from realtime.publish import publish
from rooms.actions import OnConflict
from rooms.errors import InThePast
from rooms.locking import guarded
from rooms.models import Booking, Endpoint
from rooms.scheduling.selection import Selection
from rooms.selectors import choose
from rooms.slots import office_calendar

ANSWER_WITHIN_WORKING_DAYS = 3
CLOSE_OF_BUSINESS = dt.time(17)
State = UsageRequest.State


def deadline(now: dt.datetime, starts_at: dt.datetime) -> dt.datetime:
    """Until when an owner may answer: 17:00 of the third working day, at the latest when the meeting starts."""
    today = timezone.localtime(now).date()
    day = office_calendar(today.year, today.year + 1).working_day_after(today, ANSWER_WITHIN_WORKING_DAYS) or today
    return min(timezone.make_aware(dt.datetime.combine(day, CLOSE_OF_BUSINESS)), starts_at)


@transaction.atomic
def book_and_ask(
    actor: User, plan: MeetingPlan, codes: Collection[str], *, message: str = "", on_conflict: OnConflict = "refuse"
) -> Meeting:
    """Book what the plan selects of the actor's own, and ask the owners of `codes` for theirs. A plan that selects
    nothing of the actor's own stays a draft until the first owner agrees.

    Raises EndpointsNotAskable and what create_meeting raises; then nothing was booked and nobody was asked.
    """
    if plan.selection == Selection() and plan.host_endpoint is None:
        meeting = write_down(actor, plan)
    else:
        meeting = create_meeting(actor, plan, on_conflict=on_conflict)
    ask(actor, meeting, codes, message=message)
    return meeting


@transaction.atomic
def ask(actor: User, meeting: Meeting, codes: Collection[str], *, message: str = "") -> list[UsageRequest]:
    """One request to each owner of these endpoints; what an owner was asked before and has not answered is joined.

    Raises ActImpossible, InThePast, EndpointsNotAskable.
    """
    meeting = lock_meeting(meeting)
    after(meeting.status, Act.EDIT)
    now = timezone.now()
    if meeting.starts_at <= now:
        raise InThePast(ends_at=meeting.ends_at)
    by_owner = _by_owner(_askable(actor, meeting, codes))
    pending = {
        each.unit_id: each
        for each in UsageRequest.objects.filter(meeting=meeting, state=State.PENDING).select_for_update(no_key=True)
    }
    made = []
    for unit, endpoints in by_owner:
        asked = pending.get(unit.pk) or UsageRequest(meeting=meeting, unit=unit)
        asked.asked_by, asked.message = actor, message.strip()[:300] or asked.message
        asked.expires_at = deadline(now, meeting.starts_at)
        asked.save()
        asked.endpoints.add(*endpoints)
        made.append(asked)
    units = {unit.code: [row.code for row in endpoints] for unit, endpoints in by_owner}
    _record(actor, "request.made", meeting, {"endpoints": sorted(codes), "owners": units})
    tell_of_requests(meeting)
    told = deciders_of([unit for unit, _endpoints in by_owner])
    for each, (unit, endpoints) in zip(made, by_owner, strict=True):
        data = {"endpoints": len(endpoints), "unit": meeting.unit.name, "until": written(each.expires_at)}
        notify(told[unit.pk], "request.asked", meeting=meeting, data=data)
    return made


def _askable(actor: User, meeting: Meeting, codes: Collection[str]) -> list[Endpoint]:
    found = {each.code: each for each in askable(actor).filter(code__in=list(codes))}
    wrong = (set(codes) - found.keys()) | (set(codes) & _held_codes(meeting))
    if wrong or not codes:
        raise EndpointsNotAskable(endpoints=sorted(wrong))
    return list(found.values())


def _held_codes(meeting: Meeting) -> set[str]:
    in_force = meeting.booking is not None and meeting.booking.state != Booking.RELEASED
    return set(booked_codes(meeting)) if in_force else set()


def _by_owner(endpoints: Iterable[Endpoint]) -> list[tuple[Unit, list[Endpoint]]]:
    listed = list(endpoints)
    owners = owners_of(listed)
    found: dict[Unit, list[Endpoint]] = {}
    for endpoint in listed:
        found.setdefault(owners[endpoint.code], []).append(endpoint)
    return sorted(found.items(), key=lambda item: item[0].path)


def approve(actor: User, request: UsageRequest) -> UsageRequest:
    """Lend the endpoints: they are booked for the meeting in addition to what it holds, all or nothing, and a meeting
    that only waited for this is scheduled. Other requests that want one of them at that time are refused.

    Raises RequestDecided, RequestOutdated, ActImpossible, BookingConflict (everything stays as it was).
    """
    with naming_meetings(actor):
        return guarded(lambda: _approve(actor, request))


def _approve(actor: User, request: UsageRequest) -> UsageRequest:
    meeting = Meeting.objects.select_related("unit").get(pk=request.meeting_id)
    codes = list(request.endpoints.order_by("tier__rank", "code").values_list("code", flat=True))
    own = _own(request, meeting)
    data: dict[str, object] = {"endpoints": codes, "unit": request.unit.name}
    # Said before anything is tried: an answer that came first is no conflict of rooms.
    require_pending(request)
    try:
        meeting = add_endpoints(actor, meeting, codes, own=own, verb="request.approved", data=data)
    except StaleVersion as stale:
        raise RequestOutdated from stale
    request = _decide(lock_pending(request), actor, State.APPROVED)
    tell_of_requests(meeting)
    notify([request.asked_by, meeting.created_by], "request.approved", meeting=meeting, data=_notice(request, codes))
    _refuse_rivals(actor, request)
    return request


def _own(request: UsageRequest, meeting: Meeting) -> list[str]:
    """What a draft chose of its own, which is booked with the first endpoints lent."""
    if meeting.status not in {Meeting.Status.DRAFT, Meeting.Status.POSTPONED} or not any(meeting.selection.values()):
        return []
    day = timezone.localtime(meeting.starts_at).date()
    return list(choose(request.asked_by, selection_of(meeting), right=Right.BOOK, on=day))


def _refuse_rivals(actor: User, approved: UsageRequest) -> None:
    rivals = lock_requests(rivals_of([approved])[approved.pk])
    for rival in sorted(rivals, key=lambda each: each.meeting_id):
        _refused(actor, rival, rival.meeting)


@transaction.atomic
def refuse(actor: User, request: UsageRequest, *, reason: str) -> UsageRequest:
    """Say no, and why. Raises ReasonMissing, RequestDecided."""
    reason = reason.strip()[:300]
    if not reason:
        raise ReasonMissing
    meeting = lock_meeting(request.meeting)
    request = lock_pending(request)
    return _refused(actor, request, meeting, reason)


def _refused(actor: User, request: UsageRequest, meeting: Meeting, reason: str = "") -> UsageRequest:
    """Without a reason of its own: the endpoints were given to another meeting at that time."""
    codes = _codes(request)
    request = _decide(request, actor, State.REFUSED, reason)
    _record(actor, "request.refused", meeting, {"endpoints": codes, "unit": request.unit.name, "reason": reason})
    tell_of_requests(meeting)
    data = {**_notice(request, codes), "reason": reason}
    notify([request.asked_by, meeting.created_by], "request.refused", meeting=meeting, data=data)
    return request


@transaction.atomic
def withdraw(actor: User, request: UsageRequest) -> UsageRequest:
    """Take the question back. Raises RequestDecided."""
    meeting = lock_meeting(request.meeting)
    request = lock_pending(request)
    codes = _codes(request)
    request = _decide(request, actor, State.WITHDRAWN)
    _record(actor, "request.withdrawn", meeting, {"endpoints": codes, "unit": request.unit.name})
    tell_of_requests(meeting)
    return request


def withdrawn_with(meeting: Meeting) -> None:
    """The meeting is called off or put off: its requests are no more. The meeting's row is locked, the act recorded."""
    pending = UsageRequest.objects.filter(meeting=meeting, state=State.PENDING)
    requests = lock_requests(list(pending))
    for request in requests:
        _decide(request, None, State.WITHDRAWN)
    if requests:
        tell_of_requests(meeting)


def lapse_requests(now: dt.datetime) -> int:
    """Let every request lapse whose time to answer is over; says how many. Safe to run in several places at once."""
    due = UsageRequest.objects.filter(state=State.PENDING, expires_at__lte=now).order_by("expires_at", "pk")
    return sum(_lapse(request, now) for request in due.select_related("meeting", "unit"))


@transaction.atomic
def _lapse(request: UsageRequest, now: dt.datetime) -> bool:
    meeting = lock_meeting(request.meeting)
    still = lock_requests([request])
    if not still or still[0].expires_at > now:
        return False
    (request,) = still
    codes = _codes(request)
    request = _decide(request, None, State.LAPSED)
    _record(None, "request.lapsed", meeting, {"endpoints": codes, "unit": request.unit.name})
    tell_of_requests(meeting)
    told = [request.asked_by, meeting.created_by]
    notify(told, "request.lapsed", meeting=meeting, data=_notice(request, codes))
    return True


def _decide(request: UsageRequest, actor: User | None, state: str, reason: str = "") -> UsageRequest:
    request.state, request.decided_by, request.reason = state, actor, reason
    request.decided_at = timezone.now()
    request.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return request


def _codes(request: UsageRequest) -> list[str]:
    return list(request.endpoints.order_by("tier__rank", "code").values_list("code", flat=True))


def _notice(request: UsageRequest, codes: Collection[str]) -> dict[str, object]:
    return {"endpoints": len(codes), "unit": request.unit.name}


def _record(actor: User | None, verb: str, meeting: Meeting, data: dict[str, object]) -> None:
    record(
        actor,
        verb,
        chain=meeting.stream,
        object_type="meeting",
        object_id=meeting.pk,
        label=meeting.title,
        data=data,
    )


def tell_of_requests(meeting: Meeting) -> None:
    """Let the screens of the meeting's staff know how its requests stand."""
    publish(meeting.stream, RequestsChanged(rows=event_rows(meeting)), audience=STAFF)
