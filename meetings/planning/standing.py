"""How bookings stand when a session of a higher tier asks for their place."""

from collections.abc import Collection

from accounts.models import Unit
from meetings.planning.models import Meeting
from rooms.models import Booking
from rooms.scheduling.precedence import Standing
from rooms.selectors import named, tiers


def ranks() -> dict[str, int]:
    """Rank by code of the tier, 0 at the top. One query."""
    return dict(tiers().values_list("code", "rank"))


def rank_of(unit: Unit) -> int | None:
    """The rank of what this unit convenes; None when its tier is none of the network's."""
    return ranks().get(unit.tier)


def standings(bookings: Collection[int]) -> dict[int, Standing]:
    """The standing of each booking. The tier is the one kept with the booking, else its unit's. Two queries."""
    if not bookings:
        return {}
    known = ranks()
    wanted = set(bookings)
    rows = named(Booking.objects.order_by(), "pk", bookings).values_list(
        "pk", "tier", "unit__tier", "fixed", "state", "meeting__status"
    )
    return {
        pk: Standing(
            booking=pk,
            rank=known.get(tier or unit_tier),
            fixed=fixed,
            in_session=status == Meeting.Status.OPEN,
            scheduled=status == Meeting.Status.SCHEDULED and state == Booking.BOOKED,
        )
        for pk, tier, unit_tier, fixed, state, status in rows
        if pk in wanted
    }
