"""The way out of a conflict: the first times at which everything is free, or as much as is free now.

The search does not try times one by one. Whatever blocks the meeting (other bookings, closures, days before and after
an endpoint's validity, moments at which a bridge or a link is too full) is merged into one list of blocked intervals;
every gap that is long enough gives a range of possible starts, which the calendar cuts to office hours.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Literal

from rooms.scheduling.capacity import (
    NOTHING,
    Bridge,
    Demand,
    Load,
    PortPeak,
    Profile,
    by_code,
    link_profiles,
    port_peaks,
    port_profiles,
)
from rooms.scheduling.conflicts import (
    Claim,
    ClosedPeriod,
    ScheduleRequest,
    endpoint_conflicts,
    joined_bridges,
    request_demand,
)
from rooms.scheduling.endpoints import EndpointFacts, Validity, survey
from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.fitting import fit
from rooms.scheduling.intervals import Interval, gaps, hold
from rooms.scheduling.office_hours import ONE_DAY, Calendar, days

QUARTER_HOUR = timedelta(minutes=15)
NOTICE_WORKING_DAYS = 3  # the invitation arrives at least so long before: QĐ 45/2018/QĐ-TTg

Reason = Literal[
    "same_time_next_day",
    "same_time_later_day",
    "soonest",
    "same_day",
    "three_working_days",
    "chair_free",
    "next_free",
]
Starts = list[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class _Network:
    """The bridges, and what other bookings than the request's own hold of them over time."""

    bridges: Mapping[str, Bridge]
    ports: Mapping[str, Profile]
    links: Mapping[str, Profile]


def _network(request: ScheduleRequest, bridges: Iterable[Bridge], loads: Iterable[Load]) -> _Network:
    known = by_code(bridges)
    limited = {code for code, bridge in known.items() if bridge.link_ports is not None}
    others = [load for load in loads if request.booking is None or load.booking != request.booking]
    return _Network(known, port_profiles(others), link_profiles(load for load in others if load.bridge in limited))


class SearchInvalid(SchedulingInvalid):
    """Code ``step_out_of_range``: the step is not positive or longer than a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time at which all endpoints and all ports are free, in the zone of the request.

    ``reasons``, the one to show first: ``same_time_next_day`` / ``same_time_later_day`` (see ``days_later``),
    ``soonest`` (no free start before it), ``same_day``, ``three_working_days`` (so many after the day of the notice),
    ``chair_free``, and ``next_free`` when there is no other. ``port_peaks`` as in a Verdict.
    """

    starts_at: datetime
    ends_at: datetime
    reasons: tuple[Reason, ...]
    days_later: int
    port_peaks: tuple[PortPeak, ...]

    @property
    def reason(self) -> Reason:
        return self.reasons[0]

    @property
    def tightest(self) -> PortPeak | None:
        """The bridge with fewest ports left, None when the meeting needs no ports."""
        return min(self.port_peaks, key=lambda each: each.remaining, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Where to look: starts at or after ``earliest`` on a grid of ``step`` counted from local midnight, ends at or
    before ``horizon``. Set-up may lie before ``earliest`` and tear-down after ``horizon``.

    ``calendar`` None = any hour of any day. ``notified_on``: the day on which invitations go out, by default that of
    ``earliest``. ``chair_busy``: the chair's other meetings, None = not known.
    Raises SearchInvalid.
    """

    earliest: datetime
    horizon: datetime
    step: timedelta = QUARTER_HOUR
    count: int = 3
    calendar: Calendar | None = None
    notified_on: date | None = None
    chair_busy: tuple[Interval, ...] | None = None

    def __post_init__(self) -> None:
        if not timedelta(0) < self.step <= ONE_DAY:
            raise SearchInvalid("step_out_of_range", {"step": self.step})


def first_free_slots(
    request: ScheduleRequest,
    facts: Mapping[str, EndpointFacts],
    busy: Iterable[Claim],
    closures: Iterable[ClosedPeriod],
    bridges: Sequence[Bridge],
    loads: Iterable[Load],
    search: Search,
) -> list[Slot]:
    """The first ``search.count`` starts on the grid at which the whole request is free, ascending.

    The request's own time plays no part, only its length. Every slot passes ``examine`` without a conflict, and no
    earlier start on the grid does. Fewer, or none, when the horizon comes first.
    Raises RequestInvalid ``endpoint_unknown`` and capacity.NetworkInvalid.
    """
    network = _network(request, bridges, loads)
    needed = request_demand(request, facts, bridges)
    starts = _free_starts(request, facts, busy, closures, network, needed, search)
    chosen = list(islice(_on_grid(starts, search.step, request.zone), max(0, search.count)))
    return _slots(request, network, needed, search, chosen, first=chosen[0] if chosen else None)


def suggested_slots(
    request: ScheduleRequest,
    facts: Mapping[str, EndpointFacts],
    busy: Iterable[Claim],
    closures: Iterable[ClosedPeriod],
    bridges: Sequence[Bridge],
    loads: Iterable[Load],
    search: Search,
) -> list[Slot]:
    """Up to ``search.count`` free times on different days, ascending, for a person to choose from.

    Each day offers the clock time first asked for when that is free, else its first free start. Chosen first are the
    first free day, the first later day at the same time, and the first day that leaves three working days for the
    invitation; the next free days fill up. Each slot shows a reason that no earlier one shows, where it has one.
    Raises as ``first_free_slots``.
    """
    network = _network(request, bridges, loads)
    needed = request_demand(request, facts, bridges)
    starts = _free_starts(request, facts, busy, closures, network, needed, search)
    first_of_day, same_time = _by_day(starts, request, search.step)
    offered = sorted(first_of_day.keys() | same_time.keys())
    if not offered:
        return []
    asked_for = request.starts_at.astimezone(request.zone).date()
    notice = _notice_day(request, search)
    wishes = (
        offered[:1],
        [day for day in offered if day in same_time and day > asked_for][:1],
        [day for day in offered if notice is not None and day >= notice][:1],
        offered,
    )
    picked = list(dict.fromkeys(day for wish in wishes for day in wish))[: max(0, search.count)]
    chosen = [same_time.get(day) or first_of_day[day] for day in sorted(picked)]
    first = next(_on_grid(starts, search.step, request.zone), None)
    shown: set[Reason] = set()
    slots = []
    for slot in _slots(request, network, needed, search, chosen, first=first):
        lead = next((reason for reason in slot.reasons if reason not in shown), slot.reason)
        shown.add(lead)
        rest = tuple(reason for reason in slot.reasons if reason != lead)
        slots.append(replace(slot, reasons=(lead, *rest)))
    return slots


def largest_free_subset(
    request: ScheduleRequest,
    facts: Mapping[str, EndpointFacts],
    busy: Iterable[Claim],
    closures: Iterable[ClosedPeriod],
    bridges: Sequence[Bridge],
    loads: Iterable[Load],
) -> tuple[str, ...]:
    """The greatest part of the request that could be booked at its own time, in the order asked for.

    A free host is always kept if its bridge has a port; otherwise the meeting needs another host. What is left passes
    ``examine(request.reduced_to(...))`` without a conflict. Of endpoints on one bridge those asked for first stay;
    an endpoint that is relayed stays with the one that relays it.
    Raises RequestInvalid ``endpoint_unknown`` and capacity.NetworkInvalid.
    """
    request_demand(request, facts, bridges)
    blocked = {each.endpoint for each in endpoint_conflicts(request, facts, busy, closures)}
    free = [code for code in request.endpoints if code not in blocked]
    if request.local:
        return tuple(free)
    network = _network(request, bridges, loads)
    # Whoever would be relayed by an endpoint that is not free needs a port itself.
    within = request.reduced_to(free) if free else request
    joined = joined_bridges(within, facts)
    wanted: dict[str, list[str]] = {}
    for code in free:
        home = joined[code]
        if home is not None:
            wanted.setdefault(home, []).append(code)
    free_ports, free_links = {}, {}
    for code, bridge in network.bridges.items():
        free_ports[code] = bridge.ports - network.ports.get(code, NOTHING).peak(request.hold)
        held = network.links.get(code, NOTHING).peak(request.hold)
        free_links[code] = None if bridge.link_ports is None else bridge.link_ports - held
    carried = set(fit(network.bridges, free_ports, free_links, wanted, request.host))
    relays = {code: way.relay for code, way in within.ways.items() if way.relay is not None}
    return tuple(
        code
        for code in free
        if code in carried or (joined[code] is None and (code not in relays or relays[code] in carried))
    )


def _free_starts(
    request: ScheduleRequest,
    facts: Mapping[str, EndpointFacts],
    busy: Iterable[Claim],
    closures: Iterable[ClosedPeriod],
    network: _Network,
    needed: Demand,
    search: Search,
) -> Starts:
    """Ascending closed ranges of starts, in the zone of the request, at which the meeting is free."""
    wanted = request.position
    validities = survey(request.endpoints, facts).validities
    if needed.unreachable or not all(each.active for each in validities) or search.horizon <= search.earliest:
        return []
    window = Interval(search.earliest - request.setup, search.horizon + request.teardown)
    blocked = [
        claim.interval
        for claim in busy
        if claim.endpoint in wanted and (request.booking is None or claim.booking != request.booking)
    ]
    blocked.extend(closure.interval for closure in closures if closure.endpoint in wanted)
    for code, number in needed.ports.items():
        limit = network.bridges[code].ports
        blocked.extend(network.ports.get(code, NOTHING).above(limit - number, window))
    for code, number in needed.links.items():
        connections = network.bridges[code].link_ports
        if connections is not None:
            blocked.extend(network.links.get(code, NOTHING).above(connections - number, window))
    blocked.extend(_outside_validity(validities.keys(), window, request.zone))
    starts = [
        ((gap.start + request.setup).astimezone(request.zone), latest.astimezone(request.zone))
        for gap in gaps(window, blocked)
        if (latest := gap.end - request.teardown - request.duration) >= gap.start + request.setup
    ]
    return starts if search.calendar is None else list(_in_office_hours(starts, search.calendar, request.duration))


def _outside_validity(validities: Collection[Validity], window: Interval, zone: tzinfo) -> Iterator[Interval]:
    begins = (day for each in validities for day in (each.valid_from, each.unit_valid_from) if day is not None)
    ends = (day for each in validities for day in (each.valid_to, each.unit_valid_to) if day is not None)
    first, last = max(begins, default=None), min(ends, default=None)
    if first is not None and window.start < _midnight(first, zone):
        yield Interval(window.start, _midnight(first, zone))
    if last is not None and _midnight(last, zone) < window.end:
        yield Interval(_midnight(last, zone), window.end)


def _in_office_hours(starts: Starts, calendar: Calendar, duration: timedelta) -> Iterator[tuple[datetime, datetime]]:
    for first, last in starts:
        for day in days(first.astimezone(calendar.zone).date(), last.astimezone(calendar.zone).date()):
            for span in calendar.spans(day):
                lower, upper = max(first, span.start), min(last, span.end - duration)
                if lower <= upper:
                    yield lower, upper


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _next_on_grid(instant: datetime, step: timedelta, zone: tzinfo) -> datetime:
    """The first grid point at or after the instant; the grid begins anew at every local midnight."""
    local = instant.astimezone(zone)
    midnight = _midnight(local.date(), zone)
    point = midnight - (midnight - local) // step * step
    return min(point, _midnight(local.date() + ONE_DAY, zone))


def _on_grid(starts: Starts, step: timedelta, zone: tzinfo) -> Iterator[datetime]:
    for first, last in starts:
        point = _next_on_grid(first, step, zone)
        while point <= last:
            yield point
            point = _next_on_grid(point + timedelta.resolution, step, zone)


def _by_day(
    starts: Starts, request: ScheduleRequest, step: timedelta
) -> tuple[dict[date, datetime], dict[date, datetime]]:
    """Of each day: its first free start on the grid, and the clock time asked for, if free."""
    clock = request.starts_at.astimezone(request.zone).time()
    first_of_day: dict[date, datetime] = {}
    same_time: dict[date, datetime] = {}
    for first, last in starts:
        for day in days(first.astimezone(request.zone).date(), last.astimezone(request.zone).date()):
            exact = datetime.combine(day, clock, request.zone)
            if first <= exact <= last:
                same_time[day] = exact
            point = _next_on_grid(max(first, _midnight(day, request.zone)), step, request.zone)
            if point <= last and point.date() == day:
                first_of_day.setdefault(day, point)
    return first_of_day, same_time


def _notice_day(request: ScheduleRequest, search: Search) -> date | None:
    notified = search.notified_on or search.earliest.astimezone(request.zone).date()
    return (search.calendar or Calendar()).working_day_after(notified, NOTICE_WORKING_DAYS)


def _slots(
    request: ScheduleRequest,
    network: _Network,
    needed: Demand,
    search: Search,
    chosen: Sequence[datetime],
    *,
    first: datetime | None,
) -> list[Slot]:
    bridges = network.bridges.values()
    asked_for = request.starts_at.astimezone(request.zone)
    notice = _notice_day(request, search)
    slots = []
    for start in chosen:
        ends_at = start + request.duration
        held = hold(start, ends_at, request.setup, request.teardown)
        days_later = (start.date() - asked_for.date()).days
        same_clock = start.time() == asked_for.time()
        chair_busy = search.chair_busy
        reasons: dict[Reason, bool] = {
            "same_time_next_day": same_clock and days_later == 1,
            "same_time_later_day": same_clock and days_later > 1,
            "soonest": start == first,
            "same_day": days_later == 0,
            "three_working_days": notice is not None and start.date() >= notice,
            "chair_free": chair_busy is not None and not any(each.overlaps(held) for each in chair_busy),
        }
        slots.append(
            Slot(
                starts_at=start,
                ends_at=ends_at,
                reasons=tuple(reason for reason, holds in reasons.items() if holds) or ("next_free",),
                days_later=days_later,
                port_peaks=port_peaks(bridges, network.ports, needed, held),
            )
        )
    return slots


def starts_in(request: ScheduleRequest, search: Search) -> list[datetime]:
    """Every start on the grid that the search could offer if all were free, ascending."""
    last = search.horizon - request.duration
    if last < search.earliest:
        return []
    ranges: Starts = [(search.earliest.astimezone(request.zone), last.astimezone(request.zone))]
    if search.calendar is not None:
        ranges = list(_in_office_hours(ranges, search.calendar, request.duration))
    return list(_on_grid(ranges, search.step, request.zone))


Blocker = tuple[Literal["endpoint", "ports", "link"], str]
"""Something that can stand in the way: an endpoint, the ports of a bridge, the link of a bridge to its parent."""


def forbidden_times(
    request: ScheduleRequest,
    facts: Mapping[str, EndpointFacts],
    busy: Iterable[Claim],
    closures: Iterable[ClosedPeriod],
    bridges: Sequence[Bridge],
    loads: Iterable[Load],
    window: Interval,
) -> dict[Blocker, list[Interval]]:
    """When each endpoint (in the order asked for), bridge and link cannot serve the request, in any order."""
    network = _network(request, bridges, loads)
    needed = request_demand(request, facts, network.bridges.values())
    found: dict[Blocker, list[Interval]] = {("endpoint", code): [] for code in request.endpoints}
    for claim in busy:
        if ("endpoint", claim.endpoint) in found and (request.booking is None or claim.booking != request.booking):
            found["endpoint", claim.endpoint].append(claim.interval)
    for closure in closures:
        if ("endpoint", closure.endpoint) in found:
            found["endpoint", closure.endpoint].append(closure.interval)
    for code in request.endpoints:
        known = facts[code]
        found["endpoint", code] += (
            _outside_validity([known.validity], window, request.zone) if known.active else [window]
        )
    for code, number in needed.ports.items():
        limit = network.bridges[code].ports
        found["ports", code] = network.ports.get(code, NOTHING).above(limit - number, window)
    for code, number in needed.links.items():
        connections = network.bridges[code].link_ports
        if connections is not None:
            found["link", code] = network.links.get(code, NOTHING).above(connections - number, window)
    return found
