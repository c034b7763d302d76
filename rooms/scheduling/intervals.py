"""Half-open stretches of time, ``[start, end)``, and the arithmetic of free and busy.

A meeting that ends at 10:00 and one that starts at 10:00 do not touch each other's endpoints: the end is not
part of the interval. All datetimes are aware.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from rooms.scheduling.errors import SchedulingInvalid


class IntervalInvalid(SchedulingInvalid):
    """Codes: ``interval_naive`` (a datetime without offset), ``interval_empty`` (the end is not after the
    start), ``margin_negative`` (set-up or tear-down below zero)."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """``[start, end)`` between two aware datetimes; ordered by start, then end.

    Raises IntervalInvalid when a datetime is naive or ``end <= start``.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise IntervalInvalid("interval_naive", {"start": self.start, "end": self.end})
        if self.end <= self.start:
            raise IntervalInvalid("interval_empty", {"start": self.start, "end": self.end})

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end

    def intersection(self, other: "Interval") -> "Interval | None":
        """The stretch both have in common, or None when they only touch or lie apart."""
        if not self.overlaps(other):
            return None
        return Interval(max(self.start, other.start), min(self.end, other.end))

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def covers(self, other: "Interval") -> bool:
        return self.start <= other.start and other.end <= self.end


_START = attrgetter("start")


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The union as the shortest ascending list; intervals that touch become one. O(n log n)."""
    merged: list[tuple[datetime, datetime]] = []
    for interval in sorted(intervals, key=_START):
        if merged and interval.start <= merged[-1][1]:
            if interval.end > merged[-1][1]:
                merged[-1] = (merged[-1][0], interval.end)
        else:
            merged.append((interval.start, interval.end))
    return [Interval(start, end) for start, end in merged]


def hull(intervals: Iterable[Interval]) -> Interval:
    """The smallest interval that covers all of the given ones, of which there is at least one."""
    listed = list(intervals)
    return Interval(min(each.start for each in listed), max(each.end for each in listed))


def gaps(window: Interval, busy: Iterable[Interval]) -> list[Interval]:
    """The parts of ``window`` that no busy interval touches, ascending; ``busy`` in any order."""
    free: list[Interval] = []
    cursor = window.start
    for interval in sorted(busy, key=_START):
        if interval.start >= window.end:
            break
        if interval.start > cursor:
            free.append(Interval(cursor, interval.start))
        cursor = max(cursor, interval.end)
    if cursor < window.end:
        free.append(Interval(cursor, window.end))
    return free


def hold(starts_at: datetime, ends_at: datetime, setup: timedelta, teardown: timedelta) -> Interval:
    """The time an endpoint is held for a meeting: the line test before, the meeting, the time to clear after.

    Raises IntervalInvalid for an empty meeting and for a negative set-up or tear-down.
    """
    if setup < timedelta(0) or teardown < timedelta(0):
        raise IntervalInvalid("margin_negative", {"setup": setup, "teardown": teardown})
    meeting = Interval(starts_at, ends_at)
    return Interval(meeting.start - setup, meeting.end + teardown)
