"""Small random networks and diaries in whole minutes, in which every rule can be checked by counting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st

from rooms.scheduling.capacity import Bridge, Load, demand
from rooms.scheduling.conflicts import OFFICE_ZONE, Claim, ClosedPeriod, ScheduleRequest
from rooms.scheduling.endpoints import EndpointFacts
from rooms.scheduling.intervals import Interval

# Thursday. Ten minutes before midnight lies inside the span of the random diaries.
T0 = datetime(2025, 5, 22, 8, 0, tzinfo=OFFICE_ZONE)
SPAN = 60


def at(minute: int) -> datetime:
    return T0 + timedelta(minutes=minute)


def during(start: int, end: int) -> Interval:
    return Interval(at(start), at(end))


def minutes(interval: Interval) -> set[int]:
    """The minutes, counted from T0, that the interval fills."""
    first = (interval.start - T0) // timedelta(minutes=1)
    last = (interval.end - T0) // timedelta(minutes=1)
    return set(range(first, last))


def clock(hour: int, minute: int = 0, *, day: int = 22) -> datetime:
    return datetime(2025, 5, day, hour, minute, tzinfo=OFFICE_ZONE)


@st.composite
def intervals(draw: st.DrawFn, span: int = SPAN) -> Interval:
    start = draw(st.integers(0, span - 1))
    return during(start, draw(st.integers(start + 1, span)))


@st.composite
def forests(draw: st.DrawFn, most: int = 7, ports: int = 8) -> list[Bridge]:
    """Bridges in any order, the parents of which do not form a cycle; several roots may occur."""
    number = draw(st.integers(1, most))
    bridges = []
    for index in range(number):
        parent = draw(st.none() | st.integers(0, index - 1)) if index else None
        bridges.append(
            Bridge(
                code=f"B{index}",
                name=f"Bridge {index}",
                ports=draw(st.integers(0, ports)),
                parent=None if parent is None else f"B{parent}",
                link_ports=draw(st.none() | st.integers(0, 3)),
            )
        )
    return draw(st.permutations(bridges))


def named(*endpoints: EndpointFacts) -> dict[str, EndpointFacts]:
    """The endpoints by code, as the engine takes them."""
    return {each.code: each for each in endpoints}


@dataclass(frozen=True)
class World:
    request: ScheduleRequest
    endpoints: Sequence[EndpointFacts]
    busy: Sequence[Claim]
    closures: Sequence[ClosedPeriod]
    bridges: Sequence[Bridge]
    loads: Sequence[Load]

    @property
    def facts(self) -> dict[str, EndpointFacts]:
        return named(*self.endpoints)

    @property
    def diary(
        self,
    ) -> tuple[Mapping[str, EndpointFacts], Sequence[Claim], Sequence[ClosedPeriod], Sequence[Bridge], Sequence[Load]]:
        return self.facts, self.busy, self.closures, self.bridges, self.loads


@st.composite
def worlds(draw: st.DrawFn, most_endpoints: int = 6, span: int = SPAN, ports: int = 6) -> World:
    bridges = draw(forests(most=4, ports=ports))
    codes = [f"E{index}" for index in range(draw(st.integers(1, most_endpoints)))]
    endpoints = [
        EndpointFacts(code, draw(st.none() | st.sampled_from([bridge.code for bridge in bridges]))) for code in codes
    ]
    bookings: list[tuple[int, Interval]] = list(enumerate(draw(st.lists(intervals(span), max_size=4)), start=1))
    busy: list[Claim] = []
    loads: list[Load] = []
    for booking, interval in bookings:
        taken = draw(st.lists(st.sampled_from(endpoints), unique=True, max_size=2))
        busy.extend(Claim(each.code, interval, booking) for each in taken)
        needed = demand(bridges, {each.code: each.bridge for each in taken}, None)
        loads.extend(needed.loads(interval, booking=booking))
    closures = [
        ClosedPeriod(draw(st.sampled_from(codes)), interval) for interval in draw(st.lists(intervals(span), max_size=1))
    ]
    chosen = draw(st.lists(st.sampled_from(codes), unique=True, min_size=1))
    start = draw(st.integers(0, span - 1))
    end = draw(st.integers(start + 1, min(start + 20, span)))
    request = ScheduleRequest(
        endpoints=tuple(chosen),
        starts_at=at(start),
        ends_at=at(end),
        setup=timedelta(minutes=draw(st.integers(0, 5))),
        teardown=timedelta(minutes=draw(st.integers(0, 5))),
        host=draw(st.none() | st.sampled_from(chosen)),
        booking=draw(st.none() | st.sampled_from([booking for booking, _ in bookings] or [99])),
    )
    return World(request, endpoints, busy, closures, bridges, loads)
