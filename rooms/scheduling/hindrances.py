"""Who stands in the way most often: of every start that a search could offer, what would have to give way.

A start is forbidden by a busy stretch ``[a, b)`` when the hold round it overlaps the stretch, that is when it lies
strictly between ``a - length - tear-down`` and ``b + set-up``. On the ascending grid of starts each stretch is thus a
range of indices, so that all endpoints are counted in one pass: O((starts + stretches) log starts).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Literal

from rooms.scheduling.capacity import Bridge, Load
from rooms.scheduling.conflicts import Claim, ClosedPeriod, ScheduleRequest, request_demand
from rooms.scheduling.endpoints import EndpointFacts
from rooms.scheduling.intervals import Interval, merge
from rooms.scheduling.suggestions import Search, forbidden_times, starts_in


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What prevents how many starts: ``prevented`` in all, ``alone`` those that nothing else prevents.

    ``kind``: ``endpoint``, ``ports`` of a bridge or ``link`` of a bridge to its parent; ``code`` is the endpoint's or
    the bridge's.
    """

    kind: Literal["endpoint", "ports", "link"]
    code: str
    prevented: int
    alone: int


@dataclass(frozen=True, slots=True)
class Hindrances:
    """All ``starts`` on the grid, how many of them are ``free``, and what prevents the others: whoever prevents most
    alone first, then most in all, then endpoints in the order asked for, bridges, links."""

    starts: int
    free: int
    listed: tuple[Hindrance, ...]


def hindrances(
    request: ScheduleRequest,
    facts: Mapping[str, EndpointFacts],
    busy: Iterable[Claim],
    closures: Iterable[ClosedPeriod],
    bridges: Sequence[Bridge],
    loads: Iterable[Load],
    search: Search,
) -> Hindrances:
    """What stands in the way of the request over the whole of the search; ``search.count`` plays no part.

    Where a bridge is unreachable no start would help, and nothing is counted.
    Raises RequestInvalid ``endpoint_unknown`` and capacity.NetworkInvalid.
    """
    starts = starts_in(request, search)
    if not starts or request_demand(request, facts, bridges).unreachable:
        return Hindrances(0, 0, ())
    window = Interval(search.earliest - request.setup, search.horizon + request.teardown)
    forbidden = forbidden_times(request, facts, busy, closures, bridges, loads, window)
    before = request.duration + request.teardown
    ranges = {
        blocker: _ranges(starts, [(each.start - before, each.end + request.setup) for each in merge(intervals)])
        for blocker, intervals in forbidden.items()
    }
    counts = _counts(len(starts), ranges.values())
    lone = [0, *accumulate(int(count == 1) for count in counts)]
    listed = [
        Hindrance(
            kind, code, sum(end - first for first, end in its), sum(lone[end] - lone[first] for first, end in its)
        )
        for (kind, code), its in ranges.items()
        if its
    ]
    listed.sort(key=lambda each: (-each.alone, -each.prevented))
    return Hindrances(len(starts), counts.count(0), tuple(listed))


def _ranges(starts: Sequence[datetime], forbidden: Iterable[tuple[datetime, datetime]]) -> list[tuple[int, int]]:
    """Half-open ranges of indices of the starts strictly within a forbidden span; ascending and apart."""
    ranges: list[tuple[int, int]] = []
    reached = 0
    for lower, upper in forbidden:
        first, end = max(bisect_right(starts, lower), reached), bisect_left(starts, upper)
        if first < end:
            ranges.append((first, end))
            reached = end
    return ranges


def _counts(number: int, ranges: Iterable[Iterable[tuple[int, int]]]) -> list[int]:
    """How many blockers prevent each start."""
    changes = [0] * (number + 1)
    for its in ranges:
        for first, end in its:
            changes[first] += 1
            changes[end] -= 1
    return list(accumulate(changes[:-1]))
