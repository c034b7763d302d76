"""What speaks against the time of a meeting and does not stand in its way: the calendar, and who is expected elsewhere.

Every page and the API ask `warnings_of`. People are looked for in the database, so that 5,000 invited cost no more
queries than one.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import Person, User
from accounts.schemas import Row, written
from meetings.planning.access import meetings_visible_to
from meetings.planning.models import Meeting, Participant
from rooms.rows import span
from rooms.scheduling.advice import (
    Advice,
    CalendarWarning,
    Engagement,
    OnHoliday,
    OutsideOfficeHours,
    PersonElsewhere,
    calendar_warnings,
    people_elsewhere,
)
from rooms.scheduling.conflicts import OFFICE_ZONE
from rooms.scheduling.intervals import Interval
from rooms.slots import office_calendar

PEOPLE_NAMED = 50
EXPECTED = (Meeting.Status.SCHEDULED, Meeting.Status.OPEN)
STAYS_AWAY = (Participant.Answer.DECLINED, Participant.Answer.SUBSTITUTE)


@dataclass(frozen=True)
class Warnings:
    """`calendar` by day; `people`: the first 50 who are expected elsewhere, the chair before the others, by name, of
    `people_count` in all."""

    calendar: Sequence[CalendarWarning] = ()
    people: Sequence[PersonElsewhere] = ()
    people_count: int = 0

    def __iter__(self) -> Iterator[Advice]:
        yield from self.calendar
        yield from self.people

    def __bool__(self) -> bool:
        return bool(self.calendar or self.people)

    @property
    def more_people(self) -> int:
        return self.people_count - len(self.people)


def warnings_of(
    user: User | AnonymousUser,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    *,
    chair: Person | None = None,
    meeting: Meeting | None = None,
) -> Warnings:
    """What speaks against that time: `chair` and the people invited to `meeting` (without those who stay away) are
    looked for in other meetings, and the office's calendar is asked. Four queries at most.
    """
    session = Interval(starts_at, ends_at)
    first, last = (moment.astimezone(OFFICE_ZONE).year for moment in (starts_at, ends_at))
    calendar = calendar_warnings(session, office_calendar(first, last))
    chairs = {chair.pk} if chair is not None else set()
    people = elsewhere(user, session, people=chairs, besides=meeting, with_invited=meeting is not None)
    people.sort(key=lambda each: each.person not in chairs)
    return Warnings(calendar, people[:PEOPLE_NAMED], len({each.person for each in people}))


def elsewhere(
    user: User | AnonymousUser,
    session: Interval,
    *,
    people: Collection[int] = (),
    besides: Meeting | None = None,
    with_invited: bool = False,
) -> list[PersonElsewhere]:
    """Who of `people` (ids of persons), and `with_invited` of those invited to `besides`, is expected in a meeting
    other than that one during the session, by name. Meetings that the user may not know of have no name.

    Three queries at most.
    """
    meeting = besides.pk if besides is not None else None
    wanted = _Wanted(people, meeting if with_invited else None)
    if not people and wanted.invited_to is None:
        return []
    others = Meeting.objects.filter(status__in=EXPECTED, starts_at__lt=session.end, ends_at__gt=session.start)
    if meeting is not None:
        others = others.exclude(pk=meeting)
    rows = [*_as_chair(others, wanted), *_as_invited(others, wanted)]
    if not rows:
        return []
    found = {row.meeting for row in rows}
    known = set(meetings_visible_to(user).filter(pk__in=found).order_by().values_list("pk", flat=True))
    return people_elsewhere(session, [replace(row, known=row.meeting in known) for row in rows])


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Who is looked for: ids of persons, and the people invited to a meeting without those who stay away."""

    people: Collection[int]
    invited_to: int | None

    def condition(self, field: str) -> Q:
        """The condition on `field`, a person."""
        found = Q(**{f"{field}__in": list(self.people)}) if self.people else Q(pk__in=[])
        if self.invited_to is not None:
            invited = Participant.objects.filter(meeting=self.invited_to).exclude(answer__in=STAYS_AWAY)
            found |= Q(**{f"{field}__in": invited.order_by().values("person")})
        return found


def _as_chair(others: QuerySet[Meeting], wanted: _Wanted) -> Iterator[Engagement]:
    rows = others.filter(wanted.condition("chair")).order_by("starts_at", "pk")
    fields = ("chair", "chair__full_name", "pk", "title", "host_endpoint__code", "starts_at", "ends_at")
    return (_engagement(row, chairs=True) for row in rows.values_list(*fields))


def _as_invited(others: QuerySet[Meeting], wanted: _Wanted) -> Iterator[Engagement]:
    rows = Participant.objects.filter(wanted.condition("person"), meeting__in=others.order_by())
    fields = (
        "person",
        "person__full_name",
        "meeting",
        "meeting__title",
        "endpoint__code",
        "meeting__starts_at",
        "meeting__ends_at",
    )
    ordered = rows.exclude(answer__in=STAYS_AWAY).order_by("pk")
    return (_engagement(row, chairs=False) for row in ordered.values_list(*fields))


def _engagement(row: tuple[Any, ...], *, chairs: bool) -> Engagement:
    person, name, meeting, title, endpoint, start, end = row
    return Engagement(
        person=person,
        name=name,
        meeting=meeting,
        title=title,
        endpoint=endpoint,
        chairs=chairs,
        interval=Interval(start, end),
    )


def warning_rows(warnings: Warnings) -> list[Row]:
    """The warnings as the API shows them: `kind`, then what it speaks of."""
    return [_row(each) for each in warnings]


def _row(warning: Advice) -> Row:
    row: Row = {"kind": warning.kind}
    match warning:
        case OutsideOfficeHours():
            return {**row, "part": warning.part, "day": warning.day.isoformat(), **span(warning.interval)}
        case OnHoliday():
            return {**row, "day": warning.day.isoformat(), "name": warning.name, **span(warning.interval)}
        case PersonElsewhere():
            return {
                **row,
                "person": {"id": warning.person, "full_name": warning.name},
                "chairs": warning.chairs,
                "meeting": {"id": warning.meeting, "title": warning.title},
                "endpoint": warning.endpoint,
                "starts_at": written(warning.interval.start),
                "ends_at": written(warning.interval.end),
                "overlap": span(warning.overlap),
            }
