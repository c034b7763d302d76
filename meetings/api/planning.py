"""/api/v1: meetings, from the wish to the archive."""

from typing import Annotated, Literal, cast

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from accounts.decision import Right
from accounts.errors import NotFound, Unacceptable
from accounts.models import Person, Unit, User
from accounts.schemas import REFUSED, Body, Code, Identifier, Line, Moment, Refusal, Row, Window, page
from accounts.selectors import current_user, scope_filter, unit_for
from meetings.api.series import (
    BookedSeriesOut,
    DateChoice,
    DateOutlookOut,
    RuleText,
    booked_series,
    checked_series,
)
from meetings.live.actions import call_off, close_session, put_off
from meetings.planning.access import meeting_for
from meetings.planning.actions import (
    archive_meeting,
    book_draft,
    change_meeting,
    create_meeting,
    extend_meeting,
    open_meeting,
)
from meetings.planning.elsewhere import warning_rows, warnings_of
from meetings.planning.events import MeetingRow
from meetings.planning.models import Meeting
from meetings.planning.selectors import booked_codes, meeting_list, meeting_row, meeting_rows
from meetings.planning.wishes import Changes, MeetingPlan, Outlook, look_ahead, plan_of, request_of
from meetings.requests.actions import book_and_ask
from rooms.api import Margin
from rooms.api_schemas import Conflicts, PortsOut, SelectionIn, Ways, ways_sent
from rooms.rows import port_row
from rooms.scheduling.recurrence import MOST_DATES
from rooms.scheduling.selection import Selection
from rooms.selectors import read_selection, read_ways

router = Router(tags=["meetings"])

Title = Annotated[Line, StringConstraints(min_length=1, max_length=250)]
Number = Annotated[Line, StringConstraints(max_length=40)]
Reason = Annotated[Line, StringConstraints(max_length=300)]
OnConflict = Literal["refuse", "skip"]


class MeetingIn(Body):
    """`on_conflict` "skip" books what is free and says what was left out; `draft` only writes the wish down.

    `ways`: how endpoints join without a port of their own bridge, as the `ways_out` of a conflict propose them.
    `rrule` (RFC 5545) makes a series: what stands in the way is then told by date, "skip" leaves whole dates out, and
    `dates` says what is to become of single ones.
    `request`: codes of endpoints that the caller may not book; their owners are asked, and nothing of them is held
    before they agree. With these alone `selection` is {}, and the meeting is a draft until the first owner agrees.
    """

    title: Title
    starts_at: Moment
    ends_at: Moment
    unit: Code
    selection: SelectionIn
    host_endpoint: Code | None = None
    setup_minutes: Margin = 60
    teardown_minutes: Margin = 0
    local: bool = False
    chair: Identifier | None = None
    number: Number = ""
    ways: Ways = {}
    on_conflict: OnConflict = "refuse"
    draft: bool = False
    rrule: RuleText | None = None
    dates: Annotated[list[DateChoice], Field(max_length=MOST_DATES)] | None = None
    request: Annotated[list[Code], Field(max_length=300)] = []


class MeetingChange(Body):
    """`version` is the one the caller saw. What is not sent stays; `ways` that are sent take the place of all."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    title: Title | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    selection: SelectionIn | None = None
    host_endpoint: Code | None = None
    setup_minutes: Margin | None = None
    teardown_minutes: Margin | None = None
    local: bool | None = None
    chair: Identifier | None = None
    number: Number | None = None
    ways: Ways | None = None


class BookIn(Body):
    on_conflict: OnConflict = "refuse"


class ReasonIn(Body):
    reason: Reason = ""


class BookingOut(Schema):
    endpoints: int
    ports: dict[str, int]


class ChairOut(Schema):
    id: int
    full_name: str
    position: str


class MeetingOut(Schema):
    """`booking` is null while nothing is held."""

    id: int
    title: str
    status: str
    version: int
    number: str
    starts_at: str
    ends_at: str
    setup_minutes: int
    teardown_minutes: int
    local: bool
    unit: str
    unit_name: str
    host_endpoint: str | None
    chair: ChairOut | None
    booking: BookingOut | None
    opened_at: str | None
    closed_at: str | None
    reason: str


class NewMeetingOut(MeetingOut):
    """`skipped`: endpoints of the selection that were not free and are not booked. `warnings` as in the check: what
    speaks against the time of what is booked all the same. `series`: only with an `rrule`, of which the meeting is then
    the first date."""

    skipped: list[str] = []
    warnings: list[Row] = []
    series: BookedSeriesOut | None = None


class MeetingPage(Schema):
    count: int
    results: list[MeetingOut]


class MeetingFilter(Window):
    tab: Line = "all"
    q: Line = ""


class OutlookOut(Schema):
    """What POST /meetings would meet. `warnings` do not stand in the way, kind by kind: `outside_office_hours`,
    `on_holiday`, and `person_elsewhere` for the first 50 of `people_elsewhere` people. Of a series `dates` tells each
    for itself, and `free_endpoints` are free on all of them."""

    fits: bool
    conflicts: Conflicts
    free_endpoints: list[str]
    ports: list[PortsOut]
    warnings: list[Row]
    people_elsewhere: int
    dates: list[DateOutlookOut] | None = None


def _unit(user: User, code: str) -> Unit:
    try:
        return unit_for(user, code, Right.BOOK)
    except NotFound as error:
        raise Unacceptable(fields={"unit": "unknown"}) from error


def _chair(user: User, pk: int | None) -> Person | None:
    if pk is None:
        return None
    person = Person.objects.filter(scope_filter(user, Right.PREPARE, "unit__path"), pk=pk).first()
    if person is None:
        raise Unacceptable(fields={"chair": "unknown"})
    return person


def _plan(user: User, body: MeetingIn) -> MeetingPlan:
    selected = body.selection.as_data()
    return MeetingPlan(
        title=body.title,
        unit=_unit(user, body.unit),
        selection=read_selection(selected) if any(selected.values()) or not body.request else Selection(),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        host_endpoint=body.host_endpoint,
        setup_minutes=body.setup_minutes,
        teardown_minutes=body.teardown_minutes,
        local=body.local,
        chair=_chair(user, body.chair),
        number=body.number,
        ways=read_ways(ways_sent(body.ways)),
    )


def _changes(user: User, body: MeetingChange) -> Changes:
    sent: dict[str, object] = {name: getattr(body, name) for name in body.model_fields_set if name != "version"}
    if empty := sorted(n for n, value in sent.items() if value is None and n not in {"chair", "host_endpoint"}):
        raise Unacceptable(fields=dict.fromkeys(empty, "required"))
    if body.selection is not None:
        sent["selection"] = read_selection(body.selection.as_data())
    if body.ways is not None:
        sent["ways"] = read_ways(ways_sent(body.ways))
    if "chair" in sent:
        sent["chair"] = _chair(user, body.chair)
    return cast("Changes", sent)


def _outlook_row(outlook: Outlook) -> Row:
    return {
        "fits": outlook.verdict.fits,
        "conflicts": outlook.conflicts,
        "free_endpoints": list(outlook.verdict.free_endpoints),
        "ports": [port_row(peak) for peak in outlook.verdict.port_peaks],
        "warnings": warning_rows(outlook.warnings),
        "people_elsewhere": outlook.warnings.people_count,
    }


@router.get("/meetings", response={200: MeetingPage, REFUSED: Refusal})
def meetings(request: HttpRequest, filters: Query[MeetingFilter]) -> Row:
    """The meetings that the caller may know of. `tab`: coming, drafts, past, cancelled, all."""
    return page(meeting_list(current_user(request), filters.tab, filters.q), filters, meeting_rows)


@router.post("/meetings", response={201: NewMeetingOut, REFUSED: Refusal})
def new_meeting(request: HttpRequest, body: MeetingIn) -> Status[Row]:
    """Book all of the selection and its ports, or nothing and say what stands in the way."""
    user = current_user(request)
    plan = _plan(user, body)
    if body.request and (body.draft or body.rrule is not None):
        raise Unacceptable(fields={"request": "not_with_draft" if body.draft else "not_with_rrule"})
    if body.rrule is not None:
        return Status(201, booked_series(user, plan, body.rrule, body.dates, body.on_conflict, draft=body.draft))
    if body.dates is not None:
        raise Unacceptable(fields={"dates": "unknown"})
    if body.request:
        meeting = book_and_ask(user, plan, body.request, on_conflict=body.on_conflict)
    else:
        meeting = create_meeting(user, plan, draft=body.draft, on_conflict=body.on_conflict)
    skipped: list[str] = []
    if body.on_conflict == "skip" and meeting.booking is not None:
        booked = set(booked_codes(meeting))
        skipped = [code for code in request_of(user, plan).endpoints if code not in booked]
    warned = warnings_of(user, plan.starts_at, plan.ends_at, chair=plan.chair, meeting=meeting)
    return Status(201, {**meeting_row(meeting), "skipped": skipped, "warnings": warning_rows(warned)})


@router.post("/meetings/check", response={200: OutlookOut, REFUSED: Refusal})
def checked_meeting(request: HttpRequest, body: MeetingIn) -> Row:
    """The conflicts that POST /meetings would meet; books nothing."""
    user = current_user(request)
    plan = _plan(user, body)
    if body.rrule is not None:
        return checked_series(user, plan, body.rrule, body.dates)
    return _outlook_row(look_ahead(user, plan))


@router.get("/meetings/{int:meeting_id}", response={200: MeetingOut, REFUSED: Refusal})
def meeting(request: HttpRequest, meeting_id: int) -> MeetingRow:
    """One meeting."""
    return meeting_row(meeting_for(current_user(request), meeting_id, None))


@router.patch("/meetings/{int:meeting_id}", response={200: MeetingOut, REFUSED: Refusal})
def changed_meeting(request: HttpRequest, meeting_id: int, body: MeetingChange) -> MeetingRow:
    """Change words, time or endpoints; what is booked moves along, all or nothing. Of a meeting in session only
    `ends_at` can be changed, to a later time: that extends it."""
    user = current_user(request)
    if body.ends_at is not None and body.model_fields_set == {"version", "ends_at"}:
        running = meeting_for(user, meeting_id, None)
        if running.status == Meeting.Status.OPEN:
            running = meeting_for(user, meeting_id, Right.RUN)
            return meeting_row(extend_meeting(user, running, body.ends_at, version=body.version))
    found = meeting_for(user, meeting_id, Right.PREPARE)
    return meeting_row(change_meeting(user, found, version=body.version, changes=_changes(user, body)))


@router.post("/meetings/{int:meeting_id}/check", response={200: OutlookOut, REFUSED: Refusal})
def checked_change(request: HttpRequest, meeting_id: int, body: MeetingChange) -> Row:
    """The conflicts that the same PATCH would meet; changes nothing."""
    user = current_user(request)
    found = meeting_for(user, meeting_id, Right.PREPARE)
    return _outlook_row(look_ahead(user, plan_of(found, _changes(user, body)), meeting=found))


@router.post("/meetings/{int:meeting_id}/book", response={200: MeetingOut, REFUSED: Refusal})
def booked_meeting(request: HttpRequest, meeting_id: int, body: BookIn | None = None) -> MeetingRow:
    """Book a draft, or a postponed meeting at its new time."""
    user = current_user(request)
    found = meeting_for(user, meeting_id, Right.PREPARE)
    return meeting_row(book_draft(user, found, on_conflict=body.on_conflict if body is not None else "refuse"))


def _found(request: HttpRequest, meeting_id: int, right: Right) -> tuple[User, Meeting]:
    user = current_user(request)
    return user, meeting_for(user, meeting_id, right)


@router.post("/meetings/{int:meeting_id}/open", response={200: MeetingOut, REFUSED: Refusal})
def opened_meeting(request: HttpRequest, meeting_id: int) -> MeetingRow:
    """Begin the session."""
    return meeting_row(open_meeting(*_found(request, meeting_id, Right.RUN)))


@router.post("/meetings/{int:meeting_id}/close", response={200: MeetingOut, REFUSED: Refusal})
def closed_meeting(request: HttpRequest, meeting_id: int) -> MeetingRow:
    """End the session and the item that runs."""
    return meeting_row(close_session(*_found(request, meeting_id, Right.RUN)))


@router.post("/meetings/{int:meeting_id}/archive", response={200: MeetingOut, REFUSED: Refusal})
def archived_meeting(request: HttpRequest, meeting_id: int) -> MeetingRow:
    """File the closed meeting."""
    return meeting_row(archive_meeting(*_found(request, meeting_id, Right.PREPARE)))


@router.post("/meetings/{int:meeting_id}/cancel", response={200: MeetingOut, REFUSED: Refusal})
def cancelled_meeting(request: HttpRequest, meeting_id: int, body: ReasonIn | None = None) -> MeetingRow:
    """Call the meeting off; its endpoints and ports are free at once."""
    user, found = _found(request, meeting_id, Right.PREPARE)
    return meeting_row(call_off(user, found, reason=body.reason if body is not None else ""))


@router.post("/meetings/{int:meeting_id}/postpone", response={200: MeetingOut, REFUSED: Refusal})
def postponed_meeting(request: HttpRequest, meeting_id: int, body: ReasonIn | None = None) -> MeetingRow:
    """Put the meeting off; its endpoints and ports are free at once."""
    user, found = _found(request, meeting_id, Right.PREPARE)
    return meeting_row(put_off(user, found, reason=body.reason if body is not None else ""))
