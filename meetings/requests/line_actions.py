"""Waiting in line for a time that is taken, and the offer when it becomes free (docs/decisions/0014).

An offer is a booking that is only held: the same locks and the same guard as every booking's see to it that a slot is
never offered twice. The locks: those of a booking first (docs/decisions/0011), then the meeting's row, then its entry.
"""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.decision import Right
from accounts.errors import DomainError, StaleVersion
from accounts.models import User
from accounts.schemas import written
from audit.journal import record
from meetings.notices.actions import notify
from meetings.planning.actions import book_draft, create_meeting
from meetings.planning.claim_actions import drop_hold, hold_draft
from meetings.planning.lifecycle import Act, ActImpossible, after
from meetings.planning.locking import lock_meeting
from meetings.planning.models import Meeting
from meetings.planning.wishes import MeetingPlan, plan_of, request_of, selection_of
from meetings.requests.errors import NotInLine, OfferGone, TooLateToWait
from meetings.requests.locking import lock_entry
from meetings.requests.models import WaitingEntry
from meetings.requests.selectors import IN_LINE, hold_of, in_line, waiting_codes
from rooms.actions import check, require_free
from rooms.errors import BookingConflict
from rooms.locking import guarded
from rooms.network import network
from rooms.scheduling.intervals import Interval
from rooms.selectors import choose

OFFER_FOR = dt.timedelta(hours=24)
LAST_OFFER = dt.timedelta(hours=2)
"""An offer ends this long before the meeting starts: whoever does not take it leaves the rooms to others in time."""
ROUNDS = 3
State = WaitingEntry.State


class _OutOfTurn(Exception):
    """Somebody who came first fits as well: he was passed over because the slot became free in between."""


@transaction.atomic
def create_waiting(actor: User, plan: MeetingPlan) -> Meeting:
    """A draft of the plan, in line for its time. Raises what create_meeting of a draft raises, and TooLateToWait."""
    meeting = create_meeting(actor, plan, draft=True)
    join_line(actor, meeting)
    return meeting


@transaction.atomic
def join_line(actor: User, meeting: Meeting) -> WaitingEntry:
    """Put the draft at the end of the line for its endpoints at its time. Who stands in line already keeps his place.

    Raises ActImpossible for what is no draft, TooLateToWait, the refusals of rooms.errors.
    """
    meeting = lock_meeting(meeting)
    if meeting.status != Meeting.Status.DRAFT:
        after(meeting.status, Act.SCHEDULE)
    if meeting.starts_at - LAST_OFFER <= timezone.now():
        raise TooLateToWait(hours=LAST_OFFER // dt.timedelta(hours=1))
    standing = lock_entry(meeting)
    if standing is not None and standing.state in IN_LINE:
        return standing
    entry = standing or WaitingEntry(meeting=meeting)
    _line_up(entry, actor)
    _record(actor, "line.joined", meeting, {"endpoints": waiting_codes(entry)})
    return entry


def _line_up(entry: WaitingEntry, actor: User) -> None:
    """At the end of the line, for what the draft wants now."""
    meeting = entry.meeting
    day = timezone.localtime(meeting.starts_at).date()
    host = meeting.host_endpoint.code if meeting.host_endpoint is not None else None
    codes = choose(actor, selection_of(meeting), right=Right.BOOK, on=day, host=host)
    entry.state, entry.placed_by, entry.placed_at = State.WAITING, actor, timezone.now()
    entry.offered_at = entry.offer_expires_at = None
    entry.save()
    entry.endpoints.set(network().ids_of(codes).values())


def take(actor: User, meeting: Meeting) -> Meeting:
    """Take what is offered: the meeting is scheduled. Raises OfferGone, BookingConflict (a room was closed since)."""
    entry = WaitingEntry.objects.filter(meeting=meeting).first()
    if entry is None or entry.state != State.OFFERED or not _in_time(entry):
        raise OfferGone
    try:
        with transaction.atomic():
            meeting = book_draft(actor, meeting)
            # The follower has marked it, unless the offer ended at the same moment.
            if not WaitingEntry.objects.filter(pk=entry.pk, state=State.TAKEN).exists():
                raise OfferGone
            return meeting
    except (StaleVersion, ActImpossible) as error:
        raise OfferGone from error


def _in_time(entry: WaitingEntry) -> bool:
    return entry.offer_expires_at is not None and entry.offer_expires_at > timezone.now()


def leave_line(actor: User, meeting: Meeting) -> WaitingEntry:
    """Decline what is offered, or wait no longer; the next in line may have it. The draft stays.

    Raises NotInLine, StaleVersion.
    """
    return guarded(lambda: _end(actor, meeting, State.WITHDRAWN, "line.left"))


def _end(actor: User | None, meeting: Meeting, state: str, verb: str) -> WaitingEntry:
    entry = WaitingEntry.objects.filter(meeting=meeting, state__in=IN_LINE).first()
    if entry is None:
        raise NotInLine
    offered = entry.state == State.OFFERED
    meeting = drop_hold(actor, meeting, verb=verb, data={"endpoints": waiting_codes(entry)})
    entry = lock_entry(meeting)
    if entry is None or entry.state not in IN_LINE or (entry.state == State.OFFERED) != offered:
        raise NotInLine
    entry.state = state
    entry.save(update_fields=["state"])
    return entry


def offer_slots(now: dt.datetime, window: Interval | None = None) -> int:
    """Offer what is free now to those who wait, first come first served: each whose whole request fits gets it held.

    `window` narrows it to those who want time within it. Says how many offers were made. Safe to run in several places
    at once.
    """
    made = 0
    for _round in range(ROUNDS):
        passed_over = False
        for entry in in_line(window).filter(state=State.WAITING, meeting__starts_at__gt=now + LAST_OFFER):
            try:
                made += _offer(entry, now)
            except _OutOfTurn:
                passed_over = True
        if not passed_over:
            break
    return made


def _offer(entry: WaitingEntry, now: dt.datetime) -> bool:
    """Whether the entry got an offer. Raises _OutOfTurn, with nothing held."""
    meeting = Meeting.objects.select_related("unit", "chair", "host_endpoint", "booking").get(pk=entry.meeting_id)
    codes = waiting_codes(entry)
    try:
        # Looked at without a lock first: almost always something is still in the way.
        require_free(request_of(entry.placed_by, plan_of(meeting), endpoints=codes))
        return guarded(lambda: _hold(entry, meeting, codes, now))
    except DomainError:
        # Taken, booked or changed at the same moment, or no part of the network any more: it stays in line, and lapses
        # with its time.
        return False


def _hold(entry: WaitingEntry, meeting: Meeting, codes: Collection[str], now: dt.datetime) -> bool:
    until = min(now + OFFER_FOR, meeting.starts_at - LAST_OFFER)
    data: dict[str, object] = {"endpoints": list(codes), "until": written(until)}
    meeting = hold_draft(entry.placed_by, meeting, codes, verb="slot.offered", data=data)
    if _passed_over(entry, meeting):
        raise _OutOfTurn
    present = lock_entry(meeting)
    if present is None or present.state != State.WAITING:
        raise NotInLine
    present.state, present.offered_at, present.offer_expires_at = State.OFFERED, now, until
    present.save(update_fields=["state", "offered_at", "offer_expires_at"])
    told = {"endpoints": len(codes), "unit": meeting.unit.name, "until": written(until)}
    notify([present.placed_by, meeting.created_by], "slot.offered", meeting=meeting, data=told)
    return True


def _passed_over(entry: WaitingEntry, meeting: Meeting) -> bool:
    """Whether somebody earlier in line, who wants one of these endpoints at that time, would fit if it were not for
    this offer. The endpoints are locked: what is free now stays so."""
    hold = hold_of(meeting)
    earlier = (
        in_line(hold)
        .filter(state=State.WAITING, placed_at__lte=entry.placed_at, endpoints__in=entry.endpoints.values("pk"))
        .exclude(pk=entry.pk)
        .select_related("meeting__unit", "meeting__chair", "meeting__host_endpoint", "meeting__booking", "placed_by")
        .distinct()
    )
    for other in earlier:
        if (other.placed_at, other.pk) > (entry.placed_at, entry.pk) or not hold_of(other.meeting).overlaps(hold):
            continue
        try:
            wanted = request_of(other.placed_by, plan_of(other.meeting), endpoints=waiting_codes(other))
            if check(wanted, booking=meeting.booking).fits:
                return True
        except DomainError:
            continue
    return False


def end_offers(now: dt.datetime) -> int:
    """Take back every offer whose time is over; says how many. The next in line is offered it afterwards."""
    due = WaitingEntry.objects.filter(state=State.OFFERED, offer_expires_at__lte=now).select_related("meeting__unit")
    return sum(_lapse(entry, "offer.lapsed") for entry in due.order_by("offer_expires_at", "pk"))


def end_waiting(now: dt.datetime) -> int:
    """Let everybody out of the line for whose time nothing can be offered any more; says how many."""
    due = WaitingEntry.objects.filter(state=State.WAITING, meeting__starts_at__lte=now + LAST_OFFER)
    return sum(_lapse(entry, "line.lapsed") for entry in due.select_related("meeting__unit").order_by("pk"))


def _lapse(entry: WaitingEntry, verb: str) -> bool:
    try:
        with transaction.atomic():
            guarded(lambda: _end(None, entry.meeting, State.LAPSED, verb))
            if verb == "offer.lapsed":
                data = {"endpoints": entry.endpoints.count(), "unit": entry.meeting.unit.name}
                told = [entry.placed_by, entry.meeting.created_by]
                notify(told, "offer.lapsed", meeting=entry.meeting, data=data)
            return True
    except (NotInLine, StaleVersion, ActImpossible, BookingConflict):
        # Taken, declined or changed at the same moment: that came first.
        return False


def move_in_line(actor: User, entry: WaitingEntry) -> None:
    """The draft wants another time or other endpoints: it goes to the end of that line."""
    _line_up(entry, actor)


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
