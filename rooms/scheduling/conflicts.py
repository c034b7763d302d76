"""What stands in the way of a booking: every obstacle by kind, with its owner, its time and the overlap.

``examine`` is the one judge. The form's check, the reservation inside the transaction and the search for free times
all stand on it or are tested against it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from rooms.scheduling.capacity import (
    Bridge,
    Demand,
    Load,
    PortHolder,
    PortPeak,
    Shortage,
    demand,
    demand_of_homes,
    port_peaks,
    port_profiles,
    shortages,
)
from rooms.scheduling.endpoints import (
    LONG,
    EndpointFacts,
    InvalidReason,
    RequestInvalid,
    Survey,
    listing,
    survey,
)
from rooms.scheduling.intervals import Interval, hold, hull
from rooms.scheduling.ways import Way, WayInvalid, WayOut, check_ways, ways_within

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NO_TIME = timedelta(0)

Cause = Literal["maintenance", "opening_hours"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRequest:
    """Endpoints wanted together for ``[starts_at, ends_at)``, held from set-up to tear-down.

    ``endpoints`` in the order in which results are wanted (tier rank, code). ``host`` is one of them. ``booking`` is
    the booking being changed: what it holds itself does not stand in its way. ``local`` = a meeting in the room alone:
    endpoints are held, ports are not. ``ways``: how endpoints join that do not take a port of their own bridge.
    ``zone`` decides which calendar day an instant belongs to. ``position``: the place of each endpoint in the order.
    Raises RequestInvalid, ways.WayInvalid, and IntervalInvalid for times that make no interval.
    """

    endpoints: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    setup: timedelta = NO_TIME
    teardown: timedelta = NO_TIME
    host: str | None = None
    booking: int | None = None
    local: bool = False
    ways: Mapping[str, Way] = field(default_factory=dict, hash=False)
    zone: tzinfo = OFFICE_ZONE
    hold: Interval = field(init=False, repr=False)
    position: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        listed = listing(self.endpoints)
        object.__setattr__(self, "endpoints", listed.endpoints)
        object.__setattr__(self, "position", listed.position)
        if self.host is not None and self.host not in self.position:
            raise RequestInvalid("host_not_selected", {"endpoints": [self.host]})
        check_ways(self.ways, self.position.keys(), self.host)
        object.__setattr__(self, "hold", hold(self.starts_at, self.ends_at, self.setup, self.teardown))

    @property
    def duration(self) -> timedelta:
        return self.ends_at - self.starts_at

    def moved_to(self, starts_at: datetime) -> "ScheduleRequest":
        """The same meeting, as long, at another time."""
        return replace(self, starts_at=starts_at, ends_at=starts_at + self.duration)

    def reduced_to(self, endpoints: Sequence[str]) -> "ScheduleRequest":
        """The same meeting with these endpoints only; without a host when the host is not among them, and with the
        ways that are left to them."""
        host = self.host if self.host in endpoints else None
        return replace(self, endpoints=tuple(endpoints), host=host, ways=ways_within(self.ways, endpoints, host))


@dataclass(frozen=True, slots=True)
class Claim:
    """One endpoint's share of an existing booking; ``held`` = kept for somebody, not yet booked."""

    endpoint: str
    interval: Interval
    booking: int
    title: str = ""
    owner_name: str = ""
    owner_phone: str = ""
    owner_unit: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """One endpoint out of service: somebody has reported it (``maintenance``), or nobody is there at that hour
    (``opening_hours``, which has no ``reason`` in words)."""

    endpoint: str
    interval: Interval
    reason: str = ""
    reported_by: str = ""
    cause: Cause = "maintenance"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointBusy:
    """Another booking has the endpoint during ``interval``, of which ``overlap`` falls into the hold wanted."""

    kind: ClassVar[str] = "endpoint_busy"
    endpoint: str
    booking: int
    title: str
    owner_name: str
    owner_phone: str
    owner_unit: str
    held: bool
    interval: Interval
    overlap: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointClosed:
    """The endpoint is out of service during ``interval``; ``cause`` as in ClosedPeriod."""

    kind: ClassVar[str] = "endpoint_closed"
    endpoint: str
    reason: str
    reported_by: str
    interval: Interval
    overlap: Interval
    cause: Cause = "maintenance"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointInvalid:
    """The endpoint, or the unit that it belongs to, is not there for the whole hold. ``valid_from`` and ``valid_to``
    are those of the one that ``reason`` speaks of."""

    kind: ClassVar[str] = "endpoint_invalid"
    endpoint: str
    reason: InvalidReason
    valid_from: date | None
    valid_to: date | None
    overlap: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class PortsExhausted:
    """A bridge lacks ``missing`` ports somewhere in ``interval``, exactly in ``intervals``; see capacity.Shortage.
    ``ways_out``: found by ways_out.with_ways_out; ``examine`` leaves them empty."""

    kind: ClassVar[str] = "ports_exhausted"
    bridge: str
    name: str
    capacity: int
    held: int
    needed: int
    missing: int
    interval: Interval
    intervals: tuple[Interval, ...]
    first_endpoint: str | None
    holders: tuple[PortHolder, ...]
    ways_out: tuple[WayOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkExhausted:
    """The link from ``bridge`` up to ``parent`` carries as many meetings as it can. ``ways_out`` as for ports."""

    kind: ClassVar[str] = "link_exhausted"
    bridge: str
    name: str
    parent: str
    capacity: int
    held: int
    needed: int
    missing: int
    interval: Interval
    intervals: tuple[Interval, ...]
    first_endpoint: str | None
    holders: tuple[PortHolder, ...]
    ways_out: tuple[WayOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeUnreachable:
    """No links join this bridge to the host's: at no time can its ``endpoints`` be in the same meeting."""

    kind: ClassVar[str] = "bridge_unreachable"
    bridge: str
    name: str
    endpoints: tuple[str, ...]
    interval: Interval
    first_endpoint: str


EndpointConflict = EndpointBusy | EndpointClosed | EndpointInvalid
NetworkConflict = PortsExhausted | LinkExhausted | BridgeUnreachable
Conflict = EndpointConflict | NetworkConflict


@dataclass(frozen=True, slots=True)
class Verdict:
    """``conflicts``: of endpoints in the order asked for, then by time; then ports and links in the order of the
    bridges. ``free_endpoints``: those without a conflict of their own, ports not considered. ``port_peaks``: every
    bridge that the whole request needs."""

    conflicts: tuple[Conflict, ...]
    free_endpoints: tuple[str, ...]
    port_peaks: tuple[PortPeak, ...]

    @property
    def fits(self) -> bool:
        return not self.conflicts

    @property
    def short_of_ports(self) -> bool:
        return any(isinstance(each, PortsExhausted | LinkExhausted) for each in self.conflicts)


def request_demand(
    request: ScheduleRequest, endpoints: Mapping[str, EndpointFacts], bridges: Iterable[Bridge]
) -> Demand:
    """The ports that the request takes; none for a local meeting.

    Raises RequestInvalid ``endpoint_unknown``, capacity.NetworkInvalid, and ways.WayInvalid ``way_bridge_unknown`` and
    ``way_without_port``.
    """
    surveyed = survey(request.endpoints, endpoints)
    if request.local:
        return demand_of_homes(bridges, {}, None)
    known = tuple(bridges)
    if not request.ways:
        host_bridge = endpoints[request.host].bridge if request.host is not None else None
        find = _kept_demand if len(request.endpoints) >= LONG else _demand
        return find(surveyed, known, host_bridge)
    joined = joined_bridges(request, endpoints)
    strangers = {way.bridge for way in request.ways.values() if way.bridge is not None} - {each.code for each in known}
    if strangers:
        raise WayInvalid("way_bridge_unknown", {"bridges": sorted(strangers)})
    relays = {way.relay for way in request.ways.values() if way.relay is not None}
    if portless := sorted(code for code in relays if joined[code] is None):
        raise WayInvalid("way_without_port", {"endpoints": portless})
    return demand(known, joined, joined[request.host] if request.host is not None else None)


def _demand(surveyed: Survey, bridges: tuple[Bridge, ...], host_bridge: str | None) -> Demand:
    return demand_of_homes(bridges, surveyed.homes, host_bridge)


_kept_demand = lru_cache(maxsize=32)(_demand)


def joined_bridges(request: ScheduleRequest, endpoints: Mapping[str, EndpointFacts]) -> dict[str, str | None]:
    """The bridge of which each endpoint of the request takes a port, None for one that takes none."""
    joined = {code: endpoints[code].bridge for code in request.endpoints}
    return joined | {code: way.bridge for code, way in request.ways.items() if code in joined}


def examine(
    request: ScheduleRequest,
    facts: Mapping[str, EndpointFacts],
    busy: Iterable[Claim],
    closures: Iterable[ClosedPeriod],
    bridges: Sequence[Bridge],
    loads: Iterable[Load],
    needed: Demand | None = None,
) -> Verdict:
    """All that stands in the way of the request, and what does not. ``needed``: its demand, if that is known already.

    ``facts`` of endpoints by code (see endpoints.survey), ``busy``, ``closures`` and ``loads`` may hold more than the
    request concerns, in any order: the verdict does not depend on it. O(n log n) in the number of records.
    Raises RequestInvalid ``endpoint_unknown`` and capacity.NetworkInvalid.
    """
    needed = needed or request_demand(request, facts, bridges)
    own = endpoint_conflicts(request, facts, busy, closures)
    blocked = {each.endpoint for each in own}
    others = [load for load in loads if request.booking is None or load.booking != request.booking]
    network: list[Conflict] = [_exhausted(each) for each in shortages(bridges, others, needed, request.hold)]
    names = {bridge.code: bridge.name for bridge in bridges}
    for code in needed.unreachable:
        served = needed.endpoints[code]
        network.append(
            BridgeUnreachable(
                bridge=code, name=names[code], endpoints=served, interval=request.hold, first_endpoint=served[0]
            )
        )
    return Verdict(
        conflicts=(*own, *network),
        free_endpoints=tuple(code for code in request.endpoints if code not in blocked)
        if blocked
        else request.endpoints,
        port_peaks=port_peaks(bridges, port_profiles(others), needed, request.hold),
    )


def endpoint_conflicts(
    request: ScheduleRequest,
    endpoints: Mapping[str, EndpointFacts],
    busy: Iterable[Claim],
    closures: Iterable[ClosedPeriod],
) -> list[EndpointConflict]:
    """The conflicts of single endpoints, in the order asked for, then by time."""
    position, window = request.position, request.hold
    start, end = window.start, window.end
    found: list[EndpointConflict] = []
    own = request.booking
    for claim in busy:
        theirs = claim.interval
        wanted = theirs.start < end and start < theirs.end and claim.endpoint in position
        if wanted and (own is None or claim.booking != own):
            found.append(_busy(claim, window))
    for closure in closures:
        overlap = closure.interval.intersection(window)
        if overlap is not None and closure.endpoint in position:
            found.append(
                EndpointClosed(
                    endpoint=closure.endpoint,
                    reason=closure.reason,
                    reported_by=closure.reported_by,
                    interval=closure.interval,
                    overlap=overlap,
                    cause=closure.cause,
                )
            )
    found.extend(_invalid(request, endpoints))
    found.sort(key=lambda each: (position[each.endpoint], each.overlap, each.kind, _rest(each)))
    return found


def _rest(conflict: EndpointConflict) -> tuple[str, ...]:
    """Settles the order of what begins and ends together, so that no order of input shows through."""
    return tuple(str(getattr(conflict, each.name)) for each in fields(conflict))


def _busy(claim: Claim, window: Interval) -> EndpointBusy:
    return EndpointBusy(
        endpoint=claim.endpoint,
        booking=claim.booking,
        title=claim.title,
        owner_name=claim.owner_name,
        owner_phone=claim.owner_phone,
        owner_unit=claim.owner_unit,
        held=claim.held,
        interval=claim.interval,
        overlap=Interval(max(claim.interval.start, window.start), min(claim.interval.end, window.end)),
    )


def _invalid(request: ScheduleRequest, endpoints: Mapping[str, EndpointFacts]) -> Iterable[EndpointInvalid]:
    first_day, last_day = days_of(request.hold, request.zone)
    for validity, codes in survey(request.endpoints, endpoints).validities.items():
        reason = validity.why_invalid(first_day, last_day)
        if reason is None:
            continue
        of_unit = reason in {"unit_not_yet_valid", "unit_no_longer_valid"}
        for code in codes:
            yield EndpointInvalid(
                endpoint=code,
                reason=reason,
                valid_from=validity.unit_valid_from if of_unit else validity.valid_from,
                valid_to=validity.unit_valid_to if of_unit else validity.valid_to,
                overlap=request.hold,
            )


def days_of(interval: Interval, zone: tzinfo) -> tuple[date, date]:
    """The first and the last calendar day that the interval touches; one until midnight does not touch the next."""
    last = interval.end - timedelta.resolution
    return interval.start.astimezone(zone).date(), last.astimezone(zone).date()


def _exhausted(shortage: Shortage) -> PortsExhausted | LinkExhausted:
    interval = hull(shortage.intervals)
    if shortage.resource == "link" and shortage.parent is not None:
        return LinkExhausted(
            bridge=shortage.bridge,
            name=shortage.name,
            parent=shortage.parent,
            capacity=shortage.capacity,
            held=shortage.held,
            needed=shortage.needed,
            missing=shortage.missing,
            interval=interval,
            intervals=shortage.intervals,
            first_endpoint=shortage.first_endpoint,
            holders=shortage.holders,
        )
    return PortsExhausted(
        bridge=shortage.bridge,
        name=shortage.name,
        capacity=shortage.capacity,
        held=shortage.held,
        needed=shortage.needed,
        missing=shortage.missing,
        interval=interval,
        intervals=shortage.intervals,
        first_endpoint=shortage.first_endpoint,
        holders=shortage.holders,
    )
