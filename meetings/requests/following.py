"""What becomes of requests and of places in line when a meeting is booked, changed, put off or called off, and who is
looked for when rooms let something go. Called within the transaction of those acts: importing this signs it up."""

from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.schemas import written
from meetings.notices.actions import notify
from meetings.planning.followers import follow
from meetings.planning.lifecycle import Act
from meetings.planning.models import Meeting
from meetings.planning.wishes import TIMED
from meetings.requests.actions import deadline, tell_of_requests, withdrawn_with
from meetings.requests.line_actions import move_in_line
from meetings.requests.locking import lock_entry, lock_requests
from meetings.requests.models import UsageRequest, WaitingEntry
from meetings.requests.owners import deciders_of
from meetings.requests.selectors import IN_LINE, in_line
from meetings.requests.tasks import offer_freed
from rooms.freed import freed
from rooms.scheduling.intervals import Interval


def go_along(actor: User, meeting: Meeting, act: Act, changed: Collection[str]) -> None:
    """Moved: pending requests ask for the new time, the owners are told, and a draft in line joins another line.
    Called off or put off: requests are withdrawn. Booked: whoever stood in line has what he wanted."""
    moved = act == Act.EDIT and any(name in TIMED for name in changed)
    if not (moved or act in {Act.CANCEL, Act.POSTPONE, Act.SCHEDULE, Act.RESCHEDULE}):
        return
    _follow_in_line(actor, meeting, act)
    if act in {Act.CANCEL, Act.POSTPONE}:
        withdrawn_with(meeting)
    elif moved:
        _ask_for_the_new_time(meeting)


def _follow_in_line(actor: User, meeting: Meeting, act: Act) -> None:
    entry = lock_entry(meeting)
    if entry is None or entry.state not in IN_LINE:
        return
    if act == Act.EDIT:
        # What was offered for the old time is let go of already.
        if meeting.booking_id is not None:
            meeting.booking = None
            meeting.save(update_fields=["booking"])
        entry.meeting = meeting
        move_in_line(actor, entry)
        return
    entry.state = WaitingEntry.State.WITHDRAWN if act == Act.CANCEL else WaitingEntry.State.TAKEN
    entry.save(update_fields=["state"])


def _ask_for_the_new_time(meeting: Meeting) -> None:
    pending = UsageRequest.objects.filter(meeting=meeting, state=UsageRequest.State.PENDING)
    requests = lock_requests(list(pending))
    lent = list(
        UsageRequest.objects.filter(meeting=meeting, state=UsageRequest.State.APPROVED).select_related("unit")
        if meeting.status == Meeting.Status.SCHEDULED
        else []
    )
    if not (requests or lent):
        return
    told = deciders_of([each.unit for each in [*requests, *lent]])
    for each in requests:
        each.expires_at = deadline(timezone.now(), meeting.starts_at)
        each.save(update_fields=["expires_at"])
        data = {"endpoints": each.endpoints.count(), "unit": meeting.unit.name, "until": written(each.expires_at)}
        notify(told[each.unit_id], "request.asked", meeting=meeting, data=data)
    for each in lent:
        data = {"endpoints": each.endpoints.count(), "unit": meeting.unit.name}
        notify(told[each.unit_id], "request.moved", meeting=meeting, data=data)
    tell_of_requests(meeting)


def look_for_the_next(window: Interval, **_sender: object) -> None:
    """When rooms let something go, the background work offers it to whoever waits, once that is committed."""
    transaction.on_commit(partial(_enqueue, window), robust=True)


def _enqueue(window: Interval) -> None:
    if in_line(window).filter(state=WaitingEntry.State.WAITING).exists():
        offer_freed.enqueue(window.start.isoformat(), window.end.isoformat())


follow(go_along)
freed.connect(look_for_the_next, dispatch_uid="meetings.requests")
