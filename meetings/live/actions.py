"""Acts that join two slices: a meeting that is called off tells everybody who was invited, also one of a series; one
that closes ends the item that runs."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from meetings.agenda.actions import end_running_item
from meetings.invitations.actions import send_cancellations
from meetings.planning.actions import cancel_meeting, close_meeting, postpone_meeting
from meetings.planning.models import Meeting, Series
from meetings.precedence.actions import tell_freed
from meetings.series.actions import Split, change_following, end_series
from meetings.series.errors import SeriesOver
from meetings.series.following import Following
from meetings.series.locking import lock_meetings_rooms, lock_series
from meetings.series.selectors import later_meetings
from rooms.locking import lock_booking


@transaction.atomic
def call_off(actor: User, meeting: Meeting, *, reason: str = "") -> Meeting:
    """Cancel the meeting, let its endpoints go, and queue a cancellation for everybody who had an invitation.

    Raises ActImpossible.
    """
    meeting = cancel_meeting(actor, meeting, reason=reason)
    send_cancellations(actor, meeting)
    if meeting.booking is not None:
        tell_freed(meeting.booking)
    return meeting


@transaction.atomic
def put_off(actor: User, meeting: Meeting, *, reason: str = "") -> Meeting:
    """Postpone the meeting, and tell the owners of those that it displaced that their time is free.

    Raises ActImpossible.
    """
    meeting = postpone_meeting(actor, meeting, reason=reason)
    if meeting.booking is not None:
        tell_freed(meeting.booking)
    return meeting


@transaction.atomic
def call_off_rest(
    actor: User, series: Series, day: dt.date, *, version: int, reason: str = ""
) -> tuple[Series, list[Meeting]]:
    """Cancel every meeting of the series from that date on that is not over yet; skipped dates stay skipped.

    Raises StaleVersion, and SeriesOver when there is none.
    """
    series = lock_series(series)
    later = later_meetings(series, day)
    if not later:
        raise SeriesOver()
    lock_meetings_rooms(later)
    cancelled = [call_off(actor, meeting, reason=reason) for meeting in later]
    return end_series(actor, series, version=version, day=day, cancelled=cancelled), cancelled


@transaction.atomic
def follow(actor: User, series: Series, day: dt.date, wish: Following, *, version: int) -> Split:
    """Change this date and those after it, and tell everybody invited to a meeting for which no date is left.

    Raises as change_following.
    """
    split = change_following(actor, series, day, wish, version=version)
    for meeting in split.cancelled:
        send_cancellations(actor, meeting)
    return split


@transaction.atomic
def close_session(actor: User, meeting: Meeting) -> Meeting:
    """End the item that runs and the session with it; the rooms are free from then on. What was acknowledged stays.

    Raises ActImpossible.
    """
    # What concerns rooms is locked before the meeting's row (planning.actions).
    if meeting.booking is not None:
        lock_booking(meeting.booking)
    end_running_item(actor, meeting)
    return close_meeting(actor, meeting)
