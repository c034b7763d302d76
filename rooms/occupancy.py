"""What is taken when: claims on endpoints, closures, ports and links of bridges, over a window of time.

Every overlap query bounds its range scan: nothing is held for more than 48 hours, so whatever overlaps a window began
after 48 hours before it (performance.md, 4).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When

from accounts.models import Unit, User
from rooms.models import BookedEndpoint, BookedPorts, Booking, Closure, Endpoint, OpeningHours
from rooms.models import Bridge as BridgeModel
from rooms.scheduling.capacity import NOTHING, Bridge, Load, port_profiles
from rooms.scheduling.conflicts import Claim, ClosedPeriod, EndpointFacts
from rooms.scheduling.intervals import Interval
from rooms.scheduling.opening_hours import Span, closed_outside
from rooms.scheduling.ways import Way
from rooms.scheduling.ways_out import Place
from rooms.selectors import bridges_for, endpoints_for, named

LONGEST_HOLD = dt.timedelta(hours=48)
SCAN = LONGEST_HOLD + dt.timedelta(seconds=1)


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


Windows = Interval | Sequence[Interval]
"""A window of time, or several: the dates of a series are looked at in one query."""


def _windows(window: Windows) -> Sequence[Interval]:
    return [window] if isinstance(window, Interval) else window


def _overlapping(window: Windows, scan: dt.timedelta | None) -> Q:
    """What overlaps the window or one of the windows; `scan`: nothing is longer than this."""
    found = Q(pk__in=())
    for each in _windows(window):
        overlap = Q(starts_at__lt=each.end, ends_at__gt=each.start)
        found |= overlap & Q(starts_at__gt=each.start - scan) if scan is not None else overlap
    return found


def live_in(window: Windows) -> QuerySet[BookedEndpoint]:
    """The shares of bookings in force that overlap the window, or one of the windows."""
    return BookedEndpoint.objects.filter(_overlapping(window, SCAN), released=False)


def claims_in(window: Windows, codes: Collection[str]) -> list[Claim]:
    """Who has these endpoints in the window. One query."""
    rows = named(live_in(window), "endpoint__code", codes).values_list(
        "endpoint__code",
        "starts_at",
        "ends_at",
        "booking_id",
        "booking__title",
        "booking__owner_name",
        "booking__owner_phone",
        "booking__unit__name",
        "booking__state",
    )
    return [
        Claim(code, Interval(start, end), booking, title, name, phone, unit, state == Booking.HELD)
        for code, start, end, booking, title, name, phone, unit, state in rows
    ]


def closures_in(window: Windows, codes: Collection[str]) -> list[ClosedPeriod]:
    """When these endpoints are out of service in the window, or outside their opening hours. Two queries."""
    return [*reported_in(window, codes), *outside_hours_in(window, codes)]


def reported_in(window: Windows, codes: Collection[str]) -> list[ClosedPeriod]:
    """When these endpoints are reported out of service in the window. One query."""
    rows = named(Closure.objects.all(), "endpoint__code", codes).filter(_overlapping(window, None))
    return [
        ClosedPeriod(code, Interval(start, end), reason, reporter)
        for code, start, end, reason, reporter in rows.values_list(
            "endpoint__code", "starts_at", "ends_at", "reason", "reported_by"
        )
    ]


def closures_of_any(window: Interval, codes: Collection[str]) -> list[ClosedPeriod]:
    """As closures_in, for a search that wants all of these endpoints at once: of endpoints with the same opening hours
    one stands for all, so that the search does not read the same nights 208 times. Two queries."""
    return [*reported_in(window, codes), *outside_hours_in(window, codes, each=False)]


def outside_hours_in(window: Windows, codes: Collection[str], *, each: bool = True) -> list[ClosedPeriod]:
    """When nobody is there to open these endpoints in the window; not `each`: one endpoint for all with its hours.

    One query. Endpoints with the same hours share the work.
    """
    rows = named(OpeningHours.objects.order_by("weekday", "opens"), "endpoint__code", codes)
    wanted = set(codes)
    hours: defaultdict[str, list[tuple[int, Span]]] = defaultdict(list)
    for code, weekday, opens, closes in rows.values_list("endpoint__code", "weekday", "opens", "closes"):
        if code in wanted:
            hours[code].append((weekday, (opens, closes)))
    alike: defaultdict[tuple[tuple[int, Span], ...], list[str]] = defaultdict(list)
    for code, spans in hours.items():
        alike[tuple(spans)].append(code)
    closed: list[ClosedPeriod] = []
    for pattern, members in alike.items():
        week: defaultdict[int, list[Span]] = defaultdict(list)
        for weekday, span in pattern:
            week[weekday].append(span)
        stretches = [shut for each_window in _windows(window) for shut in closed_outside(week, each_window)]
        named_ones = members if each else members[:1]
        closed.extend(ClosedPeriod(code, shut, cause="opening_hours") for code in named_ones for shut in stretches)
    return closed


def network_bridges() -> list[Bridge]:
    """Every bridge of the installation as the scheduling engine takes it, by code. One query."""
    rows = BridgeModel.objects.order_by("code").values_list("code", "name", "ports", "parent__code", "link_ports")
    return [Bridge(*row) for row in rows]


def facts_named(codes: Collection[str]) -> list[EndpointFacts]:
    """The endpoints of these codes as the scheduling engine takes them; unknown codes are left out. One query.

    A unit that ended and began anew under its code, because its name or its place in the tree changed, goes on.
    """
    anew = Unit.objects.filter(code=OuterRef("unit__code"), valid_to__isnull=True)
    unit_ends = Case(
        When(Q(unit__valid_to__isnull=True) | Exists(anew), then=Value(None)),
        default=F("unit__valid_to"),
        output_field=DateField(),
    )
    rows = named(Endpoint.objects.order_by().annotate(unit_ends=unit_ends), "code", codes)
    facts = ("code", "bridge__code", "active", "valid_from", "valid_to", "unit__valid_from", "unit_ends")
    return [EndpointFacts(*row) for row in rows.values_list(*facts)]


def places_named(codes: Collection[str]) -> dict[str, Place]:
    """Where the endpoints of these codes stand in the order of units and tiers. One query."""
    rows = named(Endpoint.objects.order_by(), "code", codes).values_list("code", "unit__path", "tier__rank")
    wanted = set(codes)
    return {code: Place(path, rank) for code, path, rank in rows if code in wanted}


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


def loads_in(window: Windows) -> list[Load]:
    """Ports and links that bookings in force take in the window, or in one of the windows. One query."""
    rows = BookedPorts.objects.filter(_overlapping(window, SCAN), released=False)
    rows = rows.order_by("booking_id", "bridge__code")
    return [
        Load(code, Interval(start, end), ports, links, booking, title)
        for code, start, end, ports, links, booking, title in rows.values_list(
            "bridge__code", "starts_at", "ends_at", "ports", "links", "booking_id", "booking__title"
        )
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
    codes = {endpoint.code for endpoint in endpoints}
    taken = _taken(window, codes)
    closed: defaultdict[str, list[ClosedPeriod]] = defaultdict(list)
    for closure in sorted(closures_in(window, codes), key=lambda each: each.interval):
        closed[closure.endpoint].append(closure)
    loads = loads_in(window)
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
