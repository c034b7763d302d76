"""The network as it is now: a tree of bridges with their endpoints, and a schematic map of where the endpoints are."""

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.wording import time_range
from rooms.grouping import EndpointGroupRow, grouped
from rooms.models import Bridge, Endpoint
from rooms.occupancy import Availability, BridgeDay, EndpointDay

WIDTH, MARGIN = 1000, 40
MOST_DRAWN = 2000
MOST_LABELS = 30
RING = 20
"""Units of the drawing between endpoints that stand at one place."""

State = Literal["session", "later", "closed", "free"]
STATES: tuple[State, ...] = ("session", "later", "free", "closed")
SHAPES = ("square", "diamond", "circle")
FILLS: dict[State, str] = {
    "session": "",
    "later": "url(#lines-primary)",
    "closed": "url(#mesh-control)",
    "free": "",
}


@dataclass(frozen=True)
class Live:
    """An endpoint now: its state, and in words what is on or what comes."""

    endpoint: Endpoint
    state: State
    words: str


@dataclass(frozen=True)
class Point:
    """An endpoint on the map. `shape` by its tier, `label` where there is room for it."""

    live: Live
    x: float
    y: float
    shape: str
    label: str

    @property
    def place(self) -> str:
        """Where SVG moves the shape to."""
        return f"translate({self.x:.1f} {self.y:.1f})"

    @property
    def fill(self) -> str:
        return FILLS[self.live.state]

    @property
    def left_of(self) -> bool:
        """Whether the label stands at left of the point: the right edge is near."""
        return self.x > WIDTH * 0.8


@dataclass(frozen=True)
class TierSign:
    name: str
    shape: str


@dataclass
class Map:
    """The drawing, and who is not on it: `placeless` have no place, `left_out` are too many."""

    height: int
    points: list[Point] = field(default_factory=list)
    tiers: list[TierSign] = field(default_factory=list)
    placeless: list[Live] = field(default_factory=list)
    left_out: int = 0


@dataclass(frozen=True)
class Branch:
    """A heading of the tree with its endpoints; `rows` is empty where they are too many to list."""

    heading: EndpointGroupRow
    rows: Sequence[Live]
    counts: Sequence[tuple[State, int]]


@dataclass
class Node:
    """A bridge of the tree, or with `day` None those endpoints that are on no bridge."""

    day: BridgeDay | None
    in_use: int = 0
    branches: list[Branch] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    endpoints: int = 0
    counts: Sequence[tuple[State, int]] = ()

    @property
    def bridge(self) -> Bridge | None:
        return self.day.bridge if self.day is not None else None


@dataclass(frozen=True)
class NetworkNow:
    at: dt.datetime
    tree: Sequence[Node]
    map: Map
    counts: Sequence[tuple[State, int]]
    endpoints: int


def network_now(found: Availability, now: dt.datetime) -> NetworkNow:
    """Tree and map of what is available today, as it is at `now`. Makes no query."""
    lives = [live_state(each, now) for each in found.endpoints]
    return NetworkNow(
        timezone.localtime(now), _tree(found.bridges, lives, now), _map(lives), _counted(lives), len(lives)
    )


def live_state(each: EndpointDay, now: dt.datetime) -> Live:
    """Closed now, else in session now (its line test too), else booked later today, else free."""
    closed = next((one for one in each.closed if one.interval.contains(now)), None)
    if closed is not None:
        end = timezone.localtime(closed.interval.end)
        words = _("closed until %(end)s: %(reason)s") % {"end": f"{end:%d/%m %H:%M}", "reason": closed.reason}
        return Live(each.endpoint, "closed", words)
    on = next((taken for taken in each.taken if taken.interval.contains(now)), None)
    coming = next((taken for taken in each.taken if taken.interval.start > now), None)
    chosen = on or coming
    if chosen is None:
        return Live(each.endpoint, "free", _("free for the rest of the day"))
    span = time_range(timezone.localtime(chosen.session.start), timezone.localtime(chosen.session.end))
    return Live(each.endpoint, "session" if on else "later", f"{span} {chosen.title}")


def _counted(lives: Iterable[Live]) -> list[tuple[State, int]]:
    counts = Counter(live.state for live in lives)
    return [(state, counts[state]) for state in STATES]


def _tree(bridges: Sequence[BridgeDay], lives: Sequence[Live], now: dt.datetime) -> list[Node]:
    on_bridge: defaultdict[int | None, list[Live]] = defaultdict(list)
    for live in lives:
        on_bridge[live.endpoint.bridge_id].append(live)
    listed = len(lives) <= MOST_DRAWN
    nodes = {day.bridge.pk: _node(day, on_bridge.pop(day.bridge.pk, []), now, listed=listed) for day in bridges}
    roots: list[Node] = []
    for day in bridges:
        parent = nodes.get(day.bridge.parent_id or 0)
        (parent.children if parent is not None else roots).append(nodes[day.bridge.pk])
    rest = [live for lives in on_bridge.values() for live in lives]
    return [*roots, *([_node(None, rest, now, listed=listed)] if rest else [])]


def _node(day: BridgeDay | None, lives: Sequence[Live], now: dt.datetime, *, listed: bool) -> Node:
    by_code = {live.endpoint.code: live for live in lives}
    branches = []
    for heading in grouped(live.endpoint for live in lives):
        its = [by_code[endpoint.code] for endpoint in heading.endpoints]
        branches.append(Branch(heading, its if listed else [], _counted(its)))
    in_use = next((ports for interval, ports in day.steps if interval.contains(now)), 0) if day is not None else 0
    return Node(day, in_use, branches, endpoints=len(lives), counts=_counted(lives))


def _map(lives: Sequence[Live]) -> Map:
    """North is up; a degree of longitude is shortened to what it measures at that latitude."""
    ranks = sorted({live.endpoint.tier.rank for live in lives})
    placed = [live for live in lives if live.endpoint.unit.lat is not None and live.endpoint.unit.lon is not None]
    drawing = Map(
        WIDTH // 2, placeless=[live for live in lives if live not in placed] if len(lives) <= MOST_DRAWN else []
    )
    names = {live.endpoint.tier.rank: live.endpoint.tier.name for live in lives}
    drawing.tiers = [TierSign(names[rank], _shape(rank, ranks)) for rank in ranks]
    while len(placed) > MOST_DRAWN and len({live.endpoint.tier.rank for live in placed}) > 1:
        lowest = max(live.endpoint.tier.rank for live in placed)
        placed = [live for live in placed if live.endpoint.tier.rank < lowest]
    placed = placed[:MOST_DRAWN]
    drawing.left_out = sum(live.endpoint.unit.lat is not None for live in lives) - len(placed)
    if not placed:
        return drawing
    spots = [(live.endpoint.unit.lon or 0.0, live.endpoint.unit.lat or 0.0) for live in placed]
    west, east = min(x for x, _y in spots), max(x for x, _y in spots)
    south, north = min(y for _x, y in spots), max(y for _x, y in spots)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * shrink, (north - south) / 1.2, 0.01)
    drawing.height = round((north - south) * scale) + 2 * MARGIN
    labelled = _labelled(placed, ranks)
    left = (WIDTH - (east - west) * shrink * scale) / 2
    at_one_place: Counter[tuple[float, float]] = Counter()
    for live, (lon, lat) in zip(placed, spots, strict=True):
        turn = at_one_place[lon, lat]
        at_one_place[lon, lat] += 1
        x = left + (lon - west) * shrink * scale + _aside(turn)[0]
        y = MARGIN + (north - lat) * scale + _aside(turn)[1]
        rank = live.endpoint.tier.rank
        label = live.endpoint.unit.short_name if rank in labelled and not turn else ""
        drawing.points.append(Point(live, x, y, _shape(rank, ranks), label))
    return drawing


def _labelled(placed: Sequence[Live], ranks: Sequence[int]) -> set[int]:
    """The tiers whose names stand on the map: from the top, as long as they are few."""
    counts = Counter(live.endpoint.tier.rank for live in placed)
    chosen: set[int] = set()
    for rank in ranks:
        if sum(counts[each] for each in chosen) + counts[rank] > MOST_LABELS:
            break
        chosen.add(rank)
    # The name of the whole stands at the top of the page: it would only cover the names in the middle of the map.
    return chosen - {ranks[0]} or chosen


def _shape(rank: int, ranks: Sequence[int]) -> str:
    return SHAPES[min(ranks.index(rank), len(SHAPES) - 1)]


def _aside(turn: int) -> tuple[float, float]:
    """Endpoints of one place stand round it, the first in the middle."""
    if turn == 0:
        return 0.0, 0.0
    ring, along = divmod(turn - 1, 6)
    angle = math.tau * along / 6
    return RING * (ring + 1) * math.cos(angle), RING * (ring + 1) * math.sin(angle)
