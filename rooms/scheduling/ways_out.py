"""The ways out of a shortage of ports: who could join by another bridge, be relayed, or receive by television.

Every proposal is tried: with it the shortage is gone, no other one is new or greater, and nobody is cut off. Each kind
is tried with the smallest number of endpoints first. Offered are at most three, the least intrusive first: a port of
another bridge leaves the room what it was, a relay makes it depend on another room, television makes it listen only.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rooms.scheduling.capacity import (
    NOTHING,
    Bridge,
    Demand,
    Load,
    Profile,
    by_code,
    counted_demand,
    link_between,
    link_profiles,
    orient,
    port_profiles,
)
from rooms.scheduling.conflicts import LinkExhausted, PortsExhausted, ScheduleRequest, Verdict, joined_bridges
from rooms.scheduling.endpoints import EndpointFacts
from rooms.scheduling.intervals import Interval
from rooms.scheduling.ways import Way, WayOut

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an endpoint stands: ``unit_path`` as in selection.EndpointRow, ``rank`` of its tier, 1 = highest."""

    unit_path: str
    rank: int


@dataclass(frozen=True, slots=True)
class _Room:
    """What is left of the bridges and links during the hold. A shortage is what is short, and by how many."""

    bridges: Mapping[str, Bridge]
    ports: Mapping[str, int]
    links: Mapping[str, int | None]

    def short(self, needed: Demand) -> dict[tuple[str, str], int]:
        found = {("ports", code): number - self.ports[code] for code, number in needed.ports.items()}
        for code, number in needed.links.items():
            left = self.links[code]
            if left is not None:
                found["link", code] = number - left
        found |= {("unreachable", code): 1 for code in needed.unreachable}
        return {resource: missing for resource, missing in found.items() if missing > 0}


def with_ways_out(
    verdict: Verdict,
    request: ScheduleRequest,
    facts: Mapping[str, EndpointFacts],
    bridges: Sequence[Bridge],
    loads: Iterable[Load],
    places: Mapping[str, Place],
) -> Verdict:
    """The verdict of ``examine``, each of its shortages with its ways out. ``places`` of the endpoints asked for."""
    if not verdict.short_of_ports:
        return verdict
    search = _Search(request, facts, bridges, loads, places, verdict.free_endpoints)
    return replace(
        verdict,
        conflicts=tuple(
            replace(each, ways_out=search.ways_out(each)) if isinstance(each, PortsExhausted | LinkExhausted) else each
            for each in verdict.conflicts
        ),
    )


class _Search:
    def __init__(
        self,
        request: ScheduleRequest,
        facts: Mapping[str, EndpointFacts],
        bridges: Sequence[Bridge],
        loads: Iterable[Load],
        places: Mapping[str, Place],
        free: Collection[str],
    ) -> None:
        self.request, self.places = request, places
        self.room = _room(request, by_code(bridges), loads)
        self.joined = joined_bridges(request, facts)
        self.host_bridge = self.joined[request.host] if request.host is not None else None
        self.counts = Counter(code for code in self.joined.values() if code is not None)
        self.needed = self._demand(self.counts, self.host_bridge)
        self.short = self.room.short(self.needed)
        # Not the host: it leads. Not who relays others: they would be cut off with it.
        relaying = {way.relay for way in request.ways.values()}
        self.movable = [code for code in request.endpoints if code != request.host and code not in relaying]
        self.position = {code: index for index, code in enumerate(request.endpoints)}
        leads = places.get(request.host or "")
        self.hubs = [
            code
            for code in free
            if self.joined[code] is not None
            and code in places
            and (leads is None or places[code].unit_path != leads.unit_path)
        ]

    def _demand(self, counts: Mapping[str, int], host_bridge: str | None) -> Demand:
        present = {code: number for code, number in counts.items() if number > 0}
        return counted_demand(self.room.bridges.values(), present, host_bridge)

    def ways_out(self, conflict: PortsExhausted | LinkExhausted) -> tuple[WayOut, ...]:
        """At most three, the least intrusive first: one of each kind that ends the shortage."""
        groups = self._groups(conflict)
        found = (
            self._by_bridge(conflict, groups),
            self._by_relay(conflict, groups),
            self._by_television(conflict, groups),
        )
        return tuple(each for each in found if each is not None)

    def _groups(self, conflict: PortsExhausted | LinkExhausted) -> list[Group]:
        """Who could change so that there is enough, fewest first: the last of those on the bridge itself, or all that
        come over one of its links from the side away from the host."""
        towards = orient(self.room.bridges, self._centre(conflict.bridge))
        groups: list[Group] = []
        if isinstance(conflict, LinkExhausted):
            groups.append(self._beyond(towards, conflict.bridge, conflict.parent))
        else:
            own = [code for code in self.movable if self.joined[code] == conflict.bridge]
            sizes = {conflict.missing, conflict.missing + 1, len(own)}
            groups += [tuple(own[-size:]) for size in sorted(sizes) if 0 < size <= len(own)]
            for code, neighbour in towards.items():
                if neighbour is not None and conflict.bridge in {code, neighbour}:
                    groups.append(self._beyond(towards, code, neighbour))
        return sorted((group for group in groups if group), key=len)

    def _centre(self, bridge: str) -> str:
        """The bridge that the others join: the host's, without a host the first that is used in the same tree."""
        if self.host_bridge is not None:
            return self.host_bridge
        reached = orient(self.room.bridges, bridge)
        return next((code for code in self.needed.endpoints if code in reached), bridge)

    def _beyond(self, towards: Mapping[str, str | None], one: str, other: str) -> Group:
        """The endpoints behind the link between two neighbours; none when one of them has to stay."""
        far = one if towards.get(one) == other else other
        if far not in towards or link_between(self.room.bridges, one, other) not in self.needed.links:
            return ()
        behind = {far}
        for code, neighbour in towards.items():
            if neighbour in behind:
                behind.add(code)
        codes = tuple(code for code in self.request.endpoints if self.joined[code] in behind)
        return codes if set(codes) <= set(self.movable) else ()

    def _helps(self, conflict: PortsExhausted | LinkExhausted, group: Group, target: str | None) -> bool:
        """Whether the shortage ends, and no other begins or grows, when the group joins by ``target`` (None: no
        port)."""
        moving = set(group)
        after = (target if code in moving else self.joined[code] for code in self.request.endpoints)
        # Without a host the first bridge that is used decides what counts as cut off: it stays the first.
        first = next((code for code in after if code is not None), None)
        counts = Counter({first: 0} if first is not None else {})
        counts.update(self.counts)
        counts.subtract(home for code in group if (home := self.joined[code]) is not None)
        if target is not None:
            counts[target] += len(group)
        short = self.room.short(self._demand(counts, self.host_bridge))
        ended = ("link" if isinstance(conflict, LinkExhausted) else "ports", conflict.bridge) not in short
        return ended and all(missing <= self.short.get(resource, 0) for resource, missing in short.items())

    def _by_bridge(self, conflict: PortsExhausted | LinkExhausted, groups: Iterable[Group]) -> WayOut | None:
        """The nearest bridge that has room for the smallest group, the emptier one first."""
        away = _distances(self.room.bridges, conflict.bridge)
        free = {code: self.room.ports[code] - self.needed.ports.get(code, 0) for code in away}
        for group in groups:
            homes = {self.joined[code] for code in group}
            # Link ends that would go with the group are not counted here.
            targets = [c for c in away if c not in homes and self.room.ports[c] - self.counts[c] >= len(group)]
            for target in sorted(targets, key=lambda code: (away[code], -free[code], code)):
                if self._helps(conflict, group, target):
                    return WayOut(kind="bridge", ways={code: Way(bridge=target) for code in group})
        return None

    def _by_relay(self, conflict: PortsExhausted | LinkExhausted, groups: Iterable[Group]) -> WayOut | None:
        for group in groups:
            for members in self._relayed(conflict, group):
                hubs = {code: self._hub(code, set(members)) for code in members}
                ways = {code: Way(relay=hub) for code, hub in hubs.items() if hub is not None}
                if len(ways) == len(members) and self._helps(conflict, tuple(members), None):
                    return WayOut(kind="relay", ways=ways)
        return None

    def _relayed(self, conflict: PortsExhausted | LinkExhausted, group: Group) -> Iterator[Sequence[str]]:
        """The group; of a bridge's own endpoints, as many that are below a room that could relay them."""
        if isinstance(conflict, PortsExhausted) and all(self.joined[code] == conflict.bridge for code in group):
            below = [
                code
                for code in self.movable
                if self.joined[code] == conflict.bridge and self._hub(code, {code}) is not None
            ]
            if len(below) >= len(group):
                yield below[-len(group) :]
        yield group

    def _hub(self, code: str, besides: Collection[str]) -> str | None:
        """The room that relays best: of a unit above the endpoint's, the nearest one. No room of the host's unit: they
        serve the meeting that is led from there."""
        place = self.places.get(code)
        above = [
            hub
            for hub in self.hubs
            if place is not None
            and hub not in besides
            and place.unit_path.startswith(self.places[hub].unit_path)
            and self.places[hub].rank < place.rank
        ]
        return max(above, key=lambda hub: (len(self.places[hub].unit_path), -self.position[hub]), default=None)

    def _by_television(self, conflict: PortsExhausted | LinkExhausted, groups: Iterable[Group]) -> WayOut | None:
        for group in groups:
            if self._helps(conflict, group, None):
                return WayOut(kind="receive", ways={code: Way(receive=True) for code in group})
        return None


def _room(request: ScheduleRequest, bridges: Mapping[str, Bridge], loads: Iterable[Load]) -> _Room:
    others = [load for load in loads if request.booking is None or load.booking != request.booking]
    ports, links = port_profiles(others), link_profiles(others)
    left, linked = {}, {}
    for code, bridge in bridges.items():
        left[code] = bridge.ports - _held(ports, code, request.hold)
        linked[code] = None if bridge.link_ports is None else bridge.link_ports - _held(links, code, request.hold)
    return _Room(bridges, left, linked)


def _held(profiles: Mapping[str, Profile], code: str, hold: Interval) -> int:
    return profiles.get(code, NOTHING).peak(hold)


def _distances(bridges: Mapping[str, Bridge], start: str) -> dict[str, int]:
    """Links between the bridge and every other; those of other trees are the farthest."""
    away = dict.fromkeys(bridges, len(bridges))
    for code, neighbour in orient(bridges, start).items():
        away[code] = 0 if neighbour is None else away[neighbour] + 1
    del away[start]
    return away
