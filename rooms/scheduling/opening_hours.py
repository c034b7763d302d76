"""When a room cannot be used because nobody is there to open it: weekly hours, turned round into closed stretches."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, tzinfo

from rooms.scheduling.conflicts import OFFICE_ZONE
from rooms.scheduling.intervals import Interval, gaps
from rooms.scheduling.office_hours import ONE_DAY, days

Span = tuple[time, time]
WeeklyHours = Mapping[int, Sequence[Span]]
"""Weekday (Monday = 0) → spans of local time in any order; a weekday without spans is closed. No weekday at all: open
at any time."""

LAST_MINUTE = time(23, 59)
"""A clock has no 24:00: who closes at 23:59 is open until midnight."""
WEEK = 7 * ONE_DAY


def closed_outside(hours: WeeklyHours, window: Interval, zone: tzinfo = OFFICE_ZONE) -> list[Interval]:
    """The stretches outside the hours that overlap the window, ascending, each in its whole length, in ``zone``.

    A stretch reaches from closing to the next opening, beyond the window too: Friday 17:00 to Monday 07:30 is one and
    the same whichever window asks. O(d log d) for d days of the window.
    """
    if not any(hours.values()):
        return []
    # Within eight days every weekday comes, so each stretch that touches the window has both its ends in here.
    first = window.start.astimezone(zone).date() - WEEK - ONE_DAY
    last = window.end.astimezone(zone).date() + WEEK + ONE_DAY
    opened = [span for day in days(first, last) for span in _opened(hours.get(day.weekday(), ()), day, zone)]
    return [
        gap for gap in gaps(Interval(_midnight(first, zone), _midnight(last, zone)), opened) if gap.overlaps(window)
    ]


def _opened(spans: Sequence[Span], day: date, zone: tzinfo) -> list[Interval]:
    return [Interval(datetime.combine(day, opens, zone), _closing(day, closes, zone)) for opens, closes in spans]


def _closing(day: date, closes: time, zone: tzinfo) -> datetime:
    return _midnight(day + ONE_DAY, zone) if closes >= LAST_MINUTE else datetime.combine(day, closes, zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)
