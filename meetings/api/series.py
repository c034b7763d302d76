"""/api/v1: series of meetings, and what became of each of their dates."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from accounts.decision import Right
from accounts.errors import Unacceptable
from accounts.models import User
from accounts.schemas import REFUSED, Body, Code, Line, Moment, Refusal, Row, written
from accounts.selectors import current_user
from meetings.live.actions import call_off, call_off_rest, follow
from meetings.planning.elsewhere import warning_rows
from meetings.planning.models import Meeting
from meetings.planning.selectors import meeting_row
from meetings.planning.wishes import Changes, MeetingPlan
from meetings.series.actions import add_date, create_series, preview
from meetings.series.errors import DateUnknown, refuse
from meetings.series.following import Following
from meetings.series.outlook import Choice, DateOutlook, Move, Skip
from meetings.series.selectors import ruled_start, series_for, series_row, skipped_rows
from rooms.actions import OnConflict
from rooms.api import LONGEST_MINUTES, Margin
from rooms.api_schemas import Conflicts, SelectionIn
from rooms.rows import port_row
from rooms.scheduling.recurrence import LONGEST_TEXT, RecurrenceInvalid, Rule, read
from rooms.selectors import read_selection

router = Router(tags=["series"])


def _day(value: object) -> dt.date:
    if not isinstance(value, str):
        raise PydanticCustomError("day_type", "a day is written as text")
    try:
        day = dt.datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError as error:
        raise PydanticCustomError("day_format", "a day is written 2026-02-16") from error
    if not 2000 <= day.year <= 2100:
        raise PydanticCustomError("out_of_range", "a day lies between the years 2000 and 2100")
    return day


def _clock(value: object) -> dt.time:
    if not isinstance(value, str):
        raise PydanticCustomError("clock_type", "a time of day is written as text")
    try:
        return dt.datetime.strptime(value, "%H:%M").time()  # noqa: DTZ007 -- the office's clock
    except ValueError as error:
        raise PydanticCustomError("clock_format", "a time of day is written 08:30") from error


Day = Annotated[dt.date, BeforeValidator(_day)]
"""A day: 2026-02-16."""
Clock = Annotated[dt.time, BeforeValidator(_clock)]
"""A time of day in the office's zone: 08:30."""
RuleText = Annotated[Line, StringConstraints(min_length=1, max_length=2 * LONGEST_TEXT)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Reason = Annotated[Line, StringConstraints(max_length=300)]


class DateChoice(Body):
    """What is to become of one date: left out, or at another time."""

    day: Day
    act: Literal["skip", "move"]
    starts_at: Moment | None = None
    note: Reason = ""


class SkippedOut(Schema):
    """`why`: conflict, holiday, cancelled, chosen."""

    day: str
    why: str
    note: str


class OccurrenceOut(Schema):
    """A booked date: its day by the rule, and its meeting."""

    id: int
    day: str
    starts_at: str
    ends_at: str


class BookedSeriesOut(Schema):
    """What became of each date."""

    id: int
    rrule: str
    version: int
    meetings: list[OccurrenceOut]
    skipped: list[SkippedOut]


class DateOut(Schema):
    """`state`: coming, open, held, postponed, missed, cancelled, skipped."""

    day: str
    state: str
    meeting: int | None
    starts_at: str
    ends_at: str
    moved: bool
    why: str
    note: str
    can_be_added: bool


class SeriesOut(Schema):
    id: int
    title: str
    unit: str
    rrule: str
    starts_at: str
    minutes: int
    version: int
    dates: list[DateOut]


class DateOutlookOut(Schema):
    """`holiday`: its name, "" on other days. `refused`: the code for which this date cannot be asked for at all."""

    day: str
    starts_at: str
    ends_at: str
    fits: bool
    refused: str | None
    conflicts: Conflicts
    holiday: str
    outside_hours: bool


class NewDateIn(Body):
    """A date that was skipped or cancelled; at the time of the rule unless `starts_at` says another."""

    day: Day
    version: Version
    starts_at: Moment | None = None


class FollowingIn(Body):
    """What is to be different from the date `from` on; what is not sent stays."""

    from_: Day = Field(alias="from")
    version: Version
    rrule: RuleText | None = None
    starts: Clock | None = None
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MINUTES)] | None = None
    title: Annotated[Line, StringConstraints(min_length=1, max_length=250)] | None = None
    selection: SelectionIn | None = None
    host_endpoint: Code | None = None
    setup_minutes: Margin | None = None
    teardown_minutes: Margin | None = None


class FollowingOut(Schema):
    """`series`: the one that has the later meetings now; `cancelled`: meetings for which the rule has no date."""

    series: SeriesOut
    meetings: list[int]
    cancelled: list[int]
    added: list[int]


class CancelIn(Body):
    """From which date on; without one, all that is still coming."""

    version: Version
    from_: Day | None = Field(None, alias="from")
    reason: Reason = ""


class CalledOffOut(Schema):
    series: SeriesOut
    cancelled: list[int]


def _rule(text: str, starts_at: dt.datetime) -> Rule:
    try:
        return read(text, starts_at)
    except RecurrenceInvalid as invalid:
        refuse(invalid)


def _choices(given: Sequence[DateChoice] | None) -> dict[dt.date, Choice]:
    choices: dict[dt.date, Choice] = {}
    for each in given or ():
        if each.act == "move" and each.starts_at is None:
            raise Unacceptable(fields={"dates": "required"})
        choices[each.day] = Skip("chosen", each.note) if each.starts_at is None else Move(each.starts_at)
    return choices


def booked_series(
    user: User,
    plan: MeetingPlan,
    rrule: str,
    dates: Sequence[DateChoice] | None,
    on_conflict: OnConflict,
    *,
    draft: bool,
) -> Row:
    """The answer to POST /meetings with an `rrule`: the first meeting, and the series with what became of each date."""
    if draft:
        raise Unacceptable(fields={"draft": "not_with_rrule"})
    booked = create_series(user, plan, _rule(rrule, plan.starts_at), choices=_choices(dates), on_conflict=on_conflict)
    return {
        **meeting_row(booked.meetings[0]),
        "skipped": [],
        "series": {
            "id": booked.series.pk,
            "rrule": booked.series.rrule,
            "version": booked.series.version,
            "meetings": [
                {
                    "id": meeting.pk,
                    "day": str(meeting.occurs_on),
                    "starts_at": written(meeting.starts_at),
                    "ends_at": written(meeting.ends_at),
                }
                for meeting in booked.meetings
            ],
            "skipped": skipped_rows(booked.skipped),
        },
    }


def checked_series(user: User, plan: MeetingPlan, rrule: str, dates: Sequence[DateChoice] | None) -> Row:
    """The answer to POST /meetings/check with an `rrule`. The ports are those of the tightest date of each bridge."""
    choices = _choices(dates)
    looked = preview(user, plan, _rule(rrule, plan.starts_at), choices, slots=False)
    asked = [each for each in looked if not isinstance(choices.get(each.day), Skip)]
    free = [set(each.verdict.free_endpoints) for each in asked if each.verdict is not None]
    first = next((each.verdict for each in asked if each.verdict is not None), None)
    tightest = {
        peak.bridge: peak
        for each in asked
        if each.verdict is not None
        for peak in sorted(each.verdict.port_peaks, key=lambda each: -each.remaining)
    }
    return {
        "fits": bool(asked) and all(each.fits for each in asked),
        "conflicts": [{"day": each.day.isoformat(), **row} for each in asked for row in each.conflicts],
        "free_endpoints": [c for c in first.free_endpoints if all(c in each for each in free)] if first else [],
        "ports": [port_row(peak) for peak in tightest.values()],
        "warnings": [{"day": each.day.isoformat(), **row} for each in asked for row in warning_rows(each.warnings)],
        "people_elsewhere": len({one.person for each in asked for one in each.warnings.people}),
        "dates": [_date_outlook(each) for each in looked],
    }


def _date_outlook(looked: DateOutlook) -> Row:
    return {
        "day": looked.day.isoformat(),
        "starts_at": written(looked.starts_at),
        "ends_at": written(looked.ends_at),
        "fits": looked.fits,
        "refused": looked.refused.code if looked.refused is not None else None,
        "conflicts": looked.conflicts,
        "holiday": looked.holiday,
        "outside_hours": looked.outside_hours,
    }


@router.get("/series/{int:series_id}", response={200: SeriesOut, REFUSED: Refusal})
def series(request: HttpRequest, series_id: int) -> Row:
    """A series and what became of each of its dates."""
    return series_row(series_for(current_user(request), series_id, None))


@router.post("/series/{int:series_id}/dates", response={201: SeriesOut, REFUSED: Refusal})
def added_date(request: HttpRequest, series_id: int, body: NewDateIn) -> Status[Row]:
    """Book a date again that was skipped or cancelled."""
    user = current_user(request)
    found = series_for(user, series_id, Right.PREPARE)
    add_date(user, found, body.day, version=body.version, starts_at=body.starts_at)
    return Status(201, series_row(series_for(user, series_id, None)))


@router.delete("/series/{int:series_id}/dates/{day}", response={200: SeriesOut, REFUSED: Refusal})
def cancelled_date(request: HttpRequest, series_id: int, day: str) -> Row:
    """Cancel the meeting of one date; it stays to be seen in the series and can be added again."""
    user = current_user(request)
    found = series_for(user, series_id, Right.PREPARE)
    try:
        on = _day(day)
    except PydanticCustomError as error:
        raise Unacceptable(fields={"day": error.type}) from error
    meeting = Meeting.objects.filter(series=found, occurs_on=on).first()
    if meeting is None:
        raise DateUnknown(day=day)
    call_off(user, meeting)
    return series_row(found)


@router.post("/series/{int:series_id}/following", response={200: FollowingOut, REFUSED: Refusal})
def following(request: HttpRequest, series_id: int, body: FollowingIn) -> Row:
    """Change this date and those after it, all or nothing; what is held is never touched."""
    user = current_user(request)
    found = series_for(user, series_id, Right.PREPARE)
    changes = Changes()
    if body.title is not None:
        changes["title"] = body.title
    if body.selection is not None:
        changes["selection"] = read_selection(body.selection.as_data())
    if body.host_endpoint is not None:
        changes["host_endpoint"] = body.host_endpoint
    if body.setup_minutes is not None:
        changes["setup_minutes"] = body.setup_minutes
    if body.teardown_minutes is not None:
        changes["teardown_minutes"] = body.teardown_minutes
    rule = _rule(body.rrule, ruled_start(found, body.from_)) if body.rrule is not None else None
    wish = Following(clock=body.starts, minutes=body.minutes, rule=rule, changes=changes)
    split = follow(user, found, body.from_, wish, version=body.version)
    return {
        "series": series_row(split.series),
        "meetings": [meeting.pk for meeting in split.meetings],
        "cancelled": [meeting.pk for meeting in split.cancelled],
        "added": [meeting.pk for meeting in split.added],
    }


@router.post("/series/{int:series_id}/cancel", response={200: CalledOffOut, REFUSED: Refusal})
def called_off(request: HttpRequest, series_id: int, body: CancelIn) -> Row:
    """Cancel every meeting from a date on that is not over yet."""
    user = current_user(request)
    found = series_for(user, series_id, Right.PREPARE)
    day = body.from_ or dt.date.min
    ended, cancelled = call_off_rest(user, found, day, version=body.version, reason=body.reason)
    return {"series": series_row(ended), "cancelled": [meeting.pk for meeting in cancelled]}
