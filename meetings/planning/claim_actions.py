"""What is done to a meeting's rooms on behalf of others: endpoints are lent to it, a freed slot is held for it, or a
session of a higher tier takes its place. The order of locks is that of planning.actions."""

from collections.abc import Collection, Sequence

from django.db import transaction

from accounts.models import User
from meetings.planning.actions import present, record_in, require_version, save_next, scheduled, tell
from meetings.planning.events import MeetingChanged, MeetingPostponed, MeetingScheduled
from meetings.planning.followers import tell_followers
from meetings.planning.lifecycle import Act, ActImpossible, after
from meetings.planning.locking import lock_meeting
from meetings.planning.models import Meeting
from meetings.planning.selectors import booked_codes
from meetings.planning.wishes import plan_of, request_of
from realtime.publish import recheck
from rooms.actions import rebook, release, reserve
from rooms.models import Booking

_BOOKED_BY = {Meeting.Status.DRAFT: Act.SCHEDULE, Meeting.Status.POSTPONED: Act.RESCHEDULE}
"""The act that books a meeting of this status for the first time, or anew."""


@transaction.atomic
def add_endpoints(
    actor: User, meeting: Meeting, codes: Collection[str], *, own: Collection[str], verb: str, data: dict[str, object]
) -> Meeting:
    """Book `codes`, to which whoever decides over them has agreed, for the meeting in addition to what it holds; a
    draft, or a postponed meeting, is booked with them and with `own`, the endpoints that it chose itself. All or
    nothing.

    `verb` and `data` are the act's entry in the meeting's journal. Raises ActImpossible, BookingConflict and the
    refusals of rooms.errors, StaleVersion when the meeting is changed at the same moment.
    """
    seen = present(meeting)
    act = _BOOKED_BY.get(Meeting.Status(seen.status), Act.ADD_ENDPOINTS)
    after(seen.status, act)
    first = act != Act.ADD_ENDPOINTS
    wanted = dict.fromkeys([*(own if first else booked_codes(seen)), *codes])
    request = request_of(actor, plan_of(seen), endpoints=list(wanted))
    booking = reserve(actor, request) if seen.booking is None else rebook(actor, seen.booking, request)
    meeting = lock_meeting(seen)
    require_version(meeting, seen.version)
    meeting.status = after(meeting.status, act)
    meeting.booking, meeting.reason, meeting.displaced_by = booking, "", None
    if act == Act.RESCHEDULE:
        meeting.revision += 1
    save_next(actor, meeting)
    record_in(actor, verb, meeting, data)
    tell(meeting, MeetingScheduled if first else MeetingChanged)
    recheck(meeting.stream)
    tell_followers(actor, meeting, act, ())
    return meeting


@transaction.atomic
def hold_draft(actor: User, meeting: Meeting, codes: Collection[str], *, verb: str, data: dict[str, object]) -> Meeting:
    """Hold `codes` for a draft at its time, until book_draft takes them up or drop_hold lets them go. `actor` is whose
    booking it becomes; the system does it, so the meeting's journal names nobody.

    Raises ActImpossible, BookingConflict, the refusals of rooms.errors, and StaleVersion when the draft is changed at
    the same moment.
    """
    seen = present(meeting)
    after(seen.status, Act.SCHEDULE)
    booking = reserve(actor, request_of(actor, plan_of(seen), endpoints=list(codes)), held=True)
    meeting = lock_meeting(seen)
    require_version(meeting, seen.version)
    meeting.booking = booking
    return _noted(None, meeting, verb, data)


@transaction.atomic
def drop_hold(actor: User | None, meeting: Meeting, *, verb: str, data: dict[str, object]) -> Meeting:
    """Let go of what hold_draft held; of a draft for which nothing is held, only the entry is written.

    Raises ActImpossible when it is booked meanwhile, StaleVersion when it is changed at the same moment.
    """
    seen = present(meeting)
    after(seen.status, Act.SCHEDULE)
    if seen.booking is not None:
        release(actor, seen.booking)
    meeting = lock_meeting(seen)
    require_version(meeting, seen.version)
    meeting.booking = None
    return _noted(actor, meeting, verb, data)


def _noted(actor: User | None, meeting: Meeting, verb: str, data: dict[str, object]) -> Meeting:
    meeting.version += 1
    meeting.save()
    record_in(actor, verb, meeting, data)
    tell(meeting, MeetingChanged)
    return meeting


@transaction.atomic
def schedule_by_precedence(
    actor: User, meeting: Meeting, booking: Booking, *, displaced: Sequence[Meeting], data: dict[str, object]
) -> Meeting:
    """The draft or postponed meeting took its place from others: `displaced` are put off and point to its booking.

    `booking` was made, and those of the displaced released, in the same transaction; the meetings are locked here, by
    id. Raises ActImpossible when one of them is no longer in a state for it: all of it is to be undone then.
    """
    locked = {each.pk: lock_meeting(each) for each in sorted([meeting, *displaced], key=lambda each: each.pk)}
    own = locked.pop(meeting.pk)
    act = Act.RESCHEDULE if own.status == Meeting.Status.POSTPONED else Act.SCHEDULE
    after(own.status, act)
    for each in locked.values():
        _displaced(actor, each, booking, data)
    names = [{"meeting": each.pk, "title": each.title} for each in locked.values()]
    return scheduled(actor, own, act, booking, "meeting.preempted", {**data, "displaced": names})


@transaction.atomic
def displace_for_block(
    actor: User, meetings: Sequence[Meeting], booking: Booking, *, data: dict[str, object]
) -> list[Meeting]:
    """Put the meetings off for a session that was entered from outside. As schedule_by_precedence otherwise."""
    locked = [lock_meeting(each) for each in sorted(meetings, key=lambda each: each.pk)]
    for each in locked:
        _displaced(actor, each, booking, data)
    return locked


def _displaced(actor: User, meeting: Meeting, by: Booking, data: dict[str, object]) -> None:
    """Put the locked meeting off: its people, agenda, documents and times stay, and it is to be moved."""
    if meeting.status != Meeting.Status.SCHEDULED:
        raise ActImpossible(status=str(meeting.status), act=Act.POSTPONE.value, reason=f"meeting_is_{meeting.status}")
    meeting.status = after(meeting.status, Act.POSTPONE)
    meeting.reason, meeting.displaced_by = str(data.get("reason", ""))[:300], by
    meeting.revision += 1
    save_next(actor, meeting)
    record_in(actor, "meeting.displaced", meeting, {**data, "by": by.title, "by_unit": by.unit.name})
    tell(meeting, MeetingPostponed)
    recheck(meeting.stream)
