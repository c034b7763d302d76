"""Sessions entered from outside: bookings without a meeting of ours, which nothing displaces."""

import datetime as dt

from django.db.models import Count, QuerySet

from accounts.decision import Right
from accounts.errors import Forbidden, NotFound
from accounts.models import Unit, User
from rooms.models import Booking
from rooms.selectors import tiers, top_units


def require_blocks(user: User) -> list[Unit]:
    """The units for which the user may enter sessions from outside. Raises Forbidden when there is none."""
    units = list(top_units(user))
    if not units:
        raise Forbidden(right=Right.BOOK.value)
    return units


def blocks_of(user: User) -> QuerySet[Booking]:
    """The blocks in force of these units, by time, with `shares`, the number of endpoints."""
    blocks = Booking.objects.filter(fixed=True, unit__in=top_units(user)).exclude(state=Booking.RELEASED)
    return (
        blocks.select_related("unit", "owner", "host_endpoint")
        .annotate(shares=Count("booked_endpoints"))
        .order_by("starts_at", "pk")
    )


def coming_blocks(user: User, now: dt.datetime) -> QuerySet[Booking]:
    """Those that are not over."""
    return blocks_of(user).filter(ends_at__gt=now)


def block_for(user: User, block_id: int) -> Booking:
    """Raises NotFound."""
    block = blocks_of(user).filter(pk=block_id).first()
    if block is None:
        raise NotFound(booking=block_id)
    return block


def top_rank() -> int | None:
    """The rank of the highest tier: whoever stands outside the network convenes from there."""
    top = tiers().first()
    return None if top is None else top.rank
