"""Reads of who gave way to whom, and where the displaced could go."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.errors import DomainError
from accounts.models import User
from audit.models import Entry
from meetings.planning.models import Meeting, Participant
from meetings.planning.wishes import plan_of, request_of
from rooms.actions import check
from rooms.models import BookedEndpoint, Booking
from rooms.scheduling.suggestions import Slot
from rooms.slots import SlotSearch, suggestions
from rooms.wishes import BookingRequest

DISPLACED, FREED = "meeting.displaced", "slot.freed"
SEARCH = dt.timedelta(days=30)
OFFERED = 3


def owners_of(meeting: Meeting) -> list[User]:
    """Who must be told of what happens to a meeting: who booked it and who wrote it down. Both must be loaded."""
    told = [meeting.created_by, *([meeting.booking.owner] if meeting.booking is not None else [])]
    return [user for user in told if user.is_active]


def freed(booking: Booking | None, now: dt.datetime) -> QuerySet[Meeting]:
    """Displaced meetings, still wanted at their old time to come, which their displacer (`booking`, or any) has left:
    released, or moved to where the two holds do not touch."""
    gone = (
        Q(displaced_by__state=Booking.RELEASED)
        | Q(displaced_by__hold_starts_at__gte=F("booking__hold_ends_at"))
        | Q(displaced_by__hold_ends_at__lte=F("booking__hold_starts_at"))
    )
    waiting = Meeting.objects.filter(
        gone, status=Meeting.Status.POSTPONED, starts_at__gt=now, starts_at=F("booking__starts_at")
    )
    of = waiting.filter(displaced_by__isnull=False) if booking is None else waiting.filter(displaced_by=booking.pk)
    return of.order_by("pk")


def with_figures(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Each meeting with `invited` and `endpoints`, and what is shown of it; one query, by time."""
    people = Participant.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    shares = BookedEndpoint.objects.filter(booking=OuterRef("booking")).order_by().values("booking")
    return (
        meetings.select_related("unit", "booking__owner", "created_by", "host_endpoint", "chair", "displaced_by__unit")
        .annotate(invited=_counted(people), endpoints=_counted(shares))
        .order_by("starts_at", "pk")
    )


def _counted(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def of_bookings(bookings: Collection[int]) -> list[Meeting]:
    """The meetings behind these bookings, with their figures. One query."""
    return list(with_figures(Meeting.objects.filter(booking__in=list(bookings))))


def preemption_of(meeting: Meeting) -> Entry | None:
    """The entry of the last time that the meeting took precedence, None: it never did."""
    return _latest(meeting, "meeting.preempted")


def displacement_of(meeting: Meeting) -> Entry | None:
    """The entry of the last time that the meeting gave way."""
    return _latest(meeting, "meeting.displaced")


def _latest(meeting: Meeting, verb: str) -> Entry | None:
    return Entry.objects.filter(chain__name=meeting.stream, verb=verb).order_by("-seq").first()


def displaced_by_entry(entry: Entry) -> list[Meeting]:
    """The meetings that gave way then, as they stand now, with their figures. One query."""
    rows = entry.data.get("displaced")
    ids = [row["meeting"] for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return list(with_figures(Meeting.objects.filter(pk__in=ids)))


def request_for(user: User, meeting: Meeting) -> BookingRequest:
    """What the displaced meeting needs; when its time is over, as if it were wanted at the same hour of a day to come.

    Raises the refusals of rooms.errors.
    """
    plan = plan_of(meeting)
    late = timezone.now() - plan.starts_at
    if late >= dt.timedelta(0):
        days = late // dt.timedelta(days=1) + 1
        plan = replace(
            plan, starts_at=plan.starts_at + dt.timedelta(days=days), ends_at=plan.ends_at + dt.timedelta(days=days)
        )
    return request_of(user, plan)


@dataclass(frozen=True)
class WayBack:
    """What a displaced meeting can do: `old_time_fits` tells that it could be booked as it stood."""

    old_time_fits: bool
    slots: Sequence[Slot]


def way_back(user: User, meeting: Meeting) -> WayBack:
    """Whether the old time fits again, and up to three free times on different days from then on."""
    now = timezone.now()
    try:
        request = request_for(user, meeting)
        fits = meeting.starts_at > now and check(request, booking=meeting.booking).fits
        earliest = max(now + dt.timedelta(minutes=meeting.setup_minutes), request.starts_at)
        where = SlotSearch(earliest=earliest, horizon=earliest + SEARCH, count=OFFERED + 1)
        slots = suggestions(request, where, booking=meeting.booking_id)
    except DomainError:
        return WayBack(old_time_fits=False, slots=())
    others = [slot for slot in slots if slot.starts_at != meeting.starts_at]
    return WayBack(old_time_fits=fits, slots=others[:OFFERED])
