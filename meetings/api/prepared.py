"""/api/v1: templates of meetings, and a meeting made after another one."""

import datetime as dt
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import StringConstraints

from accounts.decision import Right
from accounts.errors import NotFound, Unacceptable
from accounts.schemas import REFUSED, Body, Identifier, Line, Moment, Refusal, Row, Window, page
from accounts.selectors import current_user, require, unit_for
from meetings.api.planning import ChairOut, MeetingOut
from meetings.live.copying import book_copy
from meetings.planning.access import meeting_for
from meetings.planning.selectors import meeting_row
from meetings.planning.wishes import MeetingPlan
from meetings.prepared.actions import save_as_template
from meetings.prepared.pattern import pattern_of_meeting
from meetings.prepared.selectors import template_row, templates_for
from rooms.scheduling.selection import Selection

router = Router(tags=["meetings"])

Name = Annotated[Line, StringConstraints(min_length=1, max_length=100)]


class CopyIn(Body):
    """When the copy is to take place; without `ends_at` it is as long. What of the meeting is filled in at once:
    `documents` are their names, as papers that are expected."""

    starts_at: Moment
    ends_at: Moment | None = None
    agenda: bool = True
    people: bool = False
    documents: bool = False


class CopyOut(MeetingOut):
    """`dropped`: endpoints that are not in the network any more; `left_out`: people whose endpoint is among them."""

    dropped: list[str]
    left_out: int


class TemplateIn(Body):
    """A meeting kept without its date."""

    meeting: Identifier
    name: Name
    agenda: bool = True
    people: bool = False


class AgendaLineOut(Schema):
    title: str
    presenter: str
    minutes: int


class TemplateOut(Schema):
    """`people`: how many are kept; `selection` as POST /meetings takes it."""

    id: int
    name: str
    unit: str
    title: str
    minutes: int
    usual_start: str | None
    setup_minutes: int
    teardown_minutes: int
    selection: dict[str, object]
    host_endpoint: str | None
    chair: ChairOut | None
    local: bool
    agenda: list[AgendaLineOut]
    people: int


class TemplateFilter(Window):
    q: Line = ""


class TemplatePage(Schema):
    count: int
    results: list[TemplateOut]


@router.post("/meetings/{int:meeting_id}/copy", response={201: CopyOut, REFUSED: Refusal})
def copied_meeting(request: HttpRequest, meeting_id: int, body: CopyIn) -> Status[Row]:
    """Book a meeting after this one, past ones too: the same endpoints, as far as they are in the network still."""
    user = current_user(request)
    source = meeting_for(user, meeting_id, Right.PREPARE)
    try:
        unit = unit_for(user, source.unit.code, Right.BOOK)
    except NotFound as error:
        raise Unacceptable(fields={"unit": "unknown"}) from error
    pattern = pattern_of_meeting(user, source)
    plan = MeetingPlan(
        title=pattern.title,
        unit=unit,
        selection=Selection(endpoints=tuple(pattern.endpoints)),
        starts_at=body.starts_at,
        ends_at=body.ends_at or body.starts_at + dt.timedelta(minutes=pattern.minutes),
        host_endpoint=pattern.host,
        setup_minutes=pattern.setup_minutes,
        teardown_minutes=pattern.teardown_minutes,
        local=pattern.local,
        chair=pattern.chair,
    )
    parts = [name for name in ("agenda", "people", "documents") if getattr(body, name)]
    prepared = book_copy(user, source, plan, pattern, parts=parts)
    row = meeting_row(meeting_for(user, prepared.meeting.pk, None))
    return Status(201, {**row, "dropped": list(pattern.dropped), "left_out": prepared.left_out})


@router.get("/templates", response={200: TemplatePage, REFUSED: Refusal})
def templates(request: HttpRequest, filters: Query[TemplateFilter]) -> Row:
    """The templates of the units that the caller may book for, by name."""
    user = current_user(request)
    require(user, Right.BOOK)
    return page(templates_for(user, filters.q), filters, lambda rows: [template_row(row) for row in rows])


@router.post("/templates", response={201: TemplateOut, REFUSED: Refusal})
def new_template(request: HttpRequest, body: TemplateIn) -> Status[Row]:
    """Save a meeting as a template of its unit."""
    user = current_user(request)
    meeting = meeting_for(user, body.meeting, Right.PREPARE)
    try:
        unit_for(user, meeting.unit.code, Right.BOOK)
    except NotFound as error:
        raise Unacceptable(fields={"unit": "unknown"}) from error
    template = save_as_template(user, meeting, body.name, agenda=body.agenda, people=body.people)
    return Status(201, template_row(template))
