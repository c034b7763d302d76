"""The availability of a week: the rows of the day page, seven days beside one another, days off narrow and shaded."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.wording import short_day, time_range
from rooms.day_grid import AFTERNOON, MORNING, NEARLY_FULL, Cell, cells_of, day_window, sessions_of, within
from rooms.grouping import EndpointGroupRow, grouped
from rooms.holders import Holders
from rooms.occupancy import Availability, BridgeDay, EndpointDay
from rooms.scheduling.intervals import Interval
from rooms.scheduling.office_hours import Calendar
from rooms.slots import office_calendar
from rooms.strip import Strip, strip_for
from rooms.timeline import Place, Timeline, timeline

WORKED, OFF = 10, 4
FEWEST_DRAWN = 60
PATTERNS = {"paint-test": "url(#dots-control)", "paint-hold": "url(#lines-hold)", "paint-closed": "url(#mesh-control)"}
PAINT = {
    "fill-booked": "shape-booked",
    "fill-local": "shape-local",
    "fill-test dots": "paint-test",
    "fill-hold lines": "paint-hold",
    "fill-closed mesh": "paint-closed",
}


def week_window(day: dt.date) -> Interval:
    """Monday 00:00 to Sunday 24:00 of the week of that day, in the office's zone."""
    monday = day - dt.timedelta(days=day.weekday())
    return Interval(day_window(monday).start, day_window(monday + dt.timedelta(days=6)).end)


@dataclass(frozen=True)
class WeekDay:
    """A day's column. `word` says why nobody works then, empty on a working day; `weight` is its width."""

    day: dt.date
    word: str
    weight: int
    place: Place

    @property
    def off(self) -> bool:
        return bool(self.word)


@dataclass(frozen=True)
class WeekBar:
    """A bar: `places` are the parts that the days show of it, `minutes` count from the beginning of the week on."""

    cell: Cell
    places: Sequence[Place]
    paint: str
    minutes: tuple[int, int]

    @property
    def pattern(self) -> str:
        return PATTERNS.get(self.paint, "")


@dataclass(frozen=True)
class WeekRow:
    """An endpoint's week: `bars` as drawn, `by_day` as read, one list of cells for each day."""

    day: EndpointDay
    cells: Sequence[Cell]
    bars: Sequence[WeekBar]
    by_day: Sequence[Sequence[Cell]]

    @property
    def sessions(self) -> list[Cell]:
        """What is on, line tests left out."""
        return [cell for cell in self.cells if not cell.setup]

    @property
    def words(self) -> str:
        """The row for a screen reader."""
        language = get_language() or "vi"
        said = [
            f"{short_day(cell.start.date(), language)} {time_range(cell.start, cell.end)} {cell.word} {cell.title}"
            for cell in self.sessions
        ]
        return "; ".join(part.strip() for part in said) or _("free all week")


@dataclass(frozen=True)
class DensityLine:
    """A thin line of a folded group: `y` in units of ten per endpoint."""

    place: Place
    y: int
    paint: str


@dataclass(frozen=True)
class WeekGroup:
    """A heading with its rows; `free` says for each day how many endpoints nobody has in office hours."""

    heading: EndpointGroupRow
    rows: Sequence[WeekRow]
    free: Sequence[int]
    open: bool
    inner: bool

    @property
    def drawn(self) -> Sequence[WeekRow]:
        """The rows that the folded group draws: of a large one only every so many."""
        return self.rows[:: max(1, len(self.rows) // FEWEST_DRAWN)]

    @property
    def density(self) -> list[DensityLine]:
        return [
            DensityLine(place, 10 * index + 2, bar.paint)
            for index, row in enumerate(self.drawn)
            for bar in row.bars
            if not bar.cell.setup and bar.paint != "paint-closed"
            for place in bar.places
        ]


@dataclass(frozen=True)
class WeekTier:
    title: str
    key: str
    count: int
    free: Sequence[int]
    groups: Sequence[WeekGroup]

    @property
    def split(self) -> bool:
        return len(self.groups) > 1 or self.groups[0].inner


@dataclass(frozen=True)
class WeekStep:
    """A step of a bridge's load: heights in per cent of the strip."""

    place: Place
    y: str
    height: str
    held: bool


@dataclass(frozen=True)
class WeekPorts:
    bridge: BridgeDay
    steps: Sequence[WeekStep]
    line: str
    nearly_full: bool
    words: str


@dataclass
class WeekGrid:
    """Everything on the page. `day` is the one that was asked for, `endpoints` and `shown` count as on the day page."""

    day: dt.date
    strip: Strip
    days: Sequence[WeekDay]
    page: "Page[EndpointDay]"
    endpoints: int
    shown: int
    ports: list[WeekPorts] = field(default_factory=list)
    tiers: list[WeekTier] = field(default_factory=list)
    now: Place | None = None

    @property
    def monday(self) -> dt.date:
        return self.days[0].day

    @property
    def sunday(self) -> dt.date:
        return self.days[-1].day

    def row(self, code: str) -> WeekRow | None:
        rows = (row for tier in self.tiers for group in tier.groups for row in group.rows)
        return next((row for row in rows if row.day.endpoint.code == code), None)


def week_grid(
    found: Availability,
    day: dt.date,
    page: "Page[EndpointDay]",
    *,
    now: dt.datetime,
    opened: Collection[str],
    holders: Holders,
) -> WeekGrid:
    """The week of `day` with the endpoints of the page; `opened` and `holders` as on the day page."""
    strip = strip_for(sessions_of(found), found.window)
    days, line = week_days(timezone.localtime(found.window.start).date(), strip)
    rows = [_row(each, found.window, holders, days, line) for each in page]
    grid = WeekGrid(day, strip, days, page, len(found.endpoints), page.paginator.count)
    grid.ports = [_ports(bridge, line) for bridge in found.bridges]
    grid.tiers = _tiers(rows, days, opened)
    instant = Interval(now, now + dt.timedelta(minutes=1))
    grid.now = next((place for _part, place in line.places(instant)), None)
    return grid


def week_days(monday: dt.date, strip: Strip) -> tuple[list[WeekDay], Timeline]:
    """The seven columns from that day on, each with the hours of the strip, and where times lie in them."""
    listed = [monday + dt.timedelta(days=n) for n in range(7)]
    calendar = office_calendar(monday.year, monday.year + 1)
    words = [why_off(day, calendar) for day in listed]
    weights = [OFF if word else WORKED for word in words]
    line = timeline([(strip.on(day), weight) for day, weight in zip(listed, weights, strict=True)])
    return [
        WeekDay(day, word, weight, Place(stretch.x, stretch.width))
        for day, word, weight, stretch in zip(listed, words, weights, line.stretches, strict=True)
    ], line


def why_off(day: dt.date, calendar: Calendar) -> str:
    """Why the office does not work that day; empty when it does."""
    if calendar.is_working(day):
        return ""
    return calendar.names.get(day) or _("Weekend")


def _row(each: EndpointDay, window: Interval, holders: Holders, days: Sequence[WeekDay], line: Timeline) -> WeekRow:
    cells = cells_of(each, window, holders)
    bars = [
        WeekBar(cell, places, PAINT[cell.fill], cell.minutes_from(days[0].day))
        for cell in cells
        if (places := [place for _part, place in line.places(Interval(cell.start, cell.end))])
    ]
    by_day = [
        [cell for cell in cells if not cell.setup and cell.start.date() <= column.day <= _last_day(cell)]
        for column in days
    ]
    return WeekRow(each, cells, bars, by_day)


def _last_day(cell: Cell) -> dt.date:
    return (cell.end - dt.timedelta(minutes=1)).date()


def _tiers(rows: Sequence[WeekRow], days: Sequence[WeekDay], opened: Collection[str]) -> list[WeekTier]:
    by_code = {row.day.endpoint.code: row for row in rows}
    spans = [(within(column.day, MORNING), within(column.day, AFTERNOON)) for column in days]
    blocks: dict[str, list[WeekGroup]] = {}
    for heading in grouped(row.day.endpoint for row in rows):
        its = [by_code[endpoint.code] for endpoint in heading.endpoints]
        free = [sum(_is_free(row, span) for row in its) for span in spans]
        group = WeekGroup(heading, its, free, heading.key in opened, heading.unit is not None)
        blocks.setdefault(heading.tier.code, []).append(group)
    return [
        WeekTier(
            title=groups[0].heading.tier.name,
            key=code,
            count=sum(len(group.rows) for group in groups),
            free=[sum(numbers) for numbers in zip(*(group.free for group in groups), strict=True)],
            groups=groups,
        )
        for code, groups in blocks.items()
    ]


def _is_free(row: WeekRow, spans: tuple[Interval, ...]) -> bool:
    return not any(cell.start < span.end and span.start < cell.end for cell in row.cells for span in spans)


def _ports(bridge: BridgeDay, line: Timeline) -> WeekPorts:
    ceiling = max(bridge.bridge.ports, bridge.peak) or 1
    steps = list(_steps(bridge.steps, line, ceiling))
    held = [
        WeekStep(place, f"{100 - 85 * ports / ceiling:.2f}", f"{85 * taken / ceiling:.2f}", True)
        for held_in, taken in bridge.held
        if taken
        for interval, ports in bridge.steps
        if (part := interval.intersection(held_in)) is not None
        for _part, place in line.places(part)
    ]
    words = _("at most %(peak)d of %(ports)d ports in use") % {"peak": bridge.peak, "ports": bridge.bridge.ports}
    nearly = bridge.bridge.ports > 0 and bridge.peak >= NEARLY_FULL * bridge.bridge.ports
    return WeekPorts(bridge, [*steps, *held], f"{100 - 85 * bridge.bridge.ports / ceiling:.2f}", nearly, words)


def _steps(steps: Sequence[tuple[Interval, int]], line: Timeline, ceiling: int) -> Iterator[WeekStep]:
    for interval, ports in steps:
        if ports:
            height = 85 * ports / ceiling
            for _part, place in line.places(interval):
                yield WeekStep(place, f"{100 - height:.2f}", f"{height:.2f}", False)
