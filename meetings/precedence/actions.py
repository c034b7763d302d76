"""Taking precedence: a session of a higher tier takes the place of lower ones, all in one transaction.

The locks, in the one order: the bookings involved by id, endpoints, bridges, the network's journal, the meetings by id,
their journals. What was weighed without locks is weighed again with them; when others have come into the way meanwhile,
all of it is undone and done anew.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from accounts.decision import Right, decide
from accounts.errors import Forbidden
from accounts.models import Unit, User
from accounts.schemas import written
from accounts.selectors import grants_of, person_of
from meetings.notices.actions import notify, settle
from meetings.notices.models import Notice
from meetings.planning.actions import book_draft, change_meeting, create_meeting
from meetings.planning.claim_actions import schedule_by_precedence
from meetings.planning.lifecycle import Act, ActImpossible, after
from meetings.planning.models import Meeting
from meetings.planning.standing import rank_of, standings
from meetings.planning.wishes import Changes, MeetingPlan, naming_meetings, plan_of, request_of
from meetings.precedence.errors import NotAgreed
from meetings.precedence.selectors import DISPLACED, FREED, freed, owners_of
from rooms.actions import rebook, release, reserve
from rooms.errors import BookingConflict
from rooms.locking import guarded, lock_booking
from rooms.models import Booking
from rooms.precedence import hold_still, weigh
from rooms.rows import conflict_rows
from rooms.scheduling.precedence import Precedence
from rooms.wishes import BookingRequest

MOST_TRIES = 5
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Preempted:
    """The session that is booked now, and the meetings that gave way, by id; they are to be moved."""

    meeting: Meeting
    displaced: list[Meeting]


class CameBetween(Exception):
    """Between the first look and the locks something else came into the way, or a meeting was opened."""


def preempt(
    actor: User, meeting: Meeting, *, reason: str, ground: str, agreed: Collection[int] | None = None
) -> Preempted:
    """Book the draft or postponed meeting in the place of meetings of lower tiers, which are put off and told.

    With nothing in the way it is simply booked. `agreed`: the bookings that may give way, None = whichever must.
    Raises NotAgreed, Forbidden, ActImpossible, the refusals of rooms.errors, and
    BookingConflict with what does not give way (`stays`: why); everything is as it was then.
    """
    require_book(actor, meeting.unit)
    with naming_meetings(actor):
        return until_still(lambda: _preempt(actor, meeting, reason, ground, agreed))


def preempt_plan(
    actor: User, plan: MeetingPlan, *, reason: str, ground: str, agreed: Collection[int] | None = None
) -> Preempted:
    """As preempt, for a meeting that is not written down yet: both or neither is done."""
    require_book(actor, plan.unit)
    with naming_meetings(actor):
        return until_still(lambda: _preempt(actor, create_meeting(actor, plan, draft=True), reason, ground, agreed))


def _preempt(actor: User, meeting: Meeting, reason: str, ground: str, agreed: Collection[int] | None) -> Preempted:
    seen = Meeting.objects.select_related("unit", "chair", "host_endpoint", "booking__unit").get(pk=meeting.pk)
    after(seen.status, Act.PREEMPT)
    request = request_of(actor, plan_of(seen))
    booking, displaced = take(actor, request, rank_of(seen.unit), seen.booking, agreed)
    data: dict[str, object] = {"reason": reason.strip(), "ground": str(ground)}
    try:
        done = schedule_by_precedence(actor, seen, booking, displaced=displaced, data=data)
    except ActImpossible as impossible:
        raise CameBetween from impossible
    tell_displaced(actor, displaced, booking, data)
    return Preempted(done, displaced)


def require_book(actor: User, unit: Unit) -> None:
    """Raises Forbidden unless the actor may book for the unit."""
    if not decide(grants_of(actor), Right.BOOK, unit.path).allowed:
        raise Forbidden(right=Right.BOOK.value)


def until_still(act: Callable[[], _Result]) -> _Result:
    """`act` in a transaction, again while others come between. Raises BookingConflict when they always do."""
    for _try in range(MOST_TRIES):
        try:
            return guarded(act)
        except CameBetween:
            continue
    raise BookingConflict([])


def take(
    actor: User,
    request: BookingRequest,
    rank: int | None,
    booking: Booking | None,
    agreed: Collection[int] | None = None,
) -> tuple[Booking, list[Meeting]]:
    """Release what gives way and book the request, under all locks; the meetings are the caller's to put off.

    `booking` is the one to use again. Raises CameBetween, NotAgreed, BookingConflict with what does not give way.
    """
    looked = weighed(request, rank, booking)
    hold_still(request, [*looked.displaced, *([booking.pk] if booking is not None else [])])
    found = weighed(request, rank, booking)
    if not set(found.displaced) <= set(looked.displaced):
        raise CameBetween
    if agreed is not None and not set(found.displaced) <= set(agreed):
        raise NotAgreed(bookings=list(found.displaced))
    related = Meeting.objects.select_related("unit", "booking__owner", "created_by", "host_endpoint", "chair")
    displaced = list(related.filter(booking__in=found.displaced).order_by("pk"))
    for each in displaced:
        if each.booking is not None:
            release(actor, each.booking)
    return (reserve(actor, request) if booking is None else rebook(actor, booking, request)), displaced


def weighed(request: BookingRequest, rank: int | None, booking: Booking | None) -> Precedence:
    """What gives way. Raises BookingConflict with what does not, and why."""
    found = weigh(request, rank, standings, booking=booking)
    if not found.possible:
        rows = zip(conflict_rows(found.remaining), found.remaining, strict=True)
        raise BookingConflict([{**row, "displaceable": False, "stays": found.why(each)} for row, each in rows])
    return found


def tell_displaced(actor: User, displaced: list[Meeting], by: Booking, data: dict[str, object]) -> None:
    """Tell the owners what took the place of their meetings, by whom and why."""
    person = person_of(actor)
    for each in displaced:
        told = {
            **data,
            "booking": by.pk,
            "title": by.title,
            "unit": by.owner_name if by.fixed else by.unit.name,
            "actor": person.full_name if person is not None else str(actor),
            "phone": person.phone if person is not None else "",
            "starts_at": written(each.starts_at),
            "ends_at": written(each.ends_at),
        }
        notify(owners_of(each), DISPLACED, meeting=each, data=told)


@transaction.atomic
def move_here(actor: User, meeting: Meeting, *, starts_at: dt.datetime) -> Meeting:
    """Give the displaced meeting this time, as long as before, and book it; what was told of it is settled.

    Raises ActImpossible, StaleVersion, BookingConflict and the refusals of rooms.errors; nothing is changed then.
    """
    changes = Changes(starts_at=starts_at, ends_at=starts_at + (meeting.ends_at - meeting.starts_at))
    moved = change_meeting(actor, meeting, version=meeting.version, changes=changes)
    moved = book_draft(actor, moved)
    settle(moved, (DISPLACED, FREED))
    return moved


def tell_freed(booking: Booking | None = None) -> int:
    """Tell the owners of meetings still to be moved that what took their time has gone: cancelled, put off or moved
    away. Of one booking, or of all. Each is told once, however many workers look; returns how many meetings."""
    told = 0
    for pk in sorted(set(freed(booking, timezone.now()).values_list("displaced_by", flat=True))):
        told += _tell_freed(Booking(pk=pk))
    return told


@transaction.atomic
def _tell_freed(booking: Booking) -> int:
    # The row of what displaced them orders those who tell; nobody else needs to wait.
    locked = lock_booking(booking)
    meetings = list(freed(locked, timezone.now()).select_related("booking__owner", "created_by"))
    known = Notice.objects.filter(meeting__in=meetings, kind=FREED).values_list("meeting", "data")
    already = {meeting for meeting, data in known if data.get("booking") == locked.pk}
    waiting = [each for each in meetings if each.pk not in already]
    for each in waiting:
        told = {
            "booking": locked.pk,
            "title": locked.title,
            "starts_at": written(each.starts_at),
            "ends_at": written(each.ends_at),
        }
        notify(owners_of(each), FREED, meeting=each, data=told)
    return len(waiting)
