"""When the demo's meetings take place, told from the moment at which it is built.

One meeting is in session at that moment, whatever the hour; everything else keeps office days and office hours.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rooms.calendar.selectors import public_calendar
from rooms.scheduling.office_hours import Calendar

SETUP = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Timetable:
    """`now` in the zone of the office."""

    now: datetime

    @property
    def office(self) -> Calendar:
        return public_calendar(self.now.year - 1, self.now.year + 1)

    @property
    def open_start(self) -> datetime:
        """Start of the meeting in session: on a quarter of an hour, 105 to 120 minutes ago."""
        start = self.now - timedelta(minutes=105)
        return start - timedelta(minutes=start.minute % 15, seconds=start.second, microseconds=start.microsecond)

    @property
    def open_end(self) -> datetime:
        return self.open_start + timedelta(minutes=210)

    @property
    def next_afternoon(self) -> date:
        """The day whose afternoon comes next: today while there is time for a line test behind the meeting in session,
        else the next working day."""
        today = self.now.date()
        free = self.office.is_working(today) and self.open_end + SETUP <= self.at(today, 14)
        return today if free else self.ahead(1)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), self.now.tzinfo)

    def ahead(self, number: int, after: date | None = None) -> date:
        """The `number`-th working day after today, or after `after`."""
        day = self.office.working_day_after(after or self.now.date(), number)
        if day is None:
            raise ValueError("no working day within a year")
        return day

    def back(self, number: int) -> date:
        """The `number`-th working day before today."""
        day = self.now.date()
        while number:
            day -= timedelta(days=1)
            number -= self.office.is_working(day)
        return day

    def desk_time(self, moment: datetime, hour: int, minute: int = 0) -> datetime:
        """That hour of the moment's day, or of the last working day before it: when somebody sits at a desk."""
        day = moment.date()
        while not self.office.is_working(day):
            day -= timedelta(days=1)
        return self.at(day, hour, minute)

    def mid_month(self, months_back: int) -> date:
        """The first working day from the 15th of a month before this one."""
        month = self.now.date().replace(day=15)
        for _ in range(months_back):
            month = (month.replace(day=1) - timedelta(days=1)).replace(day=15)
        return self.ahead(1, month - timedelta(days=1))

    def week_later(self) -> date:
        """The first working day from a week after the next afternoon."""
        return self.ahead(1, self.next_afternoon + timedelta(days=6))
