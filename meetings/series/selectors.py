"""Reads of series: which there are, and what became of each date."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from accounts.decision import Right, rights_over
from accounts.errors import Forbidden, NotFound
from accounts.models import User
from accounts.schemas import Row, written
from accounts.selectors import grants_of, scope_filter
from meetings.planning.models import Meeting, Series, SkippedDate
from meetings.planning.wishes import MeetingPlan, plan_of, selection_of
from meetings.series.errors import DateUnknown
from rooms.scheduling.conflicts import OFFICE_ZONE
from rooms.scheduling.recurrence import RecurrenceInvalid, Rule, dates, read

Status = Meeting.Status
MOVABLE = frozenset({Status.DRAFT, Status.SCHEDULED, Status.POSTPONED})


class State(StrEnum):
    """What a date of a series is now."""

    COMING = "coming"
    OPEN = "open"
    HELD = "held"
    POSTPONED = "postponed"
    MISSED = "missed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


_STATES = {
    Status.OPEN: State.OPEN,
    Status.CLOSED: State.HELD,
    Status.ARCHIVED: State.HELD,
    Status.CANCELLED: State.CANCELLED,
    Status.POSTPONED: State.POSTPONED,
}


@dataclass(frozen=True)
class DateRow:
    """A date: its day by the rule, when its meeting is or would be, what it is. `number` counts the dates that have or
    had a meeting, 0 for others; `moved`: its meeting is at another time than the rule's; `again`: it can be added."""

    day: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: State
    number: int = 0
    meeting: Meeting | None = None
    skipped: SkippedDate | None = None
    moved: bool = False
    again: bool = False


def series_visible_to(user: User | AnonymousUser) -> QuerySet[Series]:
    """The series of units where the user may view meetings."""
    if not user.is_authenticated or not user.is_active:
        return Series.objects.none()
    return Series.objects.filter(scope_filter(user, Right.VIEW_MEETING, "unit__path")).select_related("unit")


def rights_in_series(user: User | AnonymousUser, series: Series) -> frozenset[Right]:
    """The rights that the user holds over the unit of the series."""
    return frozenset(rights_over(grants_of(user), series.unit.path))


def series_for(user: User | AnonymousUser, series_id: int, right: Right | None) -> Series:
    """The series, if the user may do that with it; `right` None only to see it.

    Raises NotFound when it is not the user's to know, Forbidden when the right is missing.
    """
    series = series_visible_to(user).filter(pk=series_id).first()
    if series is None:
        raise NotFound(series=series_id)
    if right is not None and right not in rights_in_series(user, series):
        raise Forbidden(right=right.value)
    return series


def rule_of(series: Series) -> Rule:
    """The rule of the series."""
    return read(series.rrule, series.starts_at)


def ruled_start(series: Series, day: dt.date) -> dt.datetime:
    """When the rule has the meeting of that day begin."""
    return dt.datetime.combine(day, series.starts_at.astimezone(OFFICE_ZONE).time(), OFFICE_ZONE)


def length_of(series: Series) -> dt.timedelta:
    return dt.timedelta(minutes=series.minutes)


def meetings_of(series: Series) -> QuerySet[Meeting]:
    """The meetings of the series, cancelled ones too, by day."""
    rows = Meeting.objects.filter(series=series).select_related("unit", "chair", "host_endpoint", "booking")
    return rows.order_by("occurs_on", "starts_at", "pk")


def dates_of(series: Series) -> list[DateRow]:
    """What became of every date, ascending. Two queries, however many dates."""
    now = timezone.now()
    length = length_of(series)
    rows = [_meeting_row(series, meeting, now) for meeting in meetings_of(series)]
    rows += [
        DateRow(
            day=each.day,
            starts_at=ruled_start(series, each.day),
            ends_at=ruled_start(series, each.day) + length,
            state=State.SKIPPED,
            skipped=each,
            again=ruled_start(series, each.day) + length > now,
        )
        for each in SkippedDate.objects.filter(series=series)
    ]
    rows.sort(key=lambda each: (each.day, each.meeting.pk if each.meeting else 0))
    return _numbered(rows)


def _meeting_row(series: Series, meeting: Meeting, now: dt.datetime) -> DateRow:
    # A cancelled meeting whose date was added again has left the date to its successor.
    day = meeting.occurs_on or meeting.starts_at.astimezone(OFFICE_ZONE).date()
    state = _STATES.get(Status(meeting.status), State.COMING)
    if state == State.COMING and meeting.ends_at <= now:
        state = State.MISSED
    begin = ruled_start(series, day)
    return DateRow(
        day=day,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        state=state,
        meeting=meeting,
        moved=(meeting.starts_at, meeting.ends_at) != (begin, begin + length_of(series)),
        again=state == State.CANCELLED and meeting.occurs_on is not None and begin + length_of(series) > now,
    )


def _numbered(rows: Sequence[DateRow]) -> list[DateRow]:
    numbered, number = [], 0
    for row in rows:
        if row.meeting is not None and row.state != State.CANCELLED:
            number += 1
            row = DateRow(**{**_as_dict(row), "number": number})  # type: ignore[arg-type]  # its own fields
        numbered.append(row)
    return numbered


def _as_dict(row: DateRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in DateRow.__dataclass_fields__}


@dataclass(frozen=True)
class Place:
    """Where a meeting stands in its series: the so-and-so-many-th of so many; `number` 0 when it is cancelled."""

    series: Series
    rule: Rule
    number: int
    total: int


def place_of(meeting: Meeting) -> Place | None:
    """The place of the meeting in its series; None when it is in none. Two queries."""
    if meeting.series_id is None:
        return None
    series = Series.objects.get(pk=meeting.series_id)
    rows = Meeting.objects.filter(series=series).exclude(status=Status.CANCELLED)
    ordered = list(rows.order_by("occurs_on", "starts_at", "pk").values_list("pk", flat=True))
    number = ordered.index(meeting.pk) + 1 if meeting.pk in ordered else 0
    return Place(series, rule_of(series), number, len(ordered))


def later_meetings(series: Series, day: dt.date) -> list[Meeting]:
    """The meetings from that date on which have not begun and can still be changed, by day."""
    rows = meetings_of(series).filter(occurs_on__gte=day, status__in=MOVABLE, ends_at__gt=timezone.now())
    return list(rows)


def pattern_for(series: Series, day: dt.date) -> MeetingPlan:
    """What the meeting of a date is made like: as the nearest other one of the series, at the time of the rule.

    Raises DateUnknown when the series has no meeting left to go by.
    """
    others = list(meetings_of(series))
    if not others:
        raise DateUnknown(day=day.isoformat())

    def farness(meeting: Meeting) -> tuple[bool, bool, int]:
        when = meeting.occurs_on or meeting.starts_at.astimezone(OFFICE_ZONE).date()
        return meeting.status == Status.CANCELLED, meeting.title != series.title, abs((when - day).days)

    nearest = min(others, key=farness)
    begin = ruled_start(series, day)
    changes = {"title": series.title, "starts_at": begin, "ends_at": begin + length_of(series), "number": ""}
    if nearest.selection:
        changes["selection"] = selection_of(nearest)
    return plan_of(nearest, changes)  # type: ignore[arg-type]  # the fields of Changes


def open_days(series: Series) -> set[dt.date]:
    """The days that the rule gives. Empty when the rule cannot be read any more."""
    try:
        return set(dates(rule_of(series), series.starts_at.astimezone(OFFICE_ZONE).date()))
    except RecurrenceInvalid:
        return set()


def skipped_rows(skipped: Iterable[SkippedDate]) -> list[Row]:
    """day, why, note of each."""
    return [{"day": each.day.isoformat(), "why": each.why, "note": each.note} for each in skipped]


def date_row(row: DateRow) -> Row:
    """A date as the API shows it."""
    return {
        "day": row.day.isoformat(),
        "state": row.state.value,
        "meeting": row.meeting.pk if row.meeting is not None else None,
        "starts_at": written(row.starts_at),
        "ends_at": written(row.ends_at),
        "moved": row.moved,
        "why": row.skipped.why if row.skipped is not None else (row.meeting.reason if row.meeting else ""),
        "note": row.skipped.note if row.skipped is not None else "",
        "can_be_added": row.again,
    }


def series_row(series: Series) -> Row:
    """A series with all its dates as the API shows it. Two queries; its unit must be loaded."""
    return {
        "id": series.pk,
        "title": series.title,
        "unit": series.unit.code,
        "rrule": series.rrule,
        "starts_at": written(series.starts_at),
        "minutes": series.minutes,
        "version": series.version,
        "dates": [date_row(row) for row in dates_of(series)],
    }
