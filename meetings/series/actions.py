"""What can be done to a series as a whole. One function: one intention, one transaction, one entry in the journal of
the series beside those of its meetings.

The series is locked first, then all that its dates take, in the one order of rooms.locking; only then one date after
the other is written by the acts of planning. When one date fails, nothing of the whole stays.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from accounts.errors import StaleVersion
from accounts.models import User
from audit.journal import record
from meetings.planning.actions import cancel_meeting, change_meeting, create_occurrence
from meetings.planning.models import Meeting, Series, SkippedDate
from meetings.planning.wishes import MeetingPlan, naming_meetings
from meetings.series.errors import DateUnknown, SeriesEmpty
from meetings.series.following import Course, Following, course_of, in_safe_order
from meetings.series.locking import lock_rooms, lock_series
from meetings.series.outlook import (
    Choice,
    DateOutlook,
    Move,
    Skip,
    at,
    begins_of,
    conflict_of,
    look_over,
    wanted_dates,
)
from meetings.series.selectors import pattern_for, rule_of
from rooms.actions import OnConflict
from rooms.locking import guarded
from rooms.scheduling.conflicts import OFFICE_ZONE
from rooms.scheduling.recurrence import Rule, cut_before, dates, written

Why = SkippedDate.Why


@dataclass(frozen=True)
class BookedSeries:
    """What became of each date: its meeting, or why there is none. Both ascending."""

    series: Series
    meetings: Sequence[Meeting]
    skipped: Sequence[SkippedDate]


def preview(
    actor: User, plan: MeetingPlan, rule: Rule, choices: Mapping[dt.date, Choice] | None = None, *, slots: bool = True
) -> list[DateOutlook]:
    """What booking the plan by the rule would meet on each date; books nothing. Dates chosen to be skipped are looked
    at all the same: whoever looks may choose otherwise. A fixed number of queries, however many dates.

    Raises the refusals of meetings.series.errors and rooms.errors.
    """
    moved = {day: choice for day, choice in (choices or {}).items() if isinstance(choice, Move)}
    return look_over(actor, wanted_dates(actor, plan, begins_of(rule, plan), moved), slots=slots)


def create_series(
    actor: User,
    plan: MeetingPlan,
    rule: Rule,
    *,
    choices: Mapping[dt.date, Choice] | None = None,
    on_conflict: OnConflict = "refuse",
) -> BookedSeries:
    """Book the plan on every date of the rule but those that `choices` skips, at the times it moves them to.

    All or nothing: when a date is not free, BookingConflict names every such `day` and nothing is booked; with "skip"
    these dates are left out, and why is written down. Raises SeriesEmpty when no date is left, and the refusals of
    meetings.series.errors and rooms.errors.
    """
    chosen = dict(choices or {})
    begins = begins_of(rule, plan)
    looked = _look(actor, plan, begins, chosen, on_conflict)
    with naming_meetings(actor):
        return guarded(lambda: _create(actor, plan, rule, begins, chosen, on_conflict, looked))


def _look(
    actor: User,
    plan: MeetingPlan,
    begins: Sequence[dt.datetime],
    choices: Mapping[dt.date, Choice],
    on_conflict: OnConflict,
) -> list[DateOutlook]:
    looked = look_over(actor, wanted_dates(actor, plan, begins, choices))
    if on_conflict == "refuse":
        _require_free(looked)
    if not any(each.fits for each in looked):
        refused = next((each.refused for each in looked if each.refused is not None), None)
        raise refused or (conflict_of(looked) if looked else SeriesEmpty())
    return looked


def _require_free(looked: Sequence[DateOutlook]) -> None:
    """Raises what a date was refused for, and BookingConflict with the conflicts of all dates."""
    for each in looked:
        if each.refused is not None:
            each.refused.params["day"] = each.day.isoformat()
            raise each.refused
    if taken := [each for each in looked if not each.fits]:
        raise conflict_of(taken)


def _create(
    actor: User,
    plan: MeetingPlan,
    rule: Rule,
    begins: Sequence[dt.datetime],
    choices: Mapping[dt.date, Choice],
    on_conflict: OnConflict,
    seen: Sequence[DateOutlook],
) -> BookedSeries:
    lock_rooms(seen)
    looked = _look(actor, plan, begins, choices, on_conflict)
    series = Series.objects.create(
        title=plan.title.strip(),
        unit=plan.unit,
        rrule=written(rule),
        starts_at=begins[0],
        minutes=(plan.ends_at - plan.starts_at) // dt.timedelta(minutes=1),
        created_by=actor,
    )
    meetings = [_book(actor, series, each) for each in looked if each.fits]
    taken = {each.day for each in looked if not each.fits}
    skipped = []
    for begin in begins:
        day = begin.astimezone(OFFICE_ZONE).date()
        choice = choices.get(day)
        if isinstance(choice, Skip):
            skipped.append(SkippedDate(series=series, day=day, why=choice.why, note=choice.note))
        elif day in taken:
            skipped.append(SkippedDate(series=series, day=day, why=Why.CONFLICT))
    SkippedDate.objects.bulk_create(skipped)
    note(actor, "series.created", series, {"rrule": series.rrule, "meetings": len(meetings), "skipped": len(skipped)})
    return BookedSeries(series, meetings, skipped)


def _book(actor: User, series: Series, looked: DateOutlook) -> Meeting:
    request = looked.wanted.request
    if request is None:
        raise DateUnknown(day=looked.day.isoformat())
    return create_occurrence(actor, looked.wanted.plan, request, series=series, occurs_on=looked.day)


def add_date(
    actor: User, series: Series, day: dt.date, *, version: int, starts_at: dt.datetime | None = None
) -> Meeting:
    """Book a date again that was skipped or cancelled, at the time of the rule or at `starts_at`. A cancelled meeting
    stays in the series beside the new one.

    Raises DateUnknown, StaleVersion, BookingConflict (nothing is changed then) and the refusals of rooms.errors.
    """
    looked = look_at_date(actor, series, day, starts_at)
    _require_free([looked])
    with naming_meetings(actor):
        return guarded(lambda: _add_date(actor, series, looked, version))


def look_at_date(
    actor: User, series: Series, day: dt.date, starts_at: dt.datetime | None = None, *, slots: bool = False
) -> DateOutlook:
    """What add_date would meet. Raises DateUnknown."""
    _free_day(series, day)
    plan = pattern_for(series, day)
    begin = starts_at or plan.starts_at
    wanted = [replace(each, day=day) for each in wanted_dates(actor, at(plan, begin), [begin], {})]
    return look_over(actor, wanted, slots=slots)[0]


def _free_day(series: Series, day: dt.date) -> SkippedDate | Meeting:
    """What stands in the place of a meeting on that day. Raises DateUnknown."""
    found = (
        SkippedDate.objects.filter(series=series, day=day).first()
        or Meeting.objects.filter(series=series, occurs_on=day, status=Meeting.Status.CANCELLED).first()
    )
    if found is None:
        raise DateUnknown(day=day.isoformat())
    return found


def _add_date(actor: User, series: Series, looked: DateOutlook, version: int) -> Meeting:
    series = lock_series(series)
    require_version(series, version)
    place = _free_day(series, looked.day)
    lock_rooms([looked])
    if isinstance(place, SkippedDate):
        place.delete()
    else:
        Meeting.objects.filter(pk=place.pk).update(occurs_on=None)
    meeting = _book(actor, series, looked)
    save_next(series)
    note(actor, "series.date_added", series, {"day": looked.day, "meeting": meeting.pk})
    return meeting


@dataclass(frozen=True)
class Split:
    """What "this and following" made of a series: the one that has the later meetings now (the same one when nothing
    came before), the meetings that go on, those called off for lack of a date, and new ones."""

    series: Series
    meetings: Sequence[Meeting]
    cancelled: Sequence[Meeting]
    added: Sequence[Meeting]


def change_following(actor: User, series: Series, day: dt.date, wish: Following, *, version: int) -> Split:
    """Change this date and those after it: the series ends before it and a new one takes the later meetings over.

    They keep their number, people, agenda and documents; what is held or has begun is never touched; a date that was
    given a time or a title of its own keeps it, unless the rule gives it another day. When a date is not free at its
    new time, BookingConflict names every such `day` and all stays as it was. A cancelled meeting is told to nobody
    here: the caller does that. A wish for nothing changes nothing.

    Raises StaleVersion, SeriesOver and the refusals of meetings.series.errors and rooms.errors.
    """
    require_version(series, version)
    if wish == Following():
        return Split(series, [], [], [])
    seen = course_of(actor, series, day, wish)
    _require_free(seen.looked)
    with naming_meetings(actor):
        return guarded(lambda: _split(actor, series, day, wish, version, seen))


def _split(actor: User, series: Series, day: dt.date, wish: Following, version: int, seen: Course) -> Split:
    series = lock_series(series)
    require_version(series, version)
    moving = [*(step.meeting for step in seen.steps), *seen.dropped]
    lock_rooms(seen.looked, [each.booking_id for each in moving if each.booking_id is not None])
    course = course_of(actor, series, day, wish)
    _require_free(course.looked)
    target = _second_half(actor, series, wish, course)
    going = [step.meeting.pk for step in course.steps]
    gone = [each.pk for each in course.dropped]
    away = [each.pk for each, _day in course.cancelled]
    # A day of a series has one meeting: all let go of theirs before they take the new ones.
    Meeting.objects.filter(pk__in=[*going, *gone, *away]).update(series=target, occurs_on=None)
    cancelled = [cancel_meeting(actor, each) for each in course.dropped]
    changed = [
        change_meeting(actor, step.meeting, version=step.meeting.version, changes=step.changes)
        for step in in_safe_order(course.steps)
    ]
    places = [(step.meeting, step.day) for step in course.steps]
    for meeting, new_day in [*places, *course.cancelled]:
        if new_day is not None:
            Meeting.objects.filter(pk=meeting.pk).update(occurs_on=new_day)
    SkippedDate.objects.filter(pk__in=[each.pk for each, _day in course.skipped]).delete()
    SkippedDate.objects.bulk_create(
        SkippedDate(series=target, day=new_day, why=each.why, note=each.note)
        for each, new_day in course.skipped
        if new_day is not None
    )
    by_day = {each.day: each for each in course.looked}
    added = [_book(actor, target, by_day[each.day]) for each in course.added]
    facts: dict[str, object] = {"from": course.day, "rrule": target.rrule, "meetings": going, "cancelled": gone}
    save_next(series)
    if target.pk != series.pk:
        note(actor, "series.split", series, {**facts, "into": target.pk})
        note(actor, "series.created", target, {"rrule": target.rrule, "meetings": len(going) + len(added)})
        return Split(target, changed, cancelled, added)
    note(actor, "series.changed", series, {**facts, "starts_at": series.starts_at, "minutes": series.minutes})
    return Split(series, changed, cancelled, added)


def _second_half(actor: User, series: Series, wish: Following, course: Course) -> Series:
    """The series of the later meetings: a new one, the old one ending before; the old one itself when nothing comes
    before. The old one is not saved here."""
    old = rule_of(series)
    begun = series.starts_at.astimezone(OFFICE_ZONE).date()
    before = [each for each in dates(old, begun) if each < course.day]
    values = {
        "title": wish.changes.get("title", series.title),
        "rrule": written(course.rule),
        "starts_at": course.first,
        "minutes": course.length // dt.timedelta(minutes=1),
    }
    if before:
        series.rrule = written(cut_before(old, begun, course.day))
        return Series.objects.create(unit=series.unit, created_by=actor, **values)
    for name, value in values.items():
        setattr(series, name, value)
    return series


def end_series(actor: User, series: Series, *, version: int, day: dt.date, cancelled: Sequence[Meeting]) -> Series:
    """Write down that the meetings from that date on were called off. The caller holds the lock and has done it."""
    require_version(series, version)
    save_next(series)
    note(actor, "series.ended", series, {"from": day, "cancelled": len(cancelled)})
    return series


def require_version(series: Series, version: int) -> None:
    """Raises StaleVersion when `version` is not the present one."""
    if series.version != version:
        raise StaleVersion(version=series.version, changed_by="", changed_at=timezone.now())


def save_next(series: Series) -> None:
    """Save the series as its next version."""
    series.version += 1
    series.save()


def note(actor: User, verb: str, series: Series, data: dict[str, object]) -> None:
    """The entry of an act in the journal of the series."""
    record(
        actor,
        verb,
        chain=f"series:{series.pk}",
        object_type="series",
        object_id=series.pk,
        label=series.title,
        data={"version": series.version, **data},
    )
