"""What booking a series would meet, date by date: conflicts, warnings, and the ways out of each.

One reading serves all dates: the number of queries does not depend on how many there are.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.utils import timezone

from accounts.decision import Right
from accounts.errors import DomainError
from accounts.models import Unit, User
from accounts.schemas import Row
from meetings.planning.elsewhere import Warnings, elsewhere
from meetings.planning.selectors import with_meetings
from meetings.planning.wishes import MeetingPlan
from meetings.series.errors import SeriesOverlaps, refuse
from rooms.errors import BookingConflict
from rooms.foresight import free_times, verdicts
from rooms.models import Endpoint
from rooms.rows import conflict_rows
from rooms.scheduling.advice import OnHoliday, OutsideOfficeHours, calendar_warnings
from rooms.scheduling.conflicts import OFFICE_ZONE, ScheduleRequest, Verdict
from rooms.scheduling.intervals import Interval, hull
from rooms.scheduling.recurrence import RecurrenceInvalid, Rule, first_overlap, starts
from rooms.scheduling.suggestions import Search, Slot
from rooms.selectors import choose
from rooms.slots import SlotSearch, office_calendar
from rooms.wishes import BookingRequest, require_times

SLOTS_SHOWN = 3
SEARCHED_DAYS = 5


@dataclass(frozen=True)
class Skip:
    """There is to be no meeting on this date; `why` is one of SkippedDate.Why."""

    why: str = "chosen"
    note: str = ""


@dataclass(frozen=True)
class Move:
    """The meeting of this date is to start then instead."""

    starts_at: dt.datetime


Choice = Skip | Move


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A date of a series as it is to be booked. `refused`: why it cannot be asked for at all."""

    day: dt.date
    plan: MeetingPlan
    request: BookingRequest | None = None
    refused: DomainError | None = None
    moved: bool = False


@dataclass(frozen=True, kw_only=True)
class DateOutlook:
    """A date and what booking it would meet. `warnings` speak against it and do not stand in the way. `slots`: free
    times instead."""

    wanted: Wanted
    verdict: Verdict | None
    conflicts: Sequence[Row]
    warnings: Warnings = field(default_factory=Warnings)
    slots: Sequence[Slot] = field(default_factory=tuple)

    @property
    def day(self) -> dt.date:
        return self.wanted.day

    @property
    def starts_at(self) -> dt.datetime:
        return self.wanted.plan.starts_at

    @property
    def ends_at(self) -> dt.datetime:
        return self.wanted.plan.ends_at

    @property
    def refused(self) -> DomainError | None:
        return self.wanted.refused

    @property
    def moved(self) -> bool:
        return self.wanted.moved

    @property
    def fits(self) -> bool:
        return self.verdict is not None and self.verdict.fits

    @property
    def holiday(self) -> str:
        """The name of the day off, "" on other days."""
        return next((each.name for each in self.warnings.calendar if isinstance(each, OnHoliday)), "")

    @property
    def outside_hours(self) -> bool:
        return any(isinstance(each, OutsideOfficeHours) for each in self.warnings.calendar)


def begins_of(rule: Rule, plan: MeetingPlan) -> list[dt.datetime]:
    """The starts of the plan by the rule. Raises the refusals of meetings.series.errors."""
    try:
        found = starts(rule, plan.starts_at)
    except RecurrenceInvalid as invalid:
        refuse(invalid)
    margin = dt.timedelta(minutes=plan.setup_minutes + plan.teardown_minutes)
    overlap = first_overlap(found, plan.ends_at - plan.starts_at + margin)
    if overlap is not None:
        raise SeriesOverlaps(starts_at=overlap)
    return found


def at(plan: MeetingPlan, starts_at: dt.datetime) -> MeetingPlan:
    """The plan at another time, as long."""
    return replace(plan, starts_at=starts_at, ends_at=starts_at + (plan.ends_at - plan.starts_at))


def wanted_dates(
    actor: User, plan: MeetingPlan, begins: Iterable[dt.datetime], choices: Mapping[dt.date, Choice]
) -> list[Wanted]:
    """The plan on each of the dates, moved where that was chosen; dates to be skipped are left out."""
    rows = []
    for begin in begins:
        day = begin.astimezone(OFFICE_ZONE).date()
        choice = choices.get(day)
        if isinstance(choice, Move):
            rows.append(Wanted(day=day, plan=at(plan, choice.starts_at), moved=True))
        elif choice is None:
            rows.append(Wanted(day=day, plan=at(plan, begin)))
    return with_requests(actor, rows)


def with_requests(actor: User, rows: Sequence[Wanted]) -> list[Wanted]:
    """The booking that each date needs; all have one selection, which is read once for all dates between two changes
    of the network. Dates whose time cannot be booked, or whose selection stands for nothing then, say why."""
    if not rows:
        return []
    days = [timezone.localtime(each.plan.starts_at).date() for each in rows]
    changes = _changes_of_network(min(days), max(days))
    chosen: dict[tuple[int, str | None], tuple[str, ...] | DomainError] = {}
    found = []
    for row, day in zip(rows, days, strict=True):
        if late := _impossible_time(row.plan):
            found.append(replace(row, refused=late))
            continue
        epoch = sum(change <= day for change in changes), row.plan.host_endpoint
        if epoch not in chosen:
            chosen[epoch] = _chosen(actor, row.plan, day)
        codes = chosen[epoch]
        if isinstance(codes, DomainError):
            found.append(replace(row, refused=codes))
            continue
        found.append(replace(row, request=request_at(row.plan, codes)))
    return found


def request_at(plan: MeetingPlan, codes: Sequence[str]) -> BookingRequest:
    """The plan as a booking of these endpoints."""
    return BookingRequest(
        title=plan.title,
        unit=plan.unit,
        endpoints=list(codes),
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        host_endpoint=plan.host_endpoint,
        setup_minutes=plan.setup_minutes,
        teardown_minutes=plan.teardown_minutes,
        local=plan.local,
    )


def _impossible_time(plan: MeetingPlan) -> DomainError | None:
    try:
        require_times(plan.starts_at, plan.ends_at, plan.setup_minutes + plan.teardown_minutes)
    except DomainError as error:
        return error
    return None


def _chosen(actor: User, plan: MeetingPlan, day: dt.date) -> tuple[str, ...] | DomainError:
    try:
        return choose(actor, plan.selection, right=Right.BOOK, on=day, host=plan.host_endpoint)
    except DomainError as error:
        return error


def _changes_of_network(first: dt.date, last: dt.date) -> set[dt.date]:
    """The days after `first` up to `last` on which an endpoint or a unit comes or goes. Two queries."""
    days: set[dt.date] = set()
    tables = (
        Endpoint.objects.filter(_between("valid_from", first, last) | _between("valid_to", first, last)),
        Unit.objects.filter(_between("valid_from", first, last) | _between("valid_to", first, last)),
    )
    for table in tables:
        for pair in table.order_by().values_list("valid_from", "valid_to").distinct():
            days.update(day for day in pair if day is not None and first < day <= last)
    return days


def _between(name: str, first: dt.date, last: dt.date) -> Q:
    return Q(**{f"{name}__gt": first, f"{name}__lte": last})


def look_over(
    actor: User, wanted: Sequence[Wanted], *, without: Collection[int] = (), slots: bool = False
) -> list[DateOutlook]:
    """What each date would meet now; `slots` looks for free times where one does not fit. `without`: bookings that do
    not count. A fixed number of queries, however many dates. Raises the refusals of rooms.errors."""
    if not wanted:
        return []
    asked = [each for each in wanted if each.request is not None and each.refused is None]
    requests = [each.request.scheduled() for each in asked if each.request is not None]
    judged = dict(zip((each.day for each in asked), verdicts(requests, without=without), strict=True))
    rows = _rows_by_day(actor, judged)
    warnings = _warnings(actor, wanted)
    free = _free(wanted, judged, without) if slots else {}
    return [
        DateOutlook(
            wanted=each,
            verdict=judged.get(each.day),
            conflicts=rows.get(each.day, []),
            warnings=warnings[each.day],
            slots=free.get(each.day, []),
        )
        for each in wanted
    ]


def _rows_by_day(actor: User, judged: Mapping[dt.date, Verdict]) -> dict[dt.date, list[Row]]:
    """The conflicts of each day as data. Two queries."""
    flat = [(day, conflict) for day, verdict in judged.items() for conflict in verdict.conflicts]
    found: dict[dt.date, list[Row]] = {}
    if flat:
        rows = with_meetings(actor, conflict_rows(conflict for _day, conflict in flat))
        for (day, _conflict), row in zip(flat, rows, strict=True):
            found.setdefault(day, []).append(row)
    return found


def _warnings(actor: User, wanted: Sequence[Wanted]) -> dict[dt.date, Warnings]:
    """What speaks against each date: the calendar, and the chair's other meetings. Four queries at most."""
    sessions = {each.day: Interval(each.plan.starts_at, each.plan.ends_at) for each in wanted}
    whole = hull(sessions.values())
    calendar = office_calendar(*(moment.astimezone(OFFICE_ZONE).year for moment in (whole.start, whole.end)))
    chair = wanted[0].plan.chair
    met = elsewhere(actor, whole, people=[chair.pk]) if chair is not None else []
    found = {}
    for day, session in sessions.items():
        people = [
            replace(each, overlap=overlap)
            for each in met
            if (overlap := each.interval.intersection(session)) is not None
        ]
        found[day] = Warnings(calendar_warnings(session, calendar), people, len({each.person for each in people}))
    return found


def _free(
    wanted: Sequence[Wanted], judged: Mapping[dt.date, Verdict], without: Collection[int]
) -> dict[dt.date, list[Slot]]:
    """Free times near each date that does not fit, none of them in the way of another date. Five queries."""
    searches: dict[dt.date, tuple[ScheduleRequest, Search]] = {}
    now = timezone.now()
    for each in wanted:
        verdict = judged.get(each.day)
        if verdict is None or verdict.fits or each.request is None:
            continue
        morning = dt.datetime.combine(each.day, dt.time.min, OFFICE_ZONE)
        setup = dt.timedelta(minutes=each.plan.setup_minutes)
        earliest = max(morning, now + setup)
        horizon = morning + dt.timedelta(days=SEARCHED_DAYS)
        request = each.request.scheduled()
        if horizon - earliest > request.duration:
            where = SlotSearch(earliest=earliest, horizon=horizon, count=2 * SLOTS_SHOWN)
            searches[each.day] = request, where.search(request.duration)
    taken = {each.day: each.request.scheduled().hold for each in wanted if each.request and each.refused is None}
    return {
        day: [slot for slot in found if _leaves_room(searches[day][0].moved_to(slot.starts_at), day, taken)][
            :SLOTS_SHOWN
        ]
        for day, found in free_times(searches, without=without).items()
    }


def _leaves_room(moved: ScheduleRequest, day: dt.date, taken: Mapping[dt.date, Interval]) -> bool:
    return not any(other != day and hold.overlaps(moved.hold) for other, hold in taken.items())


def conflict_of(looked: Sequence[DateOutlook]) -> BookingConflict:
    """The refusal for dates that are not free: every conflict with its `day`, and the `days` that have one."""
    rows: list[Row] = [{"day": each.day.isoformat(), **row} for each in looked for row in each.conflicts]
    conflict = BookingConflict(rows)
    conflict.params["days"] = [each.day.isoformat() for each in looked]
    return conflict
