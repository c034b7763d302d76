"""The drawing at the entrance: one dot per endpoint, the tiers below one another, in user units of an SVG."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.names import display_name
from accounts.wording import is_english
from rooms.models import Endpoint

WIDTH = 640
PITCH = 7
COLUMN = 6.4
MARGIN = 8
MOST_DOTS = 1500
_TOP, _MIDDLE, _LEAVES = 16, 84, 114


@dataclass(frozen=True)
class Place:
    """What the drawing needs to know of one endpoint: `path` is its unit's, "/1/24/333/"."""

    path: str
    rank: int
    tier: str
    unit: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    r: float


@dataclass(frozen=True)
class Drawing:
    """`large` dots are joined by `lines` (SVG paths), `small` ones hang below.

    `tiers` are (number, name) from the top; `place` is the name of the unit on top.
    """

    width: int
    height: int
    total: int
    place: str
    tiers: list[tuple[int, str]]
    lines: list[str] = field(default_factory=list)
    large: list[Dot] = field(default_factory=list)
    small: list[Dot] = field(default_factory=list)


def draw(places: Sequence[Place]) -> Drawing | None:
    """The drawing of a network of any number of tiers: first tier on top, last tier as blocks of small dots, the second
    tier between them when there are three or more. None when there is no endpoint."""
    if not places:
        return None
    ranks = sorted({place.rank for place in places})
    by_rank = {rank: [place for place in places if place.rank == rank] for rank in ranks}
    place = by_rank[ranks[0]][0].unit
    tiers = [(len(by_rank[rank]), by_rank[rank][0].tier) for rank in ranks]
    if len(places) > MOST_DOTS:
        return Drawing(WIDTH, 0, len(places), place, tiers)
    heads = by_rank[ranks[1]] if len(ranks) > 2 else []
    leaves = [place for rank in ranks[2 if heads else 1 :] for place in by_rank[rank]]
    drawing = Drawing(WIDTH, _height(heads, leaves), len(places), place, tiers)
    _draw_top(drawing, len(by_rank[ranks[0]]))
    if heads:
        _draw_heads(drawing, heads, leaves)
    elif leaves:
        drawing.lines.append(f"M{WIDTH / 2} {_TOP + 8}V{_MIDDLE - 12}")
        drawing.small.extend(_block(len(leaves), WIDTH / 2, _MIDDLE, columns=_columns(len(leaves))))
    return drawing


def _columns(count: int) -> int:
    """A block four times as wide as high, within the drawing."""
    return min(max(6, round(math.sqrt(count * 4))), WIDTH // PITCH - 2)


def _height(heads: Sequence[Place], leaves: Sequence[Place]) -> int:
    if not leaves:
        return _MIDDLE + 12 if heads else _TOP * 2
    if not heads:
        return _MIDDLE + PITCH * -(-len(leaves) // _columns(len(leaves))) + MARGIN
    most = max(len(group) for group in _hanging(heads, leaves))
    return _LEAVES + PITCH * -(-most // _columns_under(heads)) + MARGIN


def _gap(heads: Sequence[Place]) -> float:
    return (WIDTH - 60) / max(len(heads) - 1, 1)


def _columns_under(heads: Sequence[Place]) -> int:
    """Six, or fewer where the heads stand closer: blocks never touch."""
    return max(1, min(6, int(_gap(heads) / COLUMN) - 1))


def _draw_top(drawing: Drawing, count: int) -> None:
    """The seat of the chair in the middle, the other endpoints of the tier beside it, first left, then right."""
    centre = WIDTH / 2
    pitch = min(24, (centre - MARGIN - 36) / max(count - 3, 1))
    drawing.large.append(Dot(centre, _TOP, 9))
    for index in range(count - 1):
        side = -1 if index == 0 else 1
        along = 36 if index < 2 else 36 + pitch * (index - 1)
        drawing.large.append(Dot(centre + side * along, _TOP, 6))
        drawing.lines.append(f"M{centre + side * (along - 18)} {_TOP}h{side * 12}")


def _hanging(heads: Sequence[Place], leaves: Sequence[Place]) -> list[list[Place]]:
    """The leaves under each head; a leaf under none hangs on the last, so that every endpoint has its dot."""
    groups: list[list[Place]] = [[] for _ in heads]
    for leaf in leaves:
        owner = next((index for index, head in enumerate(heads) if leaf.path.startswith(head.path)), len(heads) - 1)
        groups[owner].append(leaf)
    return groups


def _draw_heads(drawing: Drawing, heads: Sequence[Place], leaves: Sequence[Place]) -> None:
    centre, gap, columns = WIDTH / 2, _gap(heads), _columns_under(heads)
    for index, group in enumerate(_hanging(heads, leaves)):
        x = round(30 + gap * index, 1) if len(heads) > 1 else centre
        drawing.large.append(Dot(x, _MIDDLE, 5))
        start = f"M{centre} {_TOP + 8}"
        drawing.lines.append(f"{start}C{centre} {_TOP + 48} {x} {_MIDDLE - 42} {x} {_MIDDLE - 5}")
        if group:
            drawing.lines.append(f"M{x} {_MIDDLE + 6}V{_LEAVES - 6}")
            drawing.small.extend(_block(len(group), x, _LEAVES, columns=columns))


def _block(count: int, centre: float, top: float, *, columns: int) -> list[Dot]:
    left = centre - COLUMN * (columns - 1) / 2
    return [Dot(left + COLUMN * (i % columns), top + PITCH * (i // columns), 2) for i in range(count)]


def places_of_network(on: dt.date, language: str) -> list[Place]:
    """The endpoints of the network on that day, in the order of tier and code. One query."""
    tier_name = "tier__name_en" if is_english(language) else "tier__name_vi"
    rows = (
        Endpoint.objects.valid(on=on)
        .filter(active=True)
        .values_list("unit__path", "tier__rank", tier_name, "unit__name", "unit__kind")
    )
    return [Place(path, rank, tier, display_name(name, kind, language)) for path, rank, tier, name, kind in rows]
