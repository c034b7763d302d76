"""When an office meets: its hours, its week and its holidays, given from outside as data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo

from rooms.scheduling.conflicts import OFFICE_ZONE
from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.intervals import Interval

ONE_DAY = timedelta(days=1)
MORNING_AND_AFTERNOON = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
MONDAY_TO_FRIDAY = frozenset({0, 1, 2, 3, 4})


class CalendarInvalid(SchedulingInvalid):
    """Code ``office_hours_unordered``: spans are missing, empty, overlapping or not ascending."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Office hours as ascending spans of local time, working weekdays (Monday = 0), days off, and days worked instead
    (a Saturday in exchange for a bridging day). ``names`` says what days off, and days worked instead, are called.

    A meeting lies within one span, or, with ``across_noon``, between the first start and the last end of the day.
    Set-up and tear-down may lie outside. Raises CalendarInvalid.
    """

    office_hours: Sequence[tuple[time, time]] = MORNING_AND_AFTERNOON
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: frozenset[date] = frozenset()
    worked_days: frozenset[date] = frozenset()
    names: Mapping[date, str] = field(default_factory=dict, compare=False)
    across_noon: bool = False
    zone: tzinfo = OFFICE_ZONE

    def __post_init__(self) -> None:
        edges = [edge for span in self.office_hours for edge in span]
        starts_before_end = all(start < end for start, end in self.office_hours)
        if not edges or not starts_before_end or edges != sorted(edges):
            raise CalendarInvalid("office_hours_unordered", {"office_hours": list(self.office_hours)})

    def is_working(self, day: date) -> bool:
        if day in self.worked_days:
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def spans(self, day: date) -> list[Interval]:
        """The stretches of this day in one of which a meeting must lie; empty on a day off."""
        if not self.is_working(day):
            return []
        hours = self.office_hours
        if self.across_noon:
            hours = [(hours[0][0], hours[-1][1])]
        return [
            Interval(datetime.combine(day, start, self.zone), datetime.combine(day, end, self.zone))
            for start, end in hours
        ]

    def suited_to(self, duration: timedelta) -> "Calendar":
        """This calendar, across noon if no single span is as long as ``duration``."""
        day = date(2000, 1, 1)
        longest = max(datetime.combine(day, end) - datetime.combine(day, start) for start, end in self.office_hours)
        return self if duration <= longest else replace(self, across_noon=True)

    def working_day_after(self, day: date, number: int) -> date | None:
        """The ``number``-th working day after ``day``; None when there is none within a year."""
        found = (each for each in days(day + ONE_DAY, day + timedelta(days=366)) if self.is_working(each))
        return next((each for count, each in enumerate(found, start=1) if count == number), None)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``, both included."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)
