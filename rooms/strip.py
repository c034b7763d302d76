"""The hours that a drawing of a day shows, and where a time lies on it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from rooms.scheduling.intervals import Interval

DAY_BEGINS, DAY_ENDS = 7, 18
STEP = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Strip:
    """Whole hours of the office's zone, from `first` to `last` (24 is midnight). Places are counted in steps of five
    minutes: the classes from-N and to-N of steps.css."""

    first: int = DAY_BEGINS
    last: int = DAY_ENDS

    @property
    def number(self) -> int:
        """How many hours: the class hours-N of steps.css."""
        return self.last - self.first

    @property
    def steps(self) -> int:
        return 12 * self.number

    @property
    def hours(self) -> list[tuple[str, int, int]]:
        """The heads: the hour in two digits, and the steps at which it begins and ends."""
        return [(f"{self.first + n:02d}", 12 * n, 12 * n + 12) for n in range(self.number)]

    def on(self, day: dt.date) -> Interval:
        """These hours of that day."""
        midnight = _midnight(day)
        return Interval(midnight + dt.timedelta(hours=self.first), midnight + dt.timedelta(hours=self.last))

    def step(self, moment: dt.datetime, day: dt.date) -> int:
        """The place of a moment on the strip of that day; what lies beyond it is put at its edge."""
        return min(max(round((moment - self.on(day).start) / STEP), 0), self.steps)


def strip_for(sessions: Iterable[Interval], window: Interval) -> Strip:
    """07:00 to 18:00, or as many hours more as it takes to show these sessions on every day of the window."""
    first, last = DAY_BEGINS, DAY_ENDS
    for session in sessions:
        part = session.intersection(window)
        if part is None:
            continue
        start, end = timezone.localtime(part.start), timezone.localtime(part.end)
        hours = -(-(end - _midnight(start.date())) // dt.timedelta(hours=1))
        first = min(first, 0 if hours > 24 else start.hour)
        last = max(last, min(hours, 24))
    return Strip(first, last)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
