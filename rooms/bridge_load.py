"""The load of bridges over a day or a week: ports and links as steps, the fullest moment, who takes the ports then."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from rooms.day_grid import NEARLY_FULL, day_window
from rooms.holders import Holder, Holders
from rooms.models import Booking, Bridge
from rooms.network import network
from rooms.occupancy import live_in, loads_in
from rooms.scheduling.capacity import NOTHING, Load, Profile, link_profiles, port_profiles
from rooms.scheduling.intervals import Interval
from rooms.selectors import bridges_for
from rooms.strip import Strip, strip_for
from rooms.timeline import Place, Timeline, timeline
from rooms.week_grid import WeekDay, week_days, week_window

MOST_LABELS = 12
"""As many hours are written under a chart on a telephone."""
HEADROOM = 88
"""Per cent of a chart's height that the capacity, or a higher peak, reaches."""


@dataclass(frozen=True)
class Step:
    """A step of the chart: place across, top and height in per cent of the chart."""

    place: Place
    top: str
    height: str


@dataclass(frozen=True)
class Taker:
    """A booking that takes ports at the fullest moment."""

    title: str
    ports: int
    held: bool
    holder: Holder | None


@dataclass(frozen=True)
class Peak:
    """The first stretch of time in which most is taken."""

    level: int
    capacity: int | None
    start: dt.datetime | None = None
    end: dt.datetime | None = None

    @property
    def left(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.level, 0)

    @property
    def full(self) -> bool:
        return self.capacity is not None and self.level > 0 and self.level >= self.capacity

    @property
    def nearly(self) -> bool:
        return self.capacity is not None and self.level > 0 and self.level >= NEARLY_FULL * self.capacity


@dataclass(frozen=True)
class BridgeLoad:
    """One bridge: its chart, its fullest moment, its link upwards (None: it has none), who takes the ports then."""

    bridge: Bridge
    steps: Sequence[Step]
    held: Sequence[Step]
    line: str
    peak: Peak
    link: Peak | None
    takers: Sequence[Taker]
    words: str


@dataclass(frozen=True)
class Mark:
    """A line of the chart with its label: an hour, or a day."""

    place: Place
    label: str


@dataclass(frozen=True)
class LoadPage:
    day: dt.date
    days: Sequence[WeekDay]
    marks: Sequence[Mark]
    bridges: Sequence[BridgeLoad]

    @property
    def monday(self) -> dt.date:
        return self.days[0].day

    @property
    def sunday(self) -> dt.date:
        return self.days[-1].day


def load_window(day: dt.date, *, of_week: bool) -> Interval:
    return week_window(day) if of_week else day_window(day)


def load_page(user: User | AnonymousUser, day: dt.date, holders: Holders, *, of_week: bool) -> LoadPage:
    """The bridges of the user's part of the network over that day or its week. Six queries."""
    window = load_window(day, of_week=of_week)
    live = list(Booking.objects.filter(pk__in=live_in(window).values("booking")).order_by())
    strip = strip_for((Interval(booking.starts_at, booking.ends_at) for booking in live), window)
    days, line = (
        week_days(timezone.localtime(window.start).date(), strip) if of_week else ([], timeline([(strip.on(day), 1)]))
    )
    loads = loads_in(network(), window)
    held = {booking.pk for booking in live if booking.state == Booking.HELD}
    ports, links = port_profiles(loads), link_profiles(loads)
    held_ports = port_profiles([load for load in loads if load.booking in held])
    by_bridge: dict[str, list[Load]] = {}
    for load in loads:
        by_bridge.setdefault(load.bridge, []).append(load)
    charts = []
    for bridge in bridges_for(user):
        code = bridge.code
        peak = _peak(ports.get(code, NOTHING), window, bridge.ports)
        ceiling = max(bridge.ports, peak.level) or 1
        charts.append(
            BridgeLoad(
                bridge=bridge,
                steps=list(_steps(ports.get(code, NOTHING), window, line, ceiling)),
                held=list(_held(ports.get(code, NOTHING), held_ports.get(code, NOTHING), window, line, ceiling)),
                line=f"{100 - HEADROOM * bridge.ports / ceiling:.2f}",
                peak=peak,
                link=_peak(links.get(code, NOTHING), window, bridge.link_ports) if bridge.parent_id else None,
                takers=_takers(by_bridge.get(code, []), peak, held, holders),
                words=_("at most %(peak)d of %(ports)d ports in use") % {"peak": peak.level, "ports": bridge.ports},
            )
        )
    marks = [] if of_week else list(_hours(day, strip, line))
    return LoadPage(day, days, marks, charts)


def _hours(day: dt.date, strip: Strip, line: Timeline) -> Iterator[Mark]:
    every = -(-strip.number // MOST_LABELS)
    for hour in range(strip.first, strip.last):
        for _part, place in line.places(Strip(hour, hour + 1).on(day)):
            yield Mark(place, "" if (hour - strip.first) % every else f"{hour:02d}")


def _peak(profile: Profile, window: Interval, capacity: int | None) -> Peak:
    level = profile.peak(window)
    if not level:
        return Peak(0, capacity)
    first = next(piece for piece, at in profile.steps(window) if at == level)
    return Peak(level, capacity, timezone.localtime(first.start), timezone.localtime(first.end))


def _steps(profile: Profile, window: Interval, line: Timeline, ceiling: int) -> Iterator[Step]:
    for piece, level in profile.steps(window):
        if level:
            height = HEADROOM * level / ceiling
            for _part, place in line.places(piece):
                yield Step(place, f"{100 - height:.2f}", f"{height:.2f}")


def _held(profile: Profile, held: Profile, window: Interval, line: Timeline, ceiling: int) -> Iterator[Step]:
    """The part of each step that is only held, at its top."""
    for held_in, taken in held.steps(window):
        for piece, level in profile.steps(held_in) if taken else []:
            for _part, place in line.places(piece):
                yield Step(place, f"{100 - HEADROOM * level / ceiling:.2f}", f"{HEADROOM * taken / ceiling:.2f}")


def _takers(loads: Sequence[Load], peak: Peak, held: set[int], holders: Holders) -> list[Taker]:
    """Who holds ports at the beginning of the fullest stretch, most first."""
    start = peak.start
    if start is None:
        return []
    there = [load for load in loads if load.interval.contains(start) and load.ports]
    there.sort(key=lambda load: (-load.ports, load.title))
    return [Taker(load.title, load.ports, load.booking in held, holders.get(load.booking or 0)) for load in there]
