"""/api/v1: the roll call of a meeting."""

import uuid
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body as JsonBody
from ninja import Router, Schema
from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from accounts.decision import Right
from accounts.schemas import REFUSED, Body, Code, Identifier, Line, Moment, Refusal, Row, written
from accounts.selectors import current_user
from meetings.attendance.actions import BATCH_LIMIT, ScanAnswer, ScanRequest, check_in
from meetings.attendance.places import place_name
from meetings.planning.access import meeting_for
from meetings.reports.exports import export
from meetings.reports.selectors import attendance_report, report_row

router = Router(tags=["attendance"])


def _op_id(value: object) -> uuid.UUID:
    if isinstance(value, str):
        try:
            return uuid.UUID(value)
        except ValueError:
            pass
    raise PydanticCustomError("uuid_format", "an operation is named by a UUID")


OpId = Annotated[uuid.UUID, BeforeValidator(_op_id)]


class ScanIn(Body):
    """One operation of a device: a code, or a participant entered by hand."""

    op_id: OpId
    code: Annotated[str, StringConstraints(max_length=500)] = ""
    participant: Identifier | None = None
    endpoint: Code
    method: Literal["personal_qr", "rotating_qr", "manual", "sheet"]
    scanned_at: Moment
    mode: Literal["in_person", "online"] = "in_person"
    elsewhere: Annotated[Line, StringConstraints(max_length=200)] = ""


class ScannedPersonOut(Schema):
    """`endpoint` is where the person is expected; `place` its name as it stands in a sentence."""

    full_name: str
    position: str
    unit: str
    endpoint: str
    place: str


class StandingOut(Schema):
    """Where and when the person of a second scan was present already."""

    at: str | None
    endpoint: str
    place: str


class ScanOut(Schema):
    op_id: str
    result: str
    reason: str | None
    participant: int | None
    person: ScannedPersonOut | None
    at: str | None
    flagged: bool
    first: StandingOut | None


def answer_row(answer: ScanAnswer) -> Row:
    """One answer as the device gets it."""
    participant, first = answer.participant, answer.first
    return {
        "op_id": str(answer.op_id),
        "result": answer.result,
        "reason": answer.reason or None,
        "participant": participant.pk if participant else None,
        "person": {
            "full_name": participant.full_name,
            "position": participant.position,
            "unit": participant.unit_name,
            "endpoint": participant.endpoint.code,
            "place": place_name(participant.endpoint),
        }
        if participant
        else None,
        "at": written(answer.at),
        "flagged": answer.flagged,
        "first": {
            "at": written(first.at),
            "endpoint": first.endpoint.code,
            "place": place_name(first.endpoint),
        }
        if first
        else None,
    }


@router.post("/meetings/{int:meeting_id}/check-ins", response={200: list[ScanOut], REFUSED: Refusal})
def check_ins(
    request: HttpRequest, meeting_id: int, body: JsonBody[Annotated[list[ScanIn], Field(max_length=BATCH_LIMIT)]]
) -> list[Row]:
    """Take in scans, in order: one answer each. A replayed `op_id` gets its first answer again."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, None)
    requests = [
        ScanRequest(
            op_id=scan.op_id,
            endpoint=scan.endpoint,
            method=scan.method,
            scanned_at=scan.scanned_at,
            code=scan.code.strip(),
            participant=scan.participant,
            mode=scan.mode,
            elsewhere=scan.elsewhere,
            device=request.COOKIES.get("device", "")[:64],
        )
        for scan in body
    ]
    return [answer_row(answer) for answer in check_in(user, meeting, requests)]


@router.get("/meetings/{int:meeting_id}/attendance", response={200: dict[str, object], REFUSED: Refusal})
def attendance(request: HttpRequest, meeting_id: int) -> Row:
    """The report: totals, per tier, per unit, per endpoint, and the named list."""
    meeting = meeting_for(current_user(request), meeting_id, Right.READ_REPORT)
    return report_row(attendance_report(meeting))


def _file(request: HttpRequest, meeting_id: int, kind: str) -> HttpResponse:
    meeting = meeting_for(current_user(request), meeting_id, Right.READ_REPORT)
    return export(meeting, kind)


@router.get("/meetings/{int:meeting_id}/attendance.xlsx", response={200: None, REFUSED: Refusal})
def attendance_xlsx(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The report as a workbook."""
    return _file(request, meeting_id, "xlsx")


@router.get("/meetings/{int:meeting_id}/attendance.pdf", response={200: None, REFUSED: Refusal})
def attendance_pdf(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The report in the layout that the office files."""
    return _file(request, meeting_id, "pdf")


@router.get("/meetings/{int:meeting_id}/attendance.csv", response={200: None, REFUSED: Refusal})
def attendance_csv(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The named list as a table for other programs."""
    return _file(request, meeting_id, "csv")
