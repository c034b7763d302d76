"""What the network page asks of meetings: which meeting a booking belongs to, and who may move it."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.decision import Right, rights_over
from accounts.models import User
from accounts.selectors import grants_of
from meetings.planning.access import meetings_visible_to
from meetings.planning.models import Meeting
from rooms.holders import Holder, Holders
from rooms.scheduling.intervals import Interval
from rooms.statements import SCAN


def holders_in(user: User | AnonymousUser, window: Interval) -> Holders:
    """The meetings of the bookings in the window that the user may know of. Only a scheduled one can be moved. One
    query, and that of the user's roles."""
    rows = (
        meetings_visible_to(user)
        .filter(starts_at__gt=window.start - SCAN, starts_at__lt=window.end + SCAN, booking__isnull=False)
        .exclude(status__in=[Meeting.Status.DRAFT, Meeting.Status.CANCELLED])
        .order_by()
        .values_list("booking_id", "pk", "version", "status", "unit__path")
    )
    grants = grants_of(user)
    found: dict[int, Holder] = {}
    for booking, pk, version, status, path in rows:
        movable = status == Meeting.Status.SCHEDULED and Right.PREPARE in rights_over(grants, path)
        move_url = reverse("meeting-move", args=[pk]) if movable else ""
        found[booking] = Holder(reverse("meeting", args=[pk]), version, move_url)
    return found
