"""How many ports a meeting takes on which bridge, and whether they are there.

The rule
    Bridges (MCU) form a tree: a bridge is cascaded to its parent over one link.

    1. An endpoint takes one port on its own bridge. An endpoint without a bridge (it joins by other means)
       takes none.
    2. A meeting that uses one bridge needs no link. A meeting that uses several is carried by every link of
       the smallest subtree that spans all used bridges and the bridge of the host endpoint: in a tree there is
       exactly one way between two bridges, so this subtree is unique.
    3. Every such link takes one port on *both* of its ends, for that meeting, however many endpoints are
       behind it. A bridge that is only passed through takes ports for its links alone.
    4. A link may carry a limited number of meetings at a time (``link_ports`` of the child, None = as many as
       the ports allow); every meeting on it takes one of these.

    Ports are taken for the whole hold (set-up, meeting, tear-down). Used bridges between which there is no path
    at all are ``unreachable``: no number of ports would connect them.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.intervals import Interval, merge


class NetworkInvalid(SchedulingInvalid):
    """Codes: ``bridge_repeated``, ``bridge_unknown``, ``bridge_cycle`` (each with ``bridges``),
    ``ports_negative``."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A multipoint control unit. ``link_ports`` limits the meetings on the link to ``parent``; None = no limit.

    Raises NetworkInvalid ``ports_negative``.
    """

    code: str
    name: str
    ports: int
    parent: str | None = None
    link_ports: int | None = None

    def __post_init__(self) -> None:
        if self.ports < 0 or (self.link_ports is not None and self.link_ports < 0):
            raise NetworkInvalid("ports_negative", {"bridges": [self.code]})


class Load(NamedTuple):
    """What one booking takes of one bridge during ``interval``: ports on it, connections on its link upwards."""

    bridge: str
    interval: Interval
    ports: int
    links: int = 0
    booking: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one meeting takes, all mappings in the order of the bridges.

    ``ports``: bridge → ports, endpoints and link ends together. ``links``: child bridge → connections (1) on its
    link upwards. ``endpoints``: bridge → codes of its endpoints in the order asked for. ``beyond``: child bridge →
    first endpoint that only this link connects to the host. ``unreachable``: used bridges without a path to the
    host's bridge (to the first used bridge when no host is given).
    """

    ports: Mapping[str, int]
    links: Mapping[str, int]
    endpoints: Mapping[str, tuple[str, ...]]
    beyond: Mapping[str, str]
    unreachable: tuple[str, ...] = ()

    def loads(self, interval: Interval, *, booking: int | None = None, title: str = "") -> list[Load]:
        """This demand as the loads of a booking that holds ``interval``."""
        return [
            Load(code, interval, ports, self.links.get(code, 0), booking, title) for code, ports in self.ports.items()
        ]


@dataclass(frozen=True, slots=True)
class Profile:
    """A step function of time: ``levels[i]`` holds on ``[times[i], times[i + 1])``, 0 before and after."""

    times: tuple[datetime, ...]
    levels: tuple[int, ...]

    def at(self, instant: datetime) -> int:
        index = bisect_right(self.times, instant) - 1
        return self.levels[index] if index >= 0 else 0

    def steps(self, window: Interval) -> list[tuple[Interval, int]]:
        """The function within ``window``: ascending pieces that fill it without a hole."""
        pieces = []
        index = bisect_right(self.times, window.start) - 1
        start = window.start
        while start < window.end:
            following = self.times[index + 1] if index + 1 < len(self.times) else window.end
            end = min(following, window.end)
            pieces.append((Interval(start, end), self.levels[index] if index >= 0 else 0))
            start = end
            index += 1
        return pieces

    def peak(self, window: Interval) -> int:
        first = bisect_right(self.times, window.start)
        inside = self.levels[first : bisect_left(self.times, window.end)]
        return max((self.levels[first - 1] if first else 0, *inside))

    def above(self, limit: int, window: Interval) -> list[Interval]:
        """Where in ``window`` the level is greater than ``limit``, merged and ascending."""
        if self.peak(window) <= limit:
            return []
        return merge(piece for piece, level in self.steps(window) if level > limit)


@dataclass(frozen=True, slots=True)
class PortHolder:
    """A booking that holds ``ports`` at the moment when the bridge is fullest."""

    booking: int | None
    title: str
    ports: int


class PortPeak(NamedTuple):
    """A bridge during a hold: ``held`` by others at the fullest moment, ``needed`` by this meeting."""

    bridge: str
    name: str
    capacity: int
    held: int
    needed: int

    @property
    def remaining(self) -> int:
        """Ports left with this meeting on it; negative = missing."""
        return self.capacity - self.held - self.needed


@dataclass(frozen=True, slots=True)
class Shortage:
    """Ports of a bridge, or connections on its link to ``parent``, that a meeting lacks.

    ``held`` is the peak of others in the window, ``missing = held + needed - capacity > 0``, ``intervals`` are all
    stretches that are short by at least one. ``first_endpoint`` is the first one in the order asked for that does not
    fit once the link ends have their ports (they come first: without them nothing behind is connected); None when the
    bridge has no endpoint of this meeting and is only passed through.
    """

    resource: Literal["ports", "link"]
    bridge: str
    name: str
    parent: str | None
    capacity: int
    held: int
    needed: int
    missing: int
    intervals: tuple[Interval, ...]
    first_endpoint: str | None
    holders: tuple[PortHolder, ...]


def by_code(bridges: Iterable[Bridge]) -> dict[str, Bridge]:
    """The bridges by code, in the order given.

    Raises NetworkInvalid when a code occurs twice, a parent is not among them, or they do not form trees.
    """
    known: dict[str, Bridge] = {}
    for bridge in bridges:
        if bridge.code in known:
            raise NetworkInvalid("bridge_repeated", {"bridges": [bridge.code]})
        known[bridge.code] = bridge
    unknown = sorted({b.parent for b in known.values() if b.parent is not None and b.parent not in known})
    if unknown:
        raise NetworkInvalid("bridge_unknown", {"bridges": unknown})
    rooted: set[str] = set()
    for code in known:
        trail: dict[str, None] = {}
        step: str | None = code
        while step is not None and step not in rooted:
            if step in trail:
                raise NetworkInvalid("bridge_cycle", {"bridges": sorted(trail)})
            trail[step] = None
            step = known[step].parent
        rooted.update(trail)
    return known


def orient(bridges: Mapping[str, Bridge], root: str) -> dict[str, str | None]:
    """Every bridge that ``root`` reaches over links, mapped to its neighbour on the way to ``root``.

    Ascending distance from ``root``; the root itself maps to None.
    """
    neighbours: dict[str, list[str]] = {code: [] for code in bridges}
    for bridge in bridges.values():
        if bridge.parent is not None:
            neighbours[bridge.code].append(bridge.parent)
            neighbours[bridge.parent].append(bridge.code)
    towards: dict[str, str | None] = {root: None}
    queue = [root]
    for code in queue:
        for neighbour in neighbours[code]:
            if neighbour not in towards:
                towards[neighbour] = code
                queue.append(neighbour)
    return towards


def link_between(bridges: Mapping[str, Bridge], one: str, other: str) -> str:
    """The child of two neighbours, by whose code their link is known."""
    return one if bridges[one].parent == other else other


def demand(bridges: Iterable[Bridge], endpoints: Mapping[str, str | None], host_bridge: str | None) -> Demand:
    """What a meeting takes by the rule of this module.

    ``endpoints``: endpoint code → code of its bridge or None, in the order that matters for "first that does not
    fit". ``host_bridge``: the bridge of the host endpoint, None when it has none or no host is chosen; it is part of
    the subtree but takes a port for the host only through ``endpoints``.
    Raises NetworkInvalid for bridges that do not form trees and for a code that is not among them.
    """
    homes: dict[str, list[str]] = {}
    for endpoint, code in endpoints.items():
        if code is not None:
            homes.setdefault(code, []).append(endpoint)
    return demand_of_homes(bridges, homes, host_bridge)


def demand_of_homes(bridges: Iterable[Bridge], homes: Mapping[str, Sequence[str]], host_bridge: str | None) -> Demand:
    """As demand, of endpoints by bridge: bridges in the order of their first endpoints."""
    known = by_code(bridges)
    anchors = [*([host_bridge] if host_bridge is not None else []), *homes]
    if unknown := sorted(set(anchors) - known.keys()):
        raise NetworkInvalid("bridge_unknown", {"bridges": unknown})
    trees: list[dict[str, str | None]] = []
    for anchor in anchors:
        if not any(anchor in tree for tree in trees):
            trees.append(orient(known, anchor))
    position = {codes[0]: index for index, codes in enumerate(homes.values())}
    ports = {code: len(codes) for code, codes in homes.items()}
    beyond: dict[str, str] = {}
    for towards in trees:
        first = {code: homes[code][0] for code in towards if code in homes}
        for code, neighbour in reversed(towards.items()):
            if code not in first or neighbour is None:
                continue
            first[neighbour] = min(first.get(neighbour, first[code]), first[code], key=position.__getitem__)
            beyond[link_between(known, code, neighbour)] = first[code]
            ports[code] = ports.get(code, 0) + 1
            ports[neighbour] = ports.get(neighbour, 0) + 1
    return Demand(
        ports={code: ports[code] for code in known if code in ports},
        links={code: 1 for code in known if code in beyond},
        endpoints={code: tuple(homes[code]) for code in known if code in homes},
        beyond={code: beyond[code] for code in known if code in beyond},
        unreachable=tuple(code for code in known if code in homes and code not in trees[0]),
    )


def counted_demand(bridges: Iterable[Bridge], counts: Mapping[str, int], host_bridge: str | None) -> Demand:
    """What a meeting with so many endpoints on each bridge takes. ``endpoints`` and ``beyond`` name bridges in place
    of endpoints. A meeting without any takes nothing."""
    # One endpoint stands for all on its bridge: the links are the same however many there are.
    needed = demand(bridges, {code: code for code in counts}, host_bridge if counts else None)
    ports = {code: number + counts.get(code, 1) - 1 for code, number in needed.ports.items()}
    return Demand(ports, needed.links, needed.endpoints, needed.beyond, needed.unreachable)


def load_profile(holds: Iterable[tuple[Interval, int]]) -> Profile:
    """The sum of all held amounts over time, by a sweep over starts and ends. O(n log n)."""
    changes: defaultdict[datetime, int] = defaultdict(int)
    for interval, amount in holds:
        changes[interval.start] += amount
        changes[interval.end] -= amount
    times, levels, level = [], [], 0
    for instant in sorted(changes):
        if changes[instant]:
            level += changes[instant]
            times.append(instant)
            levels.append(level)
    return Profile(tuple(times), tuple(levels))


def peak(holds: Iterable[tuple[Interval, int]], window: Interval) -> int:
    """The greatest sum of amounts held at one moment of ``window``; 0 when nothing is held in it."""
    return load_profile(each for each in holds if each[0].overlaps(window)).peak(window)


def port_profiles(loads: Iterable[Load]) -> dict[str, Profile]:
    """Ports held on each bridge that has any, over time."""
    held: defaultdict[str, list[tuple[Interval, int]]] = defaultdict(list)
    for load in loads:
        held[load.bridge].append((load.interval, load.ports))
    return {code: load_profile(holds) for code, holds in held.items()}


def link_profiles(loads: Iterable[Load]) -> dict[str, Profile]:
    """Connections on the link upwards of each bridge that has any, over time."""
    held: defaultdict[str, list[tuple[Interval, int]]] = defaultdict(list)
    for load in loads:
        if load.links:
            held[load.bridge].append((load.interval, load.links))
    return {code: load_profile(holds) for code, holds in held.items()}


NOTHING = Profile((), ())


def port_peaks(
    bridges: Iterable[Bridge], profiles: Mapping[str, Profile], new: Demand, window: Interval
) -> tuple[PortPeak, ...]:
    """Every bridge of the demand with its fullest moment in ``window``, in the order of the bridges."""
    held = {code: profile.peak(window) for code, profile in profiles.items() if code in new.ports}
    return tuple(
        PortPeak(b.code, b.name, b.ports, held.get(b.code, 0), new.ports[b.code])
        for b in bridges
        if b.code in new.ports
    )


def shortages(bridges: Iterable[Bridge], loads: Iterable[Load], new: Demand, window: Interval) -> list[Shortage]:
    """What the demand lacks during ``window`` beside the existing loads: ports by bridge, then links by child.

    Both in the order of the demand, which is that of the bridges; empty = it fits.
    """
    known = {bridge.code: bridge for bridge in bridges}
    present: defaultdict[str, list[Load]] = defaultdict(list)
    for load in loads:
        if load.interval.overlaps(window):
            present[load.bridge].append(load)
    found = []
    for code, needed in new.ports.items():
        held = [(load, load.ports) for load in present.get(code, ())]
        endpoints = new.endpoints.get(code, ())
        found.append(_shortage("ports", known[code], known[code].ports, needed, held, window, endpoints))
    for code, needed in new.links.items():
        limit = known[code].link_ports
        if limit is not None:
            held = [(load, load.links) for load in present.get(code, ())]
            found.append(_shortage("link", known[code], limit, needed, held, window, (new.beyond[code],)))
    return [each for each in found if each is not None]


def _shortage(
    resource: Literal["ports", "link"],
    bridge: Bridge,
    capacity: int,
    needed: int,
    held: Sequence[tuple[Load, int]],
    window: Interval,
    endpoints: Sequence[str],
) -> Shortage | None:
    if needed + sum(amount for _load, amount in held) <= capacity:
        return None  # even if all were held at once: no need to look when
    profile = load_profile((load.interval, amount) for load, amount in held)
    fullest, level = max(profile.steps(window), key=lambda step: step[1])
    missing = level + needed - capacity
    if missing <= 0:
        return None
    amounts: defaultdict[tuple[int | None, str], int] = defaultdict(int)
    for load, amount in held:
        if amount and load.interval.contains(fullest.start):
            amounts[load.booking, load.title] += amount
    holders = [PortHolder(booking, title, amount) for (booking, title), amount in amounts.items()]
    holders.sort(key=lambda each: (-each.ports, each.booking is not None, each.booking or 0, each.title))
    fitting = max(0, len(endpoints) - missing)
    return Shortage(
        resource=resource,
        bridge=bridge.code,
        name=bridge.name,
        parent=bridge.parent,
        capacity=capacity,
        held=level,
        needed=needed,
        missing=missing,
        intervals=tuple(profile.above(capacity - needed, window)),
        first_endpoint=endpoints[fitting] if endpoints else None,
        holders=tuple(holders),
    )
