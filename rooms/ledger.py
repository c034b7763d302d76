"""What each booking takes of the bridges, written down beside its shares (BookedPorts).

The load of a bridge is asked for at every check and every search: a booking of 208 endpoints is then a row for each
bridge it touches. Whoever writes shares writes these rows in the same transaction; `manage.py verify` compares them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Count, F, QuerySet

from rooms.models import BookedEndpoint, BookedPorts, Booking
from rooms.network import network
from rooms.scheduling.capacity import Bridge, Demand, counted_demand

BATCH = 1000


def write_ports(booking: Booking, needed: Demand, bridges: Mapping[str, int], *, new: bool = False) -> None:
    """Make the booking's rows those of the demand, in force; `bridges`: the ids of its bridges by code; `new`: it has
    no rows yet."""
    if not new:
        BookedPorts.objects.filter(booking=booking).delete()
    BookedPorts.objects.bulk_create(_rows(booking, needed, bridges))


def _rows(booking: Booking, needed: Demand, bridges: Mapping[str, int]) -> Iterator[BookedPorts]:
    for code, ports in needed.ports.items():
        yield BookedPorts(
            booking=booking,
            bridge_id=bridges[code],
            ports=ports,
            links=needed.links.get(code, 0),
            starts_at=booking.hold_starts_at,
            ends_at=booking.hold_ends_at,
            released=booking.state == Booking.RELEASED,
        )


def recount(bookings: QuerySet[Booking], bridges: Sequence[Bridge]) -> None:
    """Write the rows of these bookings anew, as their shares and the tree of bridges are now. Five queries and more
    for every thousand rows. The caller has the bookings locked."""
    ids = network().bridge_ids
    rows = [row for booking, needed in demands(bookings, bridges) for row in _rows(booking, needed, ids)]
    BookedPorts.objects.filter(booking__in=bookings).delete()
    BookedPorts.objects.bulk_create(rows, batch_size=BATCH)


def demands(bookings: QuerySet[Booking], bridges: Sequence[Bridge]) -> Iterator[tuple[Booking, Demand]]:
    """What each of these bookings takes by the rule of scheduling.capacity, read from its shares. Three queries."""
    shares = BookedEndpoint.objects.filter(booking__in=bookings, bridge__isnull=False).order_by()
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for booking, bridge, number in shares.values_list("booking_id", "bridge__code").annotate(number=Count("pk")):
        counts[booking][bridge] = number
    hosts = dict(shares.filter(endpoint=F("booking__host_endpoint")).values_list("booking_id", "bridge__code"))
    for row in bookings.order_by("pk"):
        yield row, counted_demand(bridges, {} if row.local else counts[row.pk], hosts.get(row.pk))
