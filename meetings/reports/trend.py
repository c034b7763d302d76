"""Attendance of a unit month by month, through reorganisations: what counted for its predecessors counts for it.

A person is counted for the unit that the endpoint belonged to on the meeting's day, as the report of that day says it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate, TruncMonth
from django.utils import timezone

from accounts.models import Unit
from accounts.units.lineage import lineage
from meetings.planning.models import Participant
from meetings.reports.figures import Counts
from meetings.reports.selectors import SETTLED
from rooms.models import EndpointPlace


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A calendar month: `first` is its first day, `meetings` how many held meetings summoned somebody of the unit."""

    first: dt.date
    meetings: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A unit that passed into the present one, or into one before it; `until` is the last day before it passed."""

    unit: Unit
    until: dt.date


@dataclass(frozen=True, slots=True)
class Trend:
    """`months`: every month of the span, the oldest first. `predecessors`: the nearest first."""

    unit: Unit
    months: tuple[MonthRow, ...]
    meetings: int
    total: Counts
    predecessors: tuple[Predecessor, ...]


def trend(unit: Unit, *, until: dt.date, months: int = 12) -> Trend:
    """The unit's figures in the month of `until` (up to the end of that day) and the `months - 1` before it.

    Only held meetings count. Their months and days are those of the office's zone. One query, and those of `lineage`.
    """
    firsts = _firsts(until, months)
    kin = lineage(unit)
    paths = {unit.path, *(each.unit.path for each in kin)}
    found = _figures(paths, firsts[0], until + dt.timedelta(days=1))
    rows = tuple(found.get(first) or MonthRow(first, 0, Counts()) for first in firsts)
    return Trend(
        unit=unit,
        months=rows,
        meetings=sum(row.meetings for row in rows),
        total=sum((row.counts for row in rows), Counts()),
        predecessors=tuple(Predecessor(each.unit, each.on - dt.timedelta(days=1)) for each in kin if each.steps < 0),
    )


def _firsts(until: dt.date, months: int) -> list[dt.date]:
    last = until.year * 12 + until.month - 1
    return [dt.date(number // 12, number % 12 + 1, 1) for number in range(last - months + 1, last + 1)]


def _under(field: str, paths: set[str]) -> Q:
    return reduce(or_, (Q(**{f"{field}__startswith": path}) for path in sorted(paths)))


def _figures(paths: set[str], begin: dt.date, end: dt.date) -> dict[dt.date, MonthRow]:
    """The months of the days `[begin, end)` in which somebody was summoned, by their first day."""
    zone = timezone.get_current_timezone()
    moments = [dt.datetime.combine(day, dt.time(), zone) for day in (begin, end)]
    on_the_day = EndpointPlace.objects.filter(
        endpoint=OuterRef("endpoint"), valid_from__lte=OuterRef("day"), valid_to__gt=OuterRef("day")
    )
    belonged = Exists(on_the_day.filter(_under("unit__path", paths)))
    belongs = _under("endpoint__unit__path", paths) & ~Exists(on_the_day)
    came = Q(check_in__isnull=False)
    substitute = Q(answer=Participant.Answer.SUBSTITUTE)
    excused = Q(answer=Participant.Answer.DECLINED)
    rows = (
        Participant.objects.filter(
            meeting__status__in=SETTLED, meeting__starts_at__gte=moments[0], meeting__starts_at__lt=moments[1]
        )
        .alias(day=TruncDate("meeting__starts_at", tzinfo=zone))
        .filter(belonged | belongs)
        .order_by()
        .values(month=TruncMonth("meeting__starts_at", tzinfo=zone))
        .annotate(
            held=Count("meeting", distinct=True),
            in_person=Count("pk", filter=came & ~substitute & Q(check_in__mode="in_person")),
            online=Count("pk", filter=came & ~substitute & Q(check_in__mode="online")),
            substitutes=Count("pk", filter=came & substitute),
            excused=Count("pk", filter=~came & excused),
            unexcused=Count("pk", filter=~came & ~excused),
        )
    )
    return {row["month"].date(): _month_row(row) for row in rows}


def _month_row(row: Mapping[str, Any]) -> MonthRow:
    fields = ("in_person", "online", "substitutes", "excused", "unexcused")
    return MonthRow(row["month"].date(), row["held"], Counts(**{name: row[name] for name in fields}))
