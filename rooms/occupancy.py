"""What is taken when: claims on endpoints, closures, ports and links of bridges, over a window of time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from rooms import statements
from rooms.models import BookedEndpoint, BookedPorts, Booking, Endpoint
from rooms.models import Bridge as BridgeModel
from rooms.network import Network, network, weeks_among
from rooms.scheduling.capacity import NOTHING, Load, port_profiles
from rooms.scheduling.conflicts import Claim, ClosedPeriod
from rooms.scheduling.intervals import Interval
from rooms.scheduling.opening_hours import Span, closed_outside
from rooms.scheduling.ways import Way
from rooms.selectors import bridges_for, endpoints_for, named
from rooms.statements import SCAN, Windows, windows_of


@dataclass(frozen=True, slots=True)
class Ports:
    """What one booking takes: number of endpoints, ports by bridge, connections by child bridge of a link."""

    endpoints: int
    ports: Mapping[str, int]
    links: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """One booking's hold of an endpoint, and the session within it."""

    booking: int
    interval: Interval
    session: Interval
    title: str
    owner_name: str
    owner_phone: str
    owner_unit: str
    state: str
    local: bool


@dataclass(frozen=True, slots=True)
class EndpointDay:
    """An endpoint in a window: who has it, when it is out of service. Both ascending."""

    endpoint: Endpoint
    taken: Sequence[Taken]
    closed: Sequence[ClosedPeriod]


@dataclass(frozen=True, slots=True)
class BridgeDay:
    """A bridge in a window: ports in use as steps that fill the window, the highest of them, and as steps again those
    of the ports in use that are only held."""

    bridge: BridgeModel
    steps: Sequence[tuple[Interval, int]]
    peak: int
    held: Sequence[tuple[Interval, int]] = ()


@dataclass(frozen=True, slots=True)
class Availability:
    window: Interval
    endpoints: Sequence[EndpointDay]
    bridges: Sequence[BridgeDay]


def live_in(window: Windows) -> QuerySet[BookedEndpoint]:
    """The shares of bookings in force that overlap the window, or one of the windows."""
    found = Q(pk__in=())
    for each in windows_of(window):
        found |= Q(starts_at__lt=each.end, ends_at__gt=each.start, starts_at__gt=each.start - SCAN)
    return BookedEndpoint.objects.filter(found, released=False)


def claims_in(known: Network, window: Windows, codes: tuple[str, ...]) -> list[Claim]:
    """Who has these endpoints in the window. One query, two when somebody has one."""
    shares = statements.shares(window, known.chosen(codes))
    who = statements.holders(booking for _endpoint, _interval, booking in shares)
    claims = []
    for endpoint, interval, booking in shares:
        title, name, phone, unit, state = who[booking]
        claims.append(Claim(known.codes[endpoint], interval, booking, title, name, phone, unit, state == Booking.HELD))
    return claims


def claims_of_any(known: Network, window: Interval, codes: tuple[str, ...], *, without: int | None) -> list[Claim]:
    """When any of these endpoints is taken, for a search that wants all of them at once: the first stands for all, and
    nobody is named. `without`: a booking that does not count. One query."""
    spans = statements.spans(window, known.chosen(codes), without)
    return [Claim(codes[0], span, 0) for span in spans]


def closures_in(known: Network, window: Windows, codes: tuple[str, ...]) -> list[ClosedPeriod]:
    """When these endpoints are out of service in the window, or outside their opening hours. One query."""
    return [*_reported(known, window, codes), *_outside_hours(known, window, codes, each=True)]


def closures_of_any(known: Network, window: Interval, codes: tuple[str, ...]) -> list[ClosedPeriod]:
    """As closures_in, for a search that wants all of these endpoints at once: of endpoints with the same opening hours
    one stands for all, so that the search does not read the same nights 208 times. One query."""
    return [*_reported(known, window, codes), *_outside_hours(known, window, codes, each=False)]


def _reported(known: Network, window: Windows, codes: tuple[str, ...]) -> list[ClosedPeriod]:
    return [
        ClosedPeriod(known.codes[endpoint], interval, reason, reporter)
        for endpoint, interval, reason, reporter in statements.closures(window, known.chosen(codes))
    ]


def _outside_hours(known: Network, window: Windows, codes: Collection[str], *, each: bool) -> list[ClosedPeriod]:
    """When nobody is there to open these endpoints in the window; not `each`: one endpoint for all with its hours."""
    closed: list[ClosedPeriod] = []
    for pattern, members in weeks_among(known, codes).items():
        week: defaultdict[int, list[Span]] = defaultdict(list)
        for weekday, span in pattern:
            week[weekday].append(span)
        stretches = [shut for part in windows_of(window) for shut in closed_outside(week, part)]
        named_ones = members if each else members[:1]
        closed.extend(ClosedPeriod(code, shut, cause="opening_hours") for code in named_ones for shut in stretches)
    return closed


def ways_of(booking: int | None) -> dict[str, Way]:
    """How the endpoints of a booking join that do not take a port of their own bridge, by code. One query."""
    if booking is None:
        return {}
    shares = BookedEndpoint.objects.filter(booking=booking)
    elsewhere = Q(bridge__isnull=False) & (Q(endpoint__bridge__isnull=True) | ~Q(bridge=F("endpoint__bridge")))
    rows = shares.filter(~Q(way=BookedEndpoint.Way.PORT) | elsewhere)
    rows = rows.order_by("endpoint__tier__rank", "endpoint__code")
    return {
        code: _way(way, bridge, relay)
        for code, way, bridge, relay in rows.values_list("endpoint__code", "way", "bridge__code", "relay__code")
    }


def _way(way: str, bridge: str | None, relay: str | None) -> Way:
    if way == BookedEndpoint.Way.PORT:
        return Way(bridge=bridge)
    return Way(relay=relay) if way == BookedEndpoint.Way.RELAY else Way(receive=True)


def loads_in(known: Network, window: Windows) -> list[Load]:
    """Ports and links that bookings in force take in the window, or in one of the windows. One query."""
    codes = known.bridge_codes
    return [
        Load(codes[bridge], interval, ports, links, booking, title)
        for bridge, interval, ports, links, booking, title in statements.ports(window)
    ]


def loads_of_all(known: Network, window: Interval, *, without: int | None) -> list[Load]:
    """As loads_in, what is taken at the same time together and nobody named. `without`: a booking that does not count.
    One query."""
    codes = known.bridge_codes
    return [
        Load(codes[bridge], interval, ports, links)
        for interval, taken in statements.port_sums(window, without)
        for bridge, ports, links in taken
    ]


def ports_by_booking(bookings: Iterable[Booking]) -> dict[int, Ports]:
    """What each of these bookings takes; of a released one, what it took. Two queries."""
    known = [booking.pk for booking in bookings]
    shares = BookedEndpoint.objects.filter(booking__in=known).order_by()
    numbers = dict(shares.values_list("booking_id").annotate(number=Count("pk")))
    ports: defaultdict[int, dict[str, int]] = defaultdict(dict)
    links: defaultdict[int, dict[str, int]] = defaultdict(dict)
    rows = BookedPorts.objects.filter(booking__in=known).order_by("bridge__code")
    for booking, code, number, linked in rows.values_list("booking_id", "bridge__code", "ports", "links"):
        ports[booking][code] = number
        if linked:
            links[booking][code] = linked
    return {pk: Ports(numbers.get(pk, 0), ports[pk], links[pk]) for pk in known}


def availability(
    user: User | AnonymousUser, window: Interval, *, under: str = "", tier: str = "", q: str = ""
) -> Availability:
    """The endpoints that the user may see, who has them in the window, and the load of their bridges.

    A fixed number of queries, however many endpoints and bookings. Raises as selectors.endpoints_for.
    """
    endpoints = list(endpoints_for(user, tier=tier, under=under, q=q))
    codes = tuple(endpoint.code for endpoint in endpoints)
    known = network()
    taken = _taken(window, codes)
    closed: defaultdict[str, list[ClosedPeriod]] = defaultdict(list)
    for closure in sorted(closures_in(known, window, codes), key=lambda each: each.interval):
        closed[closure.endpoint].append(closure)
    loads = loads_in(known, window)
    profiles = port_profiles(loads)
    only_held = set(live_in(window).filter(booking__state=Booking.HELD).values_list("booking_id", flat=True).order_by())
    held = port_profiles([load for load in loads if load.booking in only_held])
    days = []
    for bridge in bridges_for(user):
        profile = profiles.get(bridge.code, NOTHING)
        held_steps = held.get(bridge.code, NOTHING).steps(window)
        days.append(BridgeDay(bridge, profile.steps(window), profile.peak(window), held_steps))
    return Availability(
        window=window,
        endpoints=[EndpointDay(row, taken[row.code], closed[row.code]) for row in endpoints],
        bridges=days,
    )


def _taken(window: Interval, codes: Collection[str]) -> defaultdict[str, list[Taken]]:
    rows = (
        named(live_in(window), "endpoint__code", codes)
        .order_by("starts_at", "pk")
        .values_list(
            "endpoint__code",
            "starts_at",
            "ends_at",
            "booking_id",
            "booking__starts_at",
            "booking__ends_at",
            "booking__title",
            "booking__owner_name",
            "booking__owner_phone",
            "booking__state",
            "booking__local",
            "booking__unit__name",
        )
    )
    taken: defaultdict[str, list[Taken]] = defaultdict(list)
    for code, start, end, booking, first, last, title, name, phone, state, local, unit in rows:
        share = Taken(booking, Interval(start, end), Interval(first, last), title, name, phone, unit, state, local)
        taken[code].append(share)
    return taken
