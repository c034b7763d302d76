"""What can be done to a meeting. One function: one intention, one transaction, one entry in its journal, its events.

What concerns rooms is done first (their locks and their journal come before the meeting's row), the meeting's state is
read again under its lock; when it has changed meanwhile, all of it is undone.
"""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.errors import StaleVersion, Unacceptable
from accounts.models import Person, User
from accounts.schemas import written
from audit.journal import record
from audit.models import Entry
from meetings.planning.errors import EndNotLater
from meetings.planning.events import (
    MeetingArchived,
    MeetingCancelled,
    MeetingChanged,
    MeetingClosed,
    MeetingFact,
    MeetingOpened,
    MeetingPostponed,
    MeetingScheduled,
)
from meetings.planning.followers import tell_followers
from meetings.planning.lifecycle import Act, after
from meetings.planning.locking import lock_meeting
from meetings.planning.models import Meeting, Series
from meetings.planning.selectors import booked_codes, meeting_row
from meetings.planning.wishes import (
    TIMED,
    Changes,
    EndpointChange,
    MeetingPlan,
    lent_to,
    naming_meetings,
    plan_data,
    plan_of,
    request_of,
    telling_displaceable,
    wanted_endpoints,
    write_plan,
)
from realtime.publish import publish, recheck
from rooms.actions import OnConflict, end_early, extend, rebook, release, require_free, reserve
from rooms.models import Booking
from rooms.scheduling.selection import Selection
from rooms.wishes import BookingRequest, require_times

_INVITED_TO = ("title", "starts_at", "ends_at", "host_endpoint")
"""What a new invitation must tell: a change of these is a new revision (RFC 5545, SEQUENCE)."""


_CHANGES = ("meeting.changed", "meeting.extended")
"""The entries that tell before and after."""


def present(meeting: Meeting) -> Meeting:
    """The meeting as it stands now, with what every act reads of it; not locked."""
    return Meeting.objects.select_related("unit", "chair", "host_endpoint", "booking").get(pk=meeting.pk)


def record_in(actor: User | None, verb: str, meeting: Meeting, data: dict[str, object]) -> None:
    """Write the act into the meeting's journal, with the version that it made."""
    record(
        actor,
        verb,
        chain=meeting.stream,
        object_type="meeting",
        object_id=meeting.pk,
        label=meeting.title,
        data={"version": meeting.version, **data},
    )


def tell(meeting: Meeting, event: Callable[..., MeetingFact]) -> None:
    """Publish the meeting as it is now."""
    publish(meeting.stream, event(**meeting_row(meeting)))


def save_next(actor: User, meeting: Meeting) -> None:
    """Save the locked meeting as its next version."""
    meeting.version += 1
    meeting.changed_by = str(actor)
    meeting.save()


def create_meeting(
    actor: User, plan: MeetingPlan, *, draft: bool = False, on_conflict: OnConflict = "refuse"
) -> Meeting:
    """A new meeting, booked in the same transaction; a draft is only written down and books nothing.

    Raises BookingConflict, whose conflicts name the meetings in the way, the refusals of rooms.errors, and Unacceptable
    for ways of joining of a draft.
    """
    if draft:
        # A draft books nothing: which bridge is short is not known before it does.
        if plan.ways and not plan.ways_may_lapse:
            raise Unacceptable(fields={"ways": "not_booked"})
        wanted_endpoints(actor, plan)
        return _create(actor, plan, None, on_conflict)
    with naming_meetings(actor):
        request = request_of(actor, plan)
        with telling_displaceable(request):
            if on_conflict == "refuse":
                require_free(request)
            return _create(actor, plan, request, on_conflict)


def create_occurrence(
    actor: User, plan: MeetingPlan, request: BookingRequest, *, series: Series, occurs_on: dt.date
) -> Meeting:
    """A new meeting for one day of a series; `request` is what the plan needs. The series has locked what it takes.

    Raises as create_meeting.
    """
    with naming_meetings(actor):
        return _create(actor, plan, request, "refuse", Meeting(series=series, occurs_on=occurs_on))


def write_down(actor: User, plan: MeetingPlan) -> Meeting:
    """A draft without an endpoint of its own, because others are asked for all of them. Raises the refusals of
    rooms.actions.require_times."""
    require_times(plan.starts_at, plan.ends_at, plan.setup_minutes + plan.teardown_minutes)
    return _create(actor, plan, None, "refuse")


@transaction.atomic
def _create(
    actor: User,
    plan: MeetingPlan,
    request: BookingRequest | None,
    on_conflict: OnConflict,
    blank: Meeting | None = None,
) -> Meeting:
    meeting = blank or Meeting()
    meeting.created_by, meeting.changed_by = actor, str(actor)
    if request is not None:
        meeting.booking = reserve(actor, request, on_conflict=on_conflict)
        meeting.status = Meeting.Status.SCHEDULED
    write_plan(meeting, plan)
    meeting.save()
    record_in(actor, "meeting.created", meeting, {"status": meeting.status, **plan_data(plan)})
    tell(meeting, MeetingChanged)
    return meeting


def book_draft(
    actor: User, meeting: Meeting, *, version: int | None = None, on_conflict: OnConflict = "refuse"
) -> Meeting:
    """Book what a draft, or a postponed meeting at its new time, asks for; it is scheduled then.

    Raises ActImpossible, StaleVersion when `version` is given and not the present one, BookingConflict.
    """
    with naming_meetings(actor):
        return _book(actor, meeting, version, on_conflict)


@transaction.atomic
def _book(actor: User, meeting: Meeting, version: int | None, on_conflict: OnConflict) -> Meeting:
    seen = present(meeting)
    require_version(seen, version)
    act = Act.RESCHEDULE if seen.status == Meeting.Status.POSTPONED else Act.SCHEDULE
    after(seen.status, act)
    request = request_of(actor, plan_of(seen))
    if seen.booking is None:
        booking = reserve(actor, request, on_conflict=on_conflict)
    else:
        booking = rebook(actor, seen.booking, request, on_conflict=on_conflict)
    meeting = lock_meeting(seen)
    require_version(meeting, seen.version)
    return scheduled(actor, meeting, act, booking, "meeting.scheduled", {})


def scheduled(actor: User, meeting: Meeting, act: Act, booking: Booking, verb: str, data: dict[str, object]) -> Meeting:
    """Write down that the locked meeting has this booking now."""
    meeting.status = after(meeting.status, act)
    meeting.booking, meeting.reason, meeting.displaced_by = booking, "", None
    if act == Act.RESCHEDULE:
        meeting.revision += 1
    save_next(actor, meeting)
    record_in(actor, verb, meeting, {"endpoints": booked_codes(meeting), **data})
    tell(meeting, MeetingScheduled)
    recheck(meeting.stream)
    tell_followers(actor, meeting, act, ())
    return meeting


def change_meeting(actor: User, meeting: Meeting, *, version: int, changes: Changes) -> Meeting:
    """Change words, time or endpoints. What is booked moves with it, all or nothing: when the new time does not fit,
    BookingConflict is raised and meeting and booking stay exactly as they were.

    Raises StaleVersion with `fields` (field → before, theirs, yours) when `version` is not the present one, and
    ActImpossible, and Unacceptable for ways of joining of a meeting that is not booked. Changes that change nothing
    make no new version.
    """
    with naming_meetings(actor):
        return _change(actor, meeting, version, changes)


@transaction.atomic
def _change(actor: User, meeting: Meeting, version: int, changes: Changes) -> Meeting:
    seen = present(meeting)
    require_version(seen, version, changes)
    after(seen.status, Act.EDIT)
    old, new = plan_of(seen), plan_of(seen, changes)
    before, wanted = plan_data(old), plan_data(new)
    different = [name for name, value in wanted.items() if value != before[name]]
    delta = changes.get("endpoints")
    if delta is not None and "selection" not in different and delta.alters(booked_codes(seen)):
        # What joins was asked for once and not free; what leaves was lent.
        different.append("selection")
    if not different:
        return seen
    _move(actor, seen, new, different, delta)
    meeting = lock_meeting(seen)
    require_version(meeting, version, changes)
    after(meeting.status, Act.EDIT)
    write_plan(meeting, new)
    if meeting.status == Meeting.Status.SCHEDULED and any(name in _INVITED_TO for name in different):
        meeting.revision += 1
    save_next(actor, meeting)
    data: dict[str, object] = {
        "before": {name: before[name] for name in different},
        "after": {name: wanted[name] for name in different},
    }
    record_in(actor, "meeting.changed", meeting, data)
    tell(meeting, MeetingChanged)
    if {"chair", "host_endpoint", "selection"}.intersection(different):
        recheck(meeting.stream)
    tell_followers(actor, meeting, Act.EDIT, different)
    return meeting


def _move(
    actor: User, seen: Meeting, new: MeetingPlan, different: list[str], delta: EndpointChange | None = None
) -> None:
    """Take the booking along; a draft's and a postponed meeting's wish is only looked at."""
    if seen.status == Meeting.Status.SCHEDULED and seen.booking is not None:
        # A selection is read anew only when it is a new one: what was booked of it once stays what it was.
        held = booked_codes(seen)
        kept = None if "selection" in different else held
        joining: tuple[str, ...] = ()
        if delta is not None:
            kept, joining = delta.of_held(held), delta.joining
        lent = lent_to(actor, seen) if kept is None else []
        if "title" in different or any(name in TIMED for name in different):
            rebook(actor, seen.booking, request_of(actor, new, endpoints=kept, joining=joining, lent=lent))
    elif "ways" in different:
        raise Unacceptable(fields={"ways": "not_booked"})
    elif any(name in TIMED for name in different):
        if new.selection != Selection():
            wanted_endpoints(actor, new)
        else:
            require_times(new.starts_at, new.ends_at, new.setup_minutes + new.teardown_minutes)
        if seen.booking is not None and seen.booking.state == Booking.HELD:
            # What was held for the draft was held for what it wanted before.
            release(actor, seen.booking)


def require_version(meeting: Meeting, version: int | None, changes: Changes | None = None) -> None:
    """Raises StaleVersion; its `fields` hold what both sides changed or what only the other side did."""
    if version is None or meeting.version == version:
        return
    before: dict[str, object] = {}
    changer: int | None = None
    for entry in Entry.objects.filter(chain__name=meeting.stream, verb__in=_CHANGES).order_by("seq"):
        if entry.data["version"] > version:
            before = {**entry.data["before"], **before}
            changer = entry.actor_id
    theirs, mine = plan_data(plan_of(meeting)), plan_data(plan_of(meeting, changes))
    named = {name for name, value in mine.items() if value != theirs[name]} | before.keys()
    person = Person.objects.filter(user=changer).first() if changer is not None else None
    raise StaleVersion(
        version=meeting.version,
        changed_by=meeting.changed_by,
        changed_at=meeting.changed_at,
        phone=person.phone if person is not None else "",
        fields={
            name: {
                "before": before.get(name, theirs[name]),
                "theirs": theirs[name],
                # Whoever did not touch a field wants what it was before.
                "yours": mine[name] if name in (changes or {}) else before.get(name, theirs[name]),
            }
            for name in mine
            if name in named
        },
    )


@transaction.atomic
def open_meeting(actor: User, meeting: Meeting) -> Meeting:
    """Begin the session. Opening long before the time is asked about on the page, not refused. Raises ActImpossible."""
    meeting = lock_meeting(meeting)
    meeting.status = after(meeting.status, Act.OPEN)
    meeting.opened_at = timezone.now()
    save_next(actor, meeting)
    record_in(actor, "meeting.opened", meeting, {"opened_at": meeting.opened_at})
    tell(meeting, MeetingOpened)
    return meeting


def extend_meeting(actor: User, meeting: Meeting, ends_at: dt.datetime, *, version: int | None = None) -> Meeting:
    """Give the running session a later end, all or nothing: when the endpoints or ports are somebody else's by then,
    BookingConflict is raised and everything stays as it was. Its start is what happened and does not change.

    Raises ActImpossible, EndNotLater, StaleVersion when `version` is given and not the present one, and the refusals
    of rooms.actions.require_times.
    """
    with naming_meetings(actor):
        return _extend(actor, meeting, ends_at, version)


@transaction.atomic
def _extend(actor: User, meeting: Meeting, ends_at: dt.datetime, version: int | None) -> Meeting:
    seen = present(meeting)
    wish = Changes(ends_at=ends_at)
    require_version(seen, version, wish)
    after(seen.status, Act.EXTEND)
    if ends_at <= seen.ends_at:
        raise EndNotLater(ends_at=seen.ends_at)
    if seen.booking is not None:
        extend(actor, seen.booking, ends_at, teardown_minutes=seen.teardown_minutes)
    meeting = lock_meeting(seen)
    require_version(meeting, version, wish)
    after(meeting.status, Act.EXTEND)
    if ends_at <= meeting.ends_at:
        raise EndNotLater(ends_at=meeting.ends_at)
    before, meeting.ends_at = meeting.ends_at, ends_at
    save_next(actor, meeting)
    data: dict[str, object] = {"before": {"ends_at": written(before)}, "after": {"ends_at": written(ends_at)}}
    record_in(actor, "meeting.extended", meeting, data)
    tell(meeting, MeetingChanged)
    return meeting


@transaction.atomic
def close_meeting(actor: User, meeting: Meeting) -> Meeting:
    """End the session; the rest of what it held is free from now on. What was acknowledged stays, and scans made
    offline before are still taken in afterwards (lifecycle.Act.RECEIVE_SCAN). Raises ActImpossible."""
    seen = present(meeting)
    after(seen.status, Act.CLOSE)
    now = timezone.now()
    if seen.booking is not None:
        end_early(actor, seen.booking, now.replace(microsecond=0))
    meeting = lock_meeting(seen)
    meeting.status = after(meeting.status, Act.CLOSE)
    meeting.closed_at = now
    save_next(actor, meeting)
    record_in(actor, "meeting.closed", meeting, {"closed_at": meeting.closed_at})
    tell(meeting, MeetingClosed)
    # Whoever may still read what was given out stays: a recall must reach those tablets.
    recheck(meeting.stream)
    return meeting


@transaction.atomic
def archive_meeting(actor: User, meeting: Meeting) -> Meeting:
    """File the closed meeting: nothing about it changes any more. Raises ActImpossible."""
    meeting = lock_meeting(meeting)
    meeting.status = after(meeting.status, Act.ARCHIVE)
    save_next(actor, meeting)
    record_in(actor, "meeting.archived", meeting, {})
    tell(meeting, MeetingArchived)
    recheck(meeting.stream)
    return meeting


@transaction.atomic
def cancel_meeting(actor: User, meeting: Meeting, *, reason: str = "") -> Meeting:
    """Call the meeting off for good; its endpoints and ports are free at once. Raises ActImpossible."""
    return _let_go(actor, meeting, Act.CANCEL, reason, "meeting.cancelled", MeetingCancelled)


@transaction.atomic
def postpone_meeting(actor: User, meeting: Meeting, *, reason: str = "") -> Meeting:
    """Put the meeting off until a new time is booked (change_meeting, then book_draft); its endpoints and ports are
    free at once. Raises ActImpossible."""
    return _let_go(actor, meeting, Act.POSTPONE, reason, "meeting.postponed", MeetingPostponed)


def _let_go(
    actor: User, meeting: Meeting, act: Act, reason: str, verb: str, event: Callable[..., MeetingFact]
) -> Meeting:
    seen = present(meeting)
    after(seen.status, act)
    if seen.booking is not None:
        release(actor, seen.booking)
    meeting = lock_meeting(seen)
    was = meeting.status
    meeting.status = after(was, act)
    meeting.reason = reason.strip()
    if was == Meeting.Status.SCHEDULED:
        meeting.revision += 1
    save_next(actor, meeting)
    record_in(actor, verb, meeting, {"reason": meeting.reason, "was": was})
    tell(meeting, event)
    recheck(meeting.stream)
    tell_followers(actor, meeting, act, ())
    return meeting
