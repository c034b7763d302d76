"""The board of a meeting: one tile per endpoint with who is there, grouped as people read the network."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from django.db.models import Count

from meetings.attendance.models import CheckIn
from meetings.attendance.presence import EndpointTablets, MeetingTablets, tablets_at
from meetings.attendance.selectors import absent_from, endpoints_at, expected_by_endpoint
from meetings.planning.models import Meeting, Participant
from rooms.grouping import EndpointGroupRow, grouped
from rooms.models import Endpoint

ENOUGH: Final = Fraction(85, 100)


@dataclass(frozen=True)
class Tile:
    """One endpoint. Figures are people; `excused` are those who said that they would not come and did not. `tablets` is
    for those who run the meeting."""

    endpoint: Endpoint
    expected: int
    present: int
    excused: int
    group: str = ""
    tablets: EndpointTablets | None = None

    @property
    def missing(self) -> int:
        return max(self.expected - self.present, 0)

    @property
    def share(self) -> Fraction:
        """Present in expected, 1 where nobody is expected."""
        return Fraction(self.present, self.expected) if self.expected else Fraction(1)

    @property
    def short(self) -> bool:
        return self.share < ENOUGH

    @property
    def counted(self) -> bool:
        """Whether anybody is expected here at all."""
        return self.expected > 0

    @property
    def whereabouts(self) -> str:
        """The unit above, where it tells endpoints apart: Bắc Quang of Bằng Hành."""
        parent = self.endpoint.unit.parent
        return parent.short_name if parent is not None and parent.parent_id is not None else ""


@dataclass(frozen=True)
class TileGroup:
    """A heading and its tiles."""

    row: EndpointGroupRow
    tiles: list[Tile]

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def title(self) -> str:
        return self.row.unit.short_name if self.row.unit else self.row.title


@dataclass(frozen=True)
class Board:
    """All tiles in the order of the network; `tablets` is for those who run the meeting."""

    groups: list[TileGroup]
    tablets: MeetingTablets | None = None

    @property
    def tiles(self) -> list[Tile]:
        return [tile for group in self.groups for tile in group.tiles]

    @property
    def present(self) -> int:
        return sum(tile.present for tile in self.tiles)

    @property
    def expected(self) -> int:
        return sum(tile.expected for tile in self.tiles)

    @property
    def enough(self) -> int:
        """How many endpoints have at least 85 % of those expected."""
        return sum(tile.counted and not tile.short for tile in self.tiles)

    @property
    def short(self) -> list[Tile]:
        """Endpoints below 85 %, the emptiest first."""
        return sorted((tile for tile in self.tiles if tile.short), key=lambda tile: (tile.share, tile.endpoint.code))

    def tile(self, code: str) -> Tile | None:
        return next((tile for tile in self.tiles if tile.endpoint.code == code), None)


def board_of(meeting: Meeting, *, with_tablets: bool = False) -> Board:
    """The board with its present figures. Four queries, five when somebody is expected where nothing is booked, and two
    for the tablets."""
    expected = expected_by_endpoint(meeting)
    present = _by_endpoint(CheckIn.objects.filter(meeting=meeting).values_list("endpoint__code").annotate(Count("pk")))
    excused = _by_endpoint(
        Participant.objects.filter(meeting=meeting, answer=Participant.Answer.DECLINED, check_in__isnull=True)
        .order_by()
        .values_list("endpoint__code")
        .annotate(Count("pk"))
    )
    endpoints = endpoints_at(meeting, expected.keys() | present.keys())
    tablets = tablets_at(meeting, endpoints) if with_tablets else None
    tablets_by_code = {row.endpoint.code: row for row in tablets.rows} if tablets else {}
    groups = []
    for row in grouped(endpoints):
        tiles = [
            Tile(
                endpoint=endpoint,
                expected=expected.get(endpoint.code, 0),
                present=present.get(endpoint.code, 0),
                excused=excused.get(endpoint.code, 0),
                group=row.key,
                tablets=tablets_by_code.get(endpoint.code),
            )
            for endpoint in row.endpoints
        ]
        groups.append(TileGroup(row, tiles))
    return Board(groups, tablets)


def _by_endpoint(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(rows)


@dataclass(frozen=True)
class EndpointFacts:
    """What opens for one tile. `absent` are the people not yet checked in; None for those who may not read names."""

    tile: Tile
    absent: list[Participant] | None


def facts_of(meeting: Meeting, tile: Tile, *, names: bool) -> EndpointFacts:
    """The facts of one endpoint; names only for those who prepare the meeting. At most one query."""
    return EndpointFacts(tile, list(absent_from(meeting, tile.endpoint)) if names else None)
