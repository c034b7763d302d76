"""What speaks against a time without standing in its way: the hour, the day, and people who are expected elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Literal

from rooms.scheduling.conflicts import days_of
from rooms.scheduling.intervals import Interval, gaps
from rooms.scheduling.office_hours import Calendar, days

Part = Literal["before", "after", "noon", "weekend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideOfficeHours:
    """Some of the session lies before or after office hours, at noon, or on a weekend: ``interval``, the first such
    stretch of the day."""

    kind: ClassVar[str] = "outside_office_hours"
    part: Part
    day: date
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class OnHoliday:
    """Some of the session, ``interval``, lies on a day off with this name."""

    kind: ClassVar[str] = "on_holiday"
    day: date
    name: str
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """A person is expected in a meeting. ``known``: whether the one who asks may know which; ``endpoint`` by code."""

    person: int
    name: str
    meeting: int
    title: str
    endpoint: str | None
    chairs: bool
    interval: Interval
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonElsewhere:
    """The person is expected in another meeting during ``overlap`` of the session. ``meeting``, ``title`` and
    ``endpoint`` are None, "" and None of a meeting that the one who asks may not know of."""

    kind: ClassVar[str] = "person_elsewhere"
    person: int
    name: str
    chairs: bool
    meeting: int | None
    title: str
    endpoint: str | None
    interval: Interval
    overlap: Interval


CalendarWarning = OutsideOfficeHours | OnHoliday
Advice = CalendarWarning | PersonElsewhere


def calendar_warnings(session: Interval, calendar: Calendar) -> list[CalendarWarning]:
    """What the calendar has against the session, without set-up and tear-down: by day, then by time.

    A session longer than a half day goes over noon without a warning. A day off is told as such and not by its hours.
    """
    calendar = calendar.suited_to(session.duration)
    found: list[CalendarWarning] = []
    for day in days(*days_of(session, calendar.zone)):
        here = session.intersection(_whole(day, calendar))
        if here is None:
            continue
        if calendar.is_working(day):
            found.extend(_outside(here, day, calendar))
        elif day in calendar.holidays:
            found.append(OnHoliday(day=day, name=calendar.names.get(day, ""), interval=here))
        else:
            found.append(OutsideOfficeHours(part="weekend", day=day, interval=here))
    return found


def _whole(day: date, calendar: Calendar) -> Interval:
    start = datetime.combine(day, time.min, calendar.zone)
    # The last day that there is has no midnight after it.
    end = datetime.combine(day, time.max if day == date.max else time.min, calendar.zone)
    return Interval(start, end if day == date.max else end + timedelta(days=1))


def _outside(here: Interval, day: date, calendar: Calendar) -> list[OutsideOfficeHours]:
    office = calendar.spans(day)
    opens, closes = office[0].start, office[-1].end
    found: dict[Part, OutsideOfficeHours] = {}
    for gap in gaps(_whole(day, calendar), office):
        part: Part = "before" if gap.end <= opens else "after" if gap.start >= closes else "noon"
        stretch = here.intersection(gap)
        if stretch is not None:
            found.setdefault(part, OutsideOfficeHours(part=part, day=day, interval=stretch))
    return list(found.values())


def people_elsewhere(session: Interval, engagements: Iterable[Engagement]) -> list[PersonElsewhere]:
    """Who is expected in another meeting during the session, by name, then by time. A person counts once for each other
    meeting, as its chair rather than as a guest. O(n log n) in the number of engagements."""
    found: dict[tuple[int, int], tuple[Engagement, Interval]] = {}
    for each in sorted(engagements, key=lambda one: not one.chairs):
        overlap = each.interval.intersection(session)
        if overlap is not None:
            found.setdefault((each.person, each.meeting), (each, overlap))
    ordered = sorted(found.values(), key=lambda pair: (pair[0].name, pair[0].person, pair[0].interval, pair[0].meeting))
    return [
        PersonElsewhere(
            person=each.person,
            name=each.name,
            chairs=each.chairs,
            meeting=each.meeting if each.known else None,
            title=each.title if each.known else "",
            endpoint=each.endpoint if each.known else None,
            interval=each.interval,
            overlap=overlap,
        )
        for each, overlap in ordered
    ]
