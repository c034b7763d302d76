"""What a session of a higher tier would displace now: the diary around it, put before the pure rule."""

from collections.abc import Callable, Collection, Mapping

from rooms.errors import refusal_of
from rooms.locking import lock_bookings, lock_bridges, lock_endpoints
from rooms.models import Booking
from rooms.network import network
from rooms.occupancy import claims_in, closures_in, loads_in
from rooms.scheduling.conflicts import ScheduleRequest, request_demand
from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.precedence import Precedence, Standing, precedence
from rooms.wishes import BookingRequest

Standings = Callable[[Collection[int]], Mapping[int, Standing]]
"""Bookings → what the rule must know of them: whoever plans sessions knows which are running."""


def weigh(
    request: BookingRequest, rank: int | None, standings: Standings, *, booking: Booking | None = None
) -> Precedence:
    """What would give way to the request if it were convened at that rank; changes nothing, locks nothing.

    `booking` is the one being changed. Four queries and those of `standings`. Raises the refusals of rooms.errors.
    """
    wanted = request.scheduled(booking)
    known = network()
    facts = known.facts
    claims = claims_in(known, wanted.hold, wanted.endpoints)
    closures = closures_in(known, wanted.hold, wanted.endpoints)
    loads = [] if wanted.local else loads_in(known, wanted.hold)
    around = {claim.booking for claim in claims} | {load.booking for load in loads if load.booking is not None}
    try:
        return precedence(wanted, facts, claims, closures, known.bridges, loads, standings(around), rank)
    except SchedulingInvalid as error:
        raise refusal_of(error) from error


def hold_still(request: BookingRequest, bookings: Collection[int]) -> None:
    """Take all locks that displacing these bookings for the request needs, in the one order: bookings, endpoints,
    bridges. Call it in the transaction of the act."""
    wanted: ScheduleRequest = request.scheduled()
    lock_bookings(Booking.objects.filter(pk__in=bookings))
    lock_endpoints(request.endpoints)
    try:
        known = network()
        needed = request_demand(wanted, known.facts, known.bridges)
    except SchedulingInvalid as error:
        raise refusal_of(error) from error
    if needed.ports:
        lock_bridges(needed.ports.keys())
