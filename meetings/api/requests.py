"""/api/v1: requests to owners of endpoints, and the line for a time that is taken."""

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from accounts.decision import Right
from accounts.models import User
from accounts.schemas import REFUSED, Body, Code, Line, Refusal, Row, Window, page, written
from accounts.selectors import current_user, require
from meetings.api.planning import MeetingOut
from meetings.planning.access import meeting_for
from meetings.planning.events import MeetingRow
from meetings.planning.selectors import meeting_row
from meetings.requests.actions import approve, ask, refuse, withdraw
from meetings.requests.line_actions import join_line, leave_line, take
from meetings.requests.models import UsageRequest, WaitingEntry
from meetings.requests.selectors import places, request_for, request_rows, requests_asked, requests_to_decide

router = Router(tags=["requests"])

MOST_ASKED = 300
State = Literal["", "pending", "approved", "refused", "lapsed", "withdrawn"]


class AskIn(Body):
    """`endpoints`: codes of endpoints that the caller may not book; their owners are asked."""

    endpoints: Annotated[list[Code], Field(min_length=1, max_length=MOST_ASKED)]
    message: Annotated[Line, StringConstraints(max_length=300)] = ""


class RefuseIn(Body):
    reason: Annotated[Line, StringConstraints(max_length=300)]


class RequestMeeting(Schema):
    id: int
    title: str
    starts_at: str
    ends_at: str
    unit: str


class AskedBy(Schema):
    name: str
    phone: str


class RequestOut(Schema):
    """`unit` is the owner asked. `refuses`: the pending requests that an approval would refuse."""

    id: int
    meeting: RequestMeeting
    unit: str
    endpoints: list[str]
    state: str
    message: str
    asked_by: AskedBy
    asked_at: str
    expires_at: str
    decided_at: str | None
    reason: str
    refuses: list[int]


class RequestPage(Schema):
    count: int
    results: list[RequestOut]


class RequestFilter(Window):
    """`to` "decide": what the caller may answer; "asked": what the caller's meetings ask of others."""

    to: Literal["decide", "asked"] = "decide"
    state: State = ""


class PlaceOut(Schema):
    """`place`: 1 is next, 0 for one that waits no longer. An offer holds the endpoints until `offer_expires_at`."""

    meeting: int
    state: str
    place: int
    offer_expires_at: str | None


def _place(entry: WaitingEntry) -> Row:
    until = entry.offer_expires_at if entry.state == WaitingEntry.State.OFFERED else None
    return {
        "meeting": entry.meeting_id,
        "state": str(entry.state),
        "place": places([entry]).get(entry.pk, 0),
        "offer_expires_at": written(until),
    }


def _one(request: UsageRequest) -> Row:
    return request_rows([request])[0]


@router.get("/requests", response={200: RequestPage, REFUSED: Refusal})
def requests(request: HttpRequest, filters: Query[RequestFilter]) -> Row:
    """Requests to owners of endpoints; those to decide by the time they lapse, those asked newest first."""
    user = current_user(request)
    require(user, Right.BOOK)
    rows = requests_to_decide(user) if filters.to == "decide" else requests_asked(user)
    return page(rows.filter(state=filters.state) if filters.state else rows, filters, request_rows)


@router.post("/requests/{int:request_id}/approve", response={200: RequestOut, REFUSED: Refusal})
def approved_request(request: HttpRequest, request_id: int) -> Row:
    """Lend the endpoints: they are booked for the meeting, all or nothing."""
    user = current_user(request)
    return _again(user, approve(user, request_for(user, request_id, decides=True)), decides=True)


@router.post("/requests/{int:request_id}/refuse", response={200: RequestOut, REFUSED: Refusal})
def refused_request(request: HttpRequest, request_id: int, body: RefuseIn) -> Row:
    """Say no, and why."""
    user = current_user(request)
    return _again(user, refuse(user, request_for(user, request_id, decides=True), reason=body.reason), decides=True)


@router.post("/requests/{int:request_id}/withdraw", response={200: RequestOut, REFUSED: Refusal})
def withdrawn_request(request: HttpRequest, request_id: int) -> Row:
    """Take the question back."""
    user = current_user(request)
    return _again(user, withdraw(user, request_for(user, request_id, decides=False)), decides=False)


def _again(user: User, request: UsageRequest, *, decides: bool) -> Row:
    return _one(request_for(user, request.pk, decides=decides))


@router.post("/meetings/{int:meeting_id}/requests", response={201: list[RequestOut], REFUSED: Refusal})
def new_requests(request: HttpRequest, meeting_id: int, body: AskIn) -> Status[list[Row]]:
    """Ask the owners of further endpoints, one request each."""
    user = current_user(request)
    made = ask(user, meeting_for(user, meeting_id, Right.PREPARE), body.endpoints, message=body.message)
    asked = requests_asked(user).filter(pk__in=[each.pk for each in made])
    return Status(201, request_rows(list(asked)))


@router.post("/meetings/{int:meeting_id}/line", response={200: PlaceOut, REFUSED: Refusal})
def joined_line(request: HttpRequest, meeting_id: int) -> Row:
    """Put a draft in line for its time, which is taken."""
    user = current_user(request)
    return _place(join_line(user, meeting_for(user, meeting_id, Right.PREPARE)))


@router.post("/meetings/{int:meeting_id}/line/take", response={200: MeetingOut, REFUSED: Refusal})
def taken_offer(request: HttpRequest, meeting_id: int) -> MeetingRow:
    """Take what is offered: the meeting is booked."""
    user = current_user(request)
    return meeting_row(take(user, meeting_for(user, meeting_id, Right.PREPARE)))


@router.post("/meetings/{int:meeting_id}/line/leave", response={200: PlaceOut, REFUSED: Refusal})
def left_line(request: HttpRequest, meeting_id: int) -> Row:
    """Decline what is offered, or wait no longer."""
    user = current_user(request)
    return _place(leave_line(user, meeting_for(user, meeting_id, Right.PREPARE)))
