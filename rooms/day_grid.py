"""The availability of one day as people look at it: groups of endpoints, cells on a strip of hours, port loads."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.wording import time_range
from rooms.grouping import EndpointGroupRow, grouped
from rooms.holders import Holder
from rooms.models import Booking
from rooms.occupancy import Availability, BridgeDay, EndpointDay, Taken
from rooms.scheduling.conflicts import ClosedPeriod
from rooms.scheduling.intervals import Interval, gaps
from rooms.strip import Strip, strip_for

MORNING = (dt.time(7, 30), dt.time(11, 30))
AFTERNOON = (dt.time(13, 30), dt.time(17, 0))
NARROW = 0.053
"""The share of the strip below which a bar is too short for its title."""
NEARLY_FULL = 0.91
ROWS_ON_A_PAGE = 500
MINUTE = dt.timedelta(minutes=1)


def day_window(day: dt.date) -> Interval:
    """The whole day, 00:00 to 24:00 in the office's zone."""
    start = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    return Interval(start, start + dt.timedelta(days=1))


def within(day: dt.date, span: tuple[dt.time, dt.time]) -> Interval:
    """A span of that day in the office's zone."""
    start, end = (timezone.make_aware(dt.datetime.combine(day, moment)) for moment in span)
    return Interval(start, end)


@dataclass(frozen=True)
class Cell:
    """One bar in a row: `fill` is its class of look.md's states, `icon` its sign, `word` its state in words."""

    start: dt.datetime
    end: dt.datetime
    fill: str
    icon: str
    word: str
    title: str
    label: str
    booking: int | None = None
    holder: Holder | None = None
    setup: bool = False

    @property
    def of_one_day(self) -> bool:
        return self.start.date() == (self.end - dt.timedelta(minutes=1)).date()

    @property
    def move_url(self) -> str:
        """Where another time is asked for; empty for what this reader cannot move, and for a line test."""
        return self.holder.move_url if self.holder and not self.setup else ""

    def minutes_from(self, day: dt.date) -> tuple[int, int]:
        """When it begins and ends, in minutes from the beginning of that day on."""
        midnight = day_window(day).start
        return (self.start - midnight) // MINUTE, (self.end - midnight) // MINUTE


@dataclass(frozen=True)
class Drawn:
    """A bar on the strip of hours, from step to step. `minutes` count from the day's beginning on; `narrow`: only the
    icon is shown, the words are in the accessible name."""

    cell: Cell
    first: int
    last: int
    narrow: bool
    minutes: tuple[int, int]

    @property
    def move_url(self) -> str:
        """Empty, too, for what does not lie within one day."""
        return self.cell.move_url if self.cell.of_one_day else ""


@dataclass(frozen=True)
class Row:
    """An endpoint's day."""

    day: EndpointDay
    cells: Sequence[Cell]
    free: Sequence[Interval]
    next_free: Interval | None
    date: dt.date
    strip: Strip

    @property
    def drawn(self) -> Iterator[Drawn]:
        """The bars that lie on the strip of hours; the table shows the others too."""
        for cell in self.cells:
            first, last = (self.strip.step(moment, self.date) for moment in (cell.start, cell.end))
            if first < last:
                narrow = last - first < NARROW * self.strip.steps
                yield Drawn(cell, first, last, narrow, cell.minutes_from(self.date))

    @property
    def free_hours(self) -> list[Interval]:
        """What is free of the hours of the strip."""
        parts = [gap.intersection(self.strip.on(self.date)) for gap in self.free]
        return [Interval(timezone.localtime(part.start), timezone.localtime(part.end)) for part in parts if part]

    def is_free(self, span: Interval) -> bool:
        return any(gap.covers(span) for gap in self.free)


@dataclass(frozen=True)
class Bar:
    """A thin line of a folded group: steps of the strip across, ten units per endpoint down."""

    x: int
    y: int
    width: int
    shape: str


SHAPES = {"fill-booked": "shape-booked", "fill-local": "shape-local", "fill-hold lines": "shape-hold"}


@dataclass(frozen=True)
class Group:
    """A heading with its rows. `head` stands above the first group of its tier when the tier is split."""

    heading: EndpointGroupRow
    rows: Sequence[Row]
    morning: int
    afternoon: int
    open: bool
    inner: bool

    @property
    def barcode(self) -> list[Bar]:
        """What the folded group shows: one line per endpoint, set-up left out."""
        return [
            Bar(drawn.first, 10 * index + 2, drawn.last - drawn.first, SHAPES[drawn.cell.fill])
            for index, row in enumerate(self.rows)
            for drawn in row.drawn
            if drawn.cell.fill in SHAPES
        ]


@dataclass(frozen=True)
class TierBlock:
    """A tier: one group of rows, or several when it is split by the units above."""

    title: str
    key: str
    count: int
    morning: int
    afternoon: int
    groups: Sequence[Group]

    @property
    def split(self) -> bool:
        return len(self.groups) > 1 or self.groups[0].inner


@dataclass(frozen=True)
class PortStep:
    """A step of a bridge's load: place and size in per mille of the strip of hours and of the scale's height."""

    x: int
    width: int
    height: int

    @property
    def top(self) -> int:
        """From the top of the strip, as SVG counts."""
        return 1000 - self.height


@dataclass(frozen=True)
class HeldPart:
    """The held part at the top of a step, in per cent of the strip's width and height."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class PortStrip:
    """A bridge's load over the day; `capacity` is the height of the dashed line, per mille from the bottom."""

    day: BridgeDay
    steps: Sequence[PortStep]
    held: Sequence[HeldPart]
    capacity: int
    nearly_full: bool
    words: str

    @property
    def line(self) -> int:
        """The dashed line of the capacity, from the top."""
        return 1000 - self.capacity


@dataclass
class DayGrid:
    """Everything on the page, in the order in which it is shown. `now` is None when it does not lie on the strip."""

    day: dt.date
    strip: Strip
    ports: list[PortStrip] = field(default_factory=list)
    tiers: list[TierBlock] = field(default_factory=list)
    endpoints: int = 0
    shown: int = 0
    now: dt.datetime | None = None
    page: "Page[EndpointDay] | None" = None

    @property
    def now_step(self) -> int:
        """Where now lies on the strip."""
        return self.strip.step(self.now, self.day) if self.now else 0

    def row(self, code: str) -> Row | None:
        """The row of an endpoint, if it is on the page."""
        rows = (row for tier in self.tiers for group in tier.groups for row in group.rows)
        return next((row for row in rows if row.day.endpoint.code == code), None)


def paged(found: Availability, free: Interval | None, number: str) -> "Page[EndpointDay]":
    """The endpoints to show on that page: all, or those that are free in that span."""
    rows = found.endpoints if free is None else [each for each in found.endpoints if is_free(each, free)]
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(number)


def is_free(each: EndpointDay, span: Interval) -> bool:
    """Whether nobody has the endpoint, and it is in service, for all of the span."""
    busy = [taken.interval for taken in each.taken] + [closed.interval for closed in each.closed]
    return not any(interval.overlaps(span) for interval in busy)


def day_grid(
    found: Availability,
    day: dt.date,
    page: "Page[EndpointDay]",
    *,
    now: dt.datetime,
    opened: frozenset[str],
    holders: Mapping[int, Holder],
) -> DayGrid:
    """The grid of `day` with the endpoints of the page. `opened` are the keys of groups that are unfolded, `holders`
    what the bookings belong to."""
    strip = strip_for(sessions_of(found), found.window)
    rows = [_row(each, day, found.window, now, holders, strip) for each in page]
    grid = DayGrid(day, strip, endpoints=len(found.endpoints), shown=page.paginator.count, page=page)
    grid.ports = [_ports(bridge, strip.on(day)) for bridge in found.bridges]
    grid.tiers = _tiers(rows, day, opened)
    local = timezone.localtime(now)
    if strip.on(day).contains(local):
        grid.now = local
    return grid


def sessions_of(found: Availability) -> Iterator[Interval]:
    """When somebody meets, at any of the endpoints."""
    return (taken.session for each in found.endpoints for taken in each.taken)


def _tiers(rows: Sequence[Row], day: dt.date, opened: frozenset[str]) -> list[TierBlock]:
    by_code = {row.day.endpoint.code: row for row in rows}
    morning, afternoon = within(day, MORNING), within(day, AFTERNOON)
    blocks: dict[str, list[Group]] = {}
    for heading in grouped(row.day.endpoint for row in rows):
        its = [by_code[endpoint.code] for endpoint in heading.endpoints]
        blocks.setdefault(heading.tier.code, []).append(
            Group(
                heading,
                its,
                sum(row.is_free(morning) for row in its),
                sum(row.is_free(afternoon) for row in its),
                heading.key in opened,
                heading.unit is not None,
            )
        )
    return [
        TierBlock(
            title=groups[0].heading.tier.name,
            key=code,
            count=sum(len(group.rows) for group in groups),
            morning=sum(group.morning for group in groups),
            afternoon=sum(group.afternoon for group in groups),
            groups=groups,
        )
        for code, groups in blocks.items()
    ]


def _row(
    each: EndpointDay, day: dt.date, window: Interval, now: dt.datetime, holders: Mapping[int, Holder], strip: Strip
) -> Row:
    cells = cells_of(each, window, holders)
    busy = [taken.interval for taken in each.taken] + [closed.interval for closed in each.closed]
    free = [Interval(timezone.localtime(gap.start), timezone.localtime(gap.end)) for gap in gaps(window, busy)]
    return Row(each, cells, free, _next_free(free, day, now), day, strip)


def cells_of(each: EndpointDay, window: Interval, holders: Mapping[int, Holder]) -> list[Cell]:
    """The bars of an endpoint, ascending."""
    code = f"{each.endpoint.code} {each.endpoint.display_name}"
    cells = [
        replace(cell, booking=taken.booking, holder=holders.get(taken.booking))
        for taken in each.taken
        for cell in _taken_cells(taken, code)
    ]
    cells += [_closed_cell(closed, code, window) for closed in each.closed]
    return sorted(cells, key=lambda cell: cell.start)


def _next_free(free: Sequence[Interval], day: dt.date, now: dt.datetime) -> Interval | None:
    """The first free quarter of an hour or more between 07:00 and 18:00 that has not passed."""
    working = Strip().on(day)
    for gap in free:
        start, end = max(gap.start, working.start, _quarter_after(now)), min(gap.end, working.end)
        if end - start >= dt.timedelta(minutes=15):
            return Interval(timezone.localtime(start), timezone.localtime(end))
    return None


def _quarter_after(moment: dt.datetime) -> dt.datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    quarters = -(-(moment - whole) // dt.timedelta(minutes=15))
    return whole + quarters * dt.timedelta(minutes=15)


def _taken_cells(taken: Taken, endpoint: str) -> Iterable[Cell]:
    if taken.interval.start < taken.session.start:
        test = _cell(
            taken.interval.start, taken.session.start, "fill-test dots", "reception-4", _("Line test"), "", endpoint
        )
        yield replace(test, setup=True)
    if taken.state == Booking.HELD:
        fill, icon, word = "fill-hold lines", "hourglass-split", _("Held")
    elif taken.local:
        fill, icon, word = "fill-local", "house-door", _("Local meeting")
    else:
        fill, icon, word = "fill-booked", "", _("Booked")
    yield _cell(taken.session.start, taken.session.end, fill, icon, word, taken.title, endpoint)


def _closed_cell(closed: ClosedPeriod, endpoint: str, window: Interval) -> Cell:
    """What lasts for days is drawn as much of it as falls on this one: a strip knows hours, not dates."""
    part = closed.interval.intersection(window) or closed.interval
    start, end = part.start, part.end
    if closed.cause == "opening_hours":
        return _cell(start, end, "fill-closed mesh", "clock", pgettext("endpoint", "Closed"), "", endpoint)
    return _cell(start, end, "fill-closed mesh", "wrench", _("Maintenance"), closed.reason, endpoint)


def _cell(start: dt.datetime, end: dt.datetime, fill: str, icon: str, word: str, title: str, endpoint: str) -> Cell:
    start, end = timezone.localtime(start), timezone.localtime(end)
    parts = [endpoint, time_range(start, end), word, title]
    return Cell(start, end, fill, icon, word, title, ", ".join(part for part in parts if part))


def _ports(bridge: BridgeDay, strip: Interval) -> PortStrip:
    ceiling = max(bridge.bridge.ports, bridge.peak) or 1
    steps = [
        PortStep(
            x=_per_mille(part.start - strip.start, strip.duration),
            width=_per_mille(part.duration, strip.duration),
            height=round(850 * ports / ceiling),
        )
        for interval, ports in bridge.steps
        if ports and (part := interval.intersection(strip)) is not None
    ]
    words = "; ".join(
        _("%(span)s: %(ports)d ports")
        % {"span": time_range(*map(timezone.localtime, (each.start, each.end))), "ports": ports}
        for each, ports in bridge.steps
        if ports
    )
    nearly_full = bridge.peak >= NEARLY_FULL * bridge.bridge.ports
    line = round(850 * bridge.bridge.ports / ceiling)
    return PortStrip(
        bridge, steps, list(_held_parts(bridge, strip, ceiling)), line, nearly_full, words or _("no port in use")
    )


def _held_parts(bridge: BridgeDay, strip: Interval, ceiling: int) -> Iterator[HeldPart]:
    for held_in, held in bridge.held:
        for interval, ports in bridge.steps:
            part = interval.intersection(held_in)
            part = part.intersection(strip) if part is not None else None
            if held and part is not None:
                numbers = (
                    100 * ((part.start - strip.start) / strip.duration),
                    100 - 85 * ports / ceiling,
                    100 * (part.duration / strip.duration),
                    85 * held / ceiling,
                )
                yield HeldPart(*(f"{number:.2f}" for number in numbers))


def _per_mille(part: dt.timedelta, whole: dt.timedelta) -> int:
    return round(1000 * (part / whole))
