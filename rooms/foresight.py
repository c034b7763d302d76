"""Many times of one meeting looked at together: the dates of a series, judged as one booking is and in as few queries.

Whatever stands in the way of one date is found as for a single booking (rooms.actions); only the reading is shared.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from rooms.errors import refusal_of
from rooms.network import network
from rooms.occupancy import claims_in, closures_in, loads_in
from rooms.scheduling.capacity import Bridge, Load
from rooms.scheduling.conflicts import Claim, ClosedPeriod, ScheduleRequest, Verdict, examine
from rooms.scheduling.endpoints import EndpointFacts
from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.intervals import Interval
from rooms.scheduling.suggestions import Search, Slot, suggested_slots
from rooms.statements import LONGEST_HOLD


class _Timed(Protocol):
    @property
    def interval(self) -> Interval: ...


_Record = TypeVar("_Record", bound=_Timed)


class _ByTime(Generic[_Record]):
    """Records of at most `longest`, found by the window that they overlap."""

    def __init__(self, records: Iterable[_Record], longest: dt.timedelta) -> None:
        self.records = sorted(records, key=lambda each: each.interval.start)
        self.starts = [each.interval.start for each in self.records]
        self.longest = longest

    def within(self, window: Interval) -> list[_Record]:
        first = bisect_left(self.starts, window.start - self.longest)
        last = bisect_left(self.starts, window.end)
        return [each for each in self.records[first:last] if each.interval.overlaps(window)]


@dataclass(frozen=True)
class _Scene:
    """All that is taken in the windows, but for the bookings left out."""

    facts: Mapping[str, EndpointFacts]
    bridges: Sequence[Bridge]
    claims: _ByTime[Claim]
    closures: Sequence[ClosedPeriod]
    loads: _ByTime[Load]


def _scene(windows: Sequence[Interval], codes: tuple[str, ...], without: Collection[int]) -> _Scene:
    known = network()
    left_out = set(without)
    claims = [each for each in claims_in(known, windows, codes) if each.booking not in left_out]
    loads = [each for each in loads_in(known, windows) if each.booking not in left_out]
    return _Scene(
        known.facts,
        known.bridges,
        _ByTime(claims, LONGEST_HOLD),
        closures_in(known, windows, codes),
        _ByTime(loads, LONGEST_HOLD),
    )


def verdicts(requests: Sequence[ScheduleRequest], *, without: Collection[int] = ()) -> list[Verdict]:
    """What stands in the way of each request now; books nothing, locks nothing. Four queries, however many requests.

    `without`: bookings that do not count, because they are the ones being moved. Raises the refusals of rooms.errors.
    """
    if not requests:
        return []
    codes = tuple(dict.fromkeys(code for each in requests for code in each.endpoints))
    scene = _scene([each.hold for each in requests], codes, without)
    try:
        return [
            examine(
                each,
                scene.facts,
                scene.claims.within(each.hold),
                [closure for closure in scene.closures if closure.interval.overlaps(each.hold)],
                scene.bridges,
                scene.loads.within(each.hold),
            )
            for each in requests
        ]
    except SchedulingInvalid as error:
        raise refusal_of(error) from error


def free_times(
    searches: Mapping[dt.date, tuple[ScheduleRequest, Search]], *, without: Collection[int] = ()
) -> dict[dt.date, list[Slot]]:
    """Free times for each of the dates, as rooms.slots.suggestions finds them for one. Four queries in all.

    Raises the refusals of rooms.errors.
    """
    if not searches:
        return {}
    windows = {
        day: Interval(search.earliest - request.setup, search.horizon + request.teardown)
        for day, (request, search) in searches.items()
    }
    codes = tuple(dict.fromkeys(code for request, _search in searches.values() for code in request.endpoints))
    scene = _scene(list(windows.values()), codes, without)
    try:
        return {
            day: suggested_slots(
                request,
                scene.facts,
                scene.claims.within(windows[day]),
                [closure for closure in scene.closures if closure.interval.overlaps(windows[day])],
                scene.bridges,
                scene.loads.within(windows[day]),
                search,
            )
            for day, (request, search) in searches.items()
        }
    except SchedulingInvalid as error:
        raise refusal_of(error) from error
