"""/api/v1: who is expected at a meeting, and what they answer."""

from collections.abc import Sequence
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Body as JsonBody
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from accounts.decision import Right
from accounts.errors import Forbidden
from accounts.schemas import REFUSED, Body, Code, Identifier, Line, Refusal, Row, Window, page
from accounts.selectors import current_user, person_of
from meetings.attendance.models import CheckIn
from meetings.planning.access import meeting_for, rights_in
from meetings.planning.models import Meeting, Participant
from meetings.planning.participant_actions import (
    MOST_AT_ONCE,
    Invitee,
    Outcome,
    add_participants,
    answer,
    change_participant,
    reissue_code,
    remove_participant,
)
from meetings.planning.selectors import participant_for, participant_row, participants_of

router = Router(tags=["participants"])

Name = Annotated[Line, StringConstraints(max_length=120)]
Position = Annotated[Line, StringConstraints(max_length=150)]
Role = Literal["chair", "secretary", "delegate", "guest", "observer"]
Summons = Literal["head", "representative", "named"]
Answer = Literal["none", "attending", "declined", "substitute"]


class ParticipantIn(Body):
    """Somebody of the directory by id (`person`), or a name."""

    endpoint: Code
    person: Identifier | None = None
    full_name: Name = ""
    position: Position = ""
    role: Role = "delegate"
    summons: Summons = "representative"


class ParticipantChange(Body):
    endpoint: Code | None = None
    role: Role | None = None
    summons: Summons | None = None
    position: Position | None = None


class AnswerIn(Body):
    answer: Answer
    reason: Annotated[Line, StringConstraints(max_length=300)] = ""
    substitute_name: Name = ""
    substitute_position: Position = ""


class SubstituteOut(Schema):
    full_name: str
    position: str


class ParticipantOut(Schema):
    """`status`: in_person or online once checked in, before that the `answer`."""

    id: int
    person: int
    full_name: str
    position: str
    unit: str
    endpoint: str
    role: str
    summons: str
    status: str
    answer: str
    answer_reason: str
    substitute: SubstituteOut | None
    answered_at: str | None


class ParticipantPage(Schema):
    count: int
    results: list[ParticipantOut]


class OutcomeOut(Schema):
    """What became of one row. `result`: added, exists or refused; `reason` says why it was refused."""

    result: str
    reason: str
    id: int | None
    participant: ParticipantOut | None


class ParticipantFilter(Window):
    endpoint: Code | None = None
    answer: Answer | None = None
    q: Line = ""


def rows_of(meeting: Meeting, participants: Sequence[Participant]) -> list[Row]:
    """The participants with what the roll call knows of them. One query."""
    check_ins = CheckIn.objects.filter(meeting=meeting).order_by()
    if len(participants) == 1:
        check_ins = check_ins.filter(participant=participants[0].pk)
    present = dict(check_ins.values_list("participant_id", "mode"))
    return [
        {**participant_row(each), "answer": each.answer, "status": present.get(each.pk, each.answer)}
        for each in participants
    ]


@router.get("/meetings/{int:meeting_id}/participants", response={200: ParticipantPage, REFUSED: Refusal})
def participants(request: HttpRequest, meeting_id: int, filters: Query[ParticipantFilter]) -> Row:
    """Who is expected, by endpoint."""
    meeting = meeting_for(current_user(request), meeting_id, Right.VIEW_MEETING)
    rows = participants_of(meeting, endpoint=filters.endpoint or "", answer=filters.answer or "", q=filters.q)
    return page(rows, filters, lambda part: rows_of(meeting, part))


@router.post(
    "/meetings/{int:meeting_id}/participants",
    response={200: list[OutcomeOut], 201: list[OutcomeOut], REFUSED: Refusal},
)
def new_participants(
    request: HttpRequest,
    meeting_id: int,
    body: JsonBody[Annotated[list[ParticipantIn], Field(min_length=1, max_length=MOST_AT_ONCE)]],
) -> Status[list[Row]]:
    """Put up to 1,000 people on the list; one outcome per row, in the same order. 201 when somebody was added."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    outcomes = add_participants(user, meeting, [Invitee(**row.model_dump()) for row in body])
    added = any(outcome.result == "added" for outcome in outcomes)
    return Status(201 if added else 200, _outcome_rows(meeting, outcomes))


def _outcome_rows(meeting: Meeting, outcomes: Sequence[Outcome]) -> list[Row]:
    named = {each.participant.pk: each.participant for each in outcomes if each.participant is not None}
    rows = {row["id"]: row for row in rows_of(meeting, list(named.values()))}
    return [
        {
            "result": outcome.result,
            "reason": outcome.reason,
            "id": outcome.participant.pk if outcome.participant is not None else None,
            "participant": rows[outcome.participant.pk] if outcome.participant is not None else None,
        }
        for outcome in outcomes
    ]


@router.patch(
    "/meetings/{int:meeting_id}/participants/{int:participant_id}", response={200: ParticipantOut, REFUSED: Refusal}
)
def changed_participant(request: HttpRequest, meeting_id: int, participant_id: int, body: ParticipantChange) -> Row:
    """Another endpoint, role, summons or position; what is not sent stays."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    changed = change_participant(user, participant_for(meeting, participant_id), **body.model_dump())
    return rows_of(meeting, [changed])[0]


@router.delete("/meetings/{int:meeting_id}/participants/{int:participant_id}", response={204: None, REFUSED: Refusal})
def no_participant(request: HttpRequest, meeting_id: int, participant_id: int) -> Status[None]:
    """Take somebody off the list who was not checked in."""
    user = current_user(request)
    remove_participant(user, participant_for(meeting_for(user, meeting_id, Right.PREPARE), participant_id))
    return Status(204, None)


@router.post(
    "/meetings/{int:meeting_id}/participants/{int:participant_id}/answer",
    response={200: ParticipantOut, REFUSED: Refusal},
)
def answered(request: HttpRequest, meeting_id: int, participant_id: int, body: AnswerIn) -> Row:
    """What the invited person answers; given by the person, or by whoever prepares the meeting."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, None)
    person = person_of(user)
    prepares = Right.PREPARE in rights_in(user, meeting)
    own = Participant.objects.filter(meeting=meeting, pk=participant_id, person=person).exists() if person else False
    if not prepares and not own:
        raise Forbidden(right=Right.PREPARE.value)
    given = answer(
        user,
        participant_for(meeting, participant_id),
        Participant.Answer(body.answer),
        reason=body.reason,
        substitute_name=body.substitute_name,
        substitute_position=body.substitute_position,
    )
    return rows_of(meeting, [given])[0]


@router.post(
    "/meetings/{int:meeting_id}/participants/{int:participant_id}/code",
    response={200: ParticipantOut, REFUSED: Refusal},
)
def new_code(request: HttpRequest, meeting_id: int, participant_id: int) -> Row:
    """Make the person's earlier personal codes worthless."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    return rows_of(meeting, [reissue_code(user, participant_for(meeting, participant_id))])[0]
