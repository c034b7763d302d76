"""This date and those after it: which meeting goes to which date, and what changes about it. Looks, writes nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.models import User
from meetings.planning.models import Meeting, Series, SkippedDate
from meetings.planning.wishes import Changes, MeetingPlan, plan_of, request_of
from meetings.series.errors import SeriesOver, SeriesOverlaps, refuse
from meetings.series.outlook import DateOutlook, Wanted, look_over, wanted_dates, with_requests
from meetings.series.selectors import later_meetings, length_of, rule_of, ruled_start
from rooms.models import BookedEndpoint
from rooms.scheduling.conflicts import OFFICE_ZONE
from rooms.scheduling.recurrence import RecurrenceInvalid, Rule, dates, first_overlap, remainder


@dataclass(frozen=True, kw_only=True)
class Following:
    """What is to be different from one date on; what is not named stays. `clock`: the start, in the office's zone;
    `changes`: words, endpoints and margins, without times. `rule` is read from the day of the split on."""

    clock: dt.time | None = None
    minutes: int | None = None
    rule: Rule | None = None
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True)
class Step:
    """A meeting that stays and what changes about it; `day` is its date by the new rule."""

    meeting: Meeting
    day: dt.date
    plan: MeetingPlan
    changes: Changes


@dataclass(frozen=True)
class Course:
    """All of a split at `day`: the rule from its first date on, meetings that go on, those that the rule has no date
    for any more, dates that need a meeting, dates that stay skipped or cancelled (with their day by the rule, None
    when it has none for them). `looked`: what this would meet."""

    day: dt.date
    rule: Rule
    first: dt.datetime
    length: dt.timedelta
    steps: Sequence[Step]
    dropped: Sequence[Meeting]
    added: Sequence[Wanted]
    skipped: Sequence[tuple[SkippedDate, dt.date | None]]
    cancelled: Sequence[tuple[Meeting, dt.date | None]]
    looked: Sequence[DateOutlook]

    @property
    def taken(self) -> list[DateOutlook]:
        return [each for each in self.looked if not each.fits]


def course_of(actor: User, series: Series, day: dt.date, wish: Following) -> Course:
    """What the wish makes of the series from that date on, and what it would meet; the series' own later meetings do
    not stand in its way. Raises SeriesOver and the refusals of meetings.series.errors and rooms.errors."""
    later = later_meetings(series, day)
    if not later:
        raise SeriesOver()
    day = _after_the_held(series, day, later[0])
    clock = wish.clock or series.starts_at.astimezone(OFFICE_ZONE).time()
    length = dt.timedelta(minutes=wish.minutes) if wish.minutes is not None else length_of(series)
    rule, begin = _rule_from(series, day, wish)
    days = _days(rule, begin)
    first = dt.datetime.combine(days[0], clock, OFFICE_ZONE)
    match = _match(series, day, later, days, rule, same=wish.rule is None)
    steps = [_step(series, meeting, new_day, clock, length, wish) for meeting, new_day in match.going]
    pattern = _timed(plan_of(later[0], wish.changes), first, length)
    begins = [dt.datetime.combine(each, clock, OFFICE_ZONE) for each in match.free]
    added = wanted_dates(actor, pattern, begins, {})
    margin = dt.timedelta(minutes=pattern.setup_minutes + pattern.teardown_minutes)
    _require_apart([*(step.plan.starts_at for step in steps), *begins], length + margin)
    own = {meeting.booking_id for meeting in later if meeting.booking_id is not None}
    wanted = [*_wanted_steps(actor, steps), *added]
    looked = look_over(actor, sorted(wanted, key=lambda each: each.day), without=own)
    return Course(day, rule, first, length, steps, match.dropped, added, match.skipped, match.cancelled, looked)


def _after_the_held(series: Series, day: dt.date, first: Meeting) -> dt.date:
    """The day of the split: where dates from `day` on are over already, that of the first that is not."""
    coming = first.occurs_on or day
    held = Meeting.objects.filter(series=series, occurs_on__gte=day, occurs_on__lt=coming)
    return coming if held.exclude(status=Meeting.Status.CANCELLED).exists() else day


@dataclass(frozen=True)
class _Match:
    going: Sequence[tuple[Meeting, dt.date]]
    dropped: Sequence[Meeting]
    skipped: Sequence[tuple[SkippedDate, dt.date | None]]
    cancelled: Sequence[tuple[Meeting, dt.date | None]]
    free: Sequence[dt.date]


def _match(
    series: Series, day: dt.date, later: Sequence[Meeting], days: Sequence[dt.date], rule: Rule, *, same: bool
) -> _Match:
    """Which date goes where: what is there stays on its day when the rule has that day, else it goes, in order, to a
    free day of the same week or month: meetings first, then what is skipped or cancelled."""
    skipped = list(SkippedDate.objects.filter(series=series, day__gte=day))
    others = list(Meeting.objects.filter(series=series, occurs_on__gte=day).exclude(pk__in=[each.pk for each in later]))
    cancelled = [each for each in others if each.status == Meeting.Status.CANCELLED]
    untouched = {each.occurs_on for each in others if each.status != Meeting.Status.CANCELLED}
    free = [each for each in days if each not in untouched]
    place: dict[tuple[str, int], dt.date | None] = {}
    waiting: list[tuple[tuple[str, int], dt.date]] = []
    for key, at_day in [
        *((("meeting", each.pk), each.occurs_on or day) for each in [*later, *cancelled]),
        *((("skipped", each.pk), each.day) for each in skipped),
    ]:
        if at_day in free:
            free.remove(at_day)
            place[key] = at_day
        else:
            waiting.append((key, at_day))
    for key, at_day in waiting:
        near = next((each for each in free if _period(rule, each) == _period(rule, at_day)), None)
        if near is not None:
            free.remove(near)
        place[key] = near
    found = [(each, place["meeting", each.pk]) for each in later]
    return _Match(
        going=[(meeting, new_day) for meeting, new_day in found if new_day is not None],
        dropped=[meeting for meeting, new_day in found if new_day is None],
        skipped=[(each, place["skipped", each.pk]) for each in skipped],
        cancelled=[(each, place["meeting", each.pk]) for each in cancelled],
        free=[] if same else free,
    )


def _rule_from(series: Series, day: dt.date, wish: Following) -> tuple[Rule, dt.date]:
    if wish.rule is not None:
        return wish.rule, day
    try:
        return remainder(rule_of(series), series.starts_at.astimezone(OFFICE_ZONE).date(), day)
    except RecurrenceInvalid as invalid:
        refuse(invalid)


def _days(rule: Rule, begin: dt.date) -> list[dt.date]:
    try:
        return dates(rule, begin)
    except RecurrenceInvalid as invalid:
        refuse(invalid)


def _timed(plan: MeetingPlan, begin: dt.datetime, length: dt.timedelta) -> MeetingPlan:
    return MeetingPlan(
        **{
            **{name: getattr(plan, name) for name in MeetingPlan.__dataclass_fields__},
            "starts_at": begin,
            "ends_at": begin + length,
            "number": "",
        }
    )


def _period(rule: Rule, day: dt.date) -> tuple[int, int]:
    """The week, or for a monthly rule the month, in which a date keeps its meeting when the rule changes."""
    if rule.frequency == "MONTHLY":
        return day.year, day.month
    return day.isocalendar()[:2]


def _step(
    series: Series, meeting: Meeting, day: dt.date, clock: dt.time, length: dt.timedelta, wish: Following
) -> Step:
    """What changes about one meeting. A time or a title that it was given alone stays its own."""
    changes = Changes(**wish.changes)
    old_day = meeting.occurs_on or day
    begin = ruled_start(series, old_day)
    own_time = (meeting.starts_at, meeting.ends_at) != (begin, begin + length_of(series))
    if not own_time or day != old_day:
        changes["starts_at"] = dt.datetime.combine(day, clock, OFFICE_ZONE)
        changes["ends_at"] = changes["starts_at"] + length
    if "title" in changes and meeting.title != series.title:
        del changes["title"]
    return Step(meeting, day, plan_of(meeting, changes), changes)


def _wanted_steps(actor: User, steps: Sequence[Step]) -> list[Wanted]:
    """The booking that each meeting needs afterwards: of the same selection what it has, of a new one what it stands
    for on that day. Two queries when the selection stays."""
    renewed = [step for step in steps if "selection" in step.changes]
    kept = [step for step in steps if "selection" not in step.changes]
    found = with_requests(actor, [Wanted(day=step.day, plan=step.plan) for step in renewed])
    codes: dict[int, list[str]] = {}
    shares = BookedEndpoint.objects.filter(booking__in=[step.meeting.booking_id for step in kept])
    for booking, code in shares.order_by("endpoint__tier__rank", "endpoint__code").values_list(
        "booking_id", "endpoint__code"
    ):
        codes.setdefault(booking, []).append(code)
    for step in kept:
        # A postponed meeting holds nothing; its wish is only written down.
        held = codes.get(step.meeting.booking_id or 0)
        if step.meeting.status == Meeting.Status.SCHEDULED and held is not None:
            request = request_of(actor, step.plan, endpoints=held)
            found.append(Wanted(day=step.day, plan=step.plan, request=request))
    return found


def in_safe_order(steps: Sequence[Step]) -> list[Step]:
    """The steps so that each goes, as far as there is such an order, to a time that no later one still holds."""
    waiting, ordered = list(steps), []
    while waiting:
        held = [(each, each.meeting.starts_at - _setup(each.meeting), _end(each.meeting)) for each in waiting]
        ready = next(
            (
                step
                for step in waiting
                if not any(
                    other is not step
                    and start < step.plan.ends_at + dt.timedelta(minutes=step.plan.teardown_minutes)
                    and step.plan.starts_at - dt.timedelta(minutes=step.plan.setup_minutes) < end
                    for other, start, end in held
                )
            ),
            waiting[0],
        )
        waiting.remove(ready)
        ordered.append(ready)
    return ordered


def _setup(meeting: Meeting) -> dt.timedelta:
    return dt.timedelta(minutes=meeting.setup_minutes)


def _end(meeting: Meeting) -> dt.datetime:
    return meeting.ends_at + dt.timedelta(minutes=meeting.teardown_minutes)


def _require_apart(begins: Sequence[dt.datetime], length: dt.timedelta) -> None:
    overlap = first_overlap(sorted(begins), length)
    if overlap is not None:
        raise SeriesOverlaps(starts_at=timezone.localtime(overlap))
