"""/api/v1: following a meeting: its present state for the caller, and what has happened since."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from accounts.decision import Right
from accounts.errors import Unacceptable
from accounts.schemas import REFUSED, Refusal, Row, written
from accounts.selectors import current_user
from meetings.attendance.presence import tablets_of
from meetings.live.errors import EventsGone
from meetings.live.hearing import audiences_of
from meetings.live.snapshot import COLLECTIONS, snapshot
from meetings.planning.access import meeting_for
from realtime.replay import Gap, events_after

router = Router(tags=["following a meeting"])

Seq = Annotated[int, Field(ge=0, le=10**18)]


class EventOut(Schema):
    """One event; what it does to the state stands in docs/events.md, and in the state's `effects`."""

    seq: int
    kind: str
    at: str
    data: dict[str, object]


class EventList(Schema):
    """The caller's events up to number `seq`; numbers left out were for others."""

    seq: int
    results: list[EventOut]


class EndpointTabletsOut(Schema):
    """The tablets connected at one endpoint; `current` have the newest document."""

    endpoint: str
    name: str
    tablets: int
    current: int


class PresenceOut(Schema):
    """Of the `expected` endpoints, those with a tablet are `connected`, and those where every tablet has the newest
    document `current`. `newest` is the number of the event that last put out or withdrew one, 0 before the first."""

    newest: int
    expected: int
    connected: int
    current: int
    results: list[EndpointTabletsOut]


@router.get("/meetings/{int:meeting_id}/state", response={200: dict[str, object], REFUSED: Refusal})
def state(request: HttpRequest, meeting_id: int, only: str = "") -> Row:
    """The meeting as the caller may know it, at number `seq` of its events. `only` names the collections wanted,
    comma-separated: meeting, agenda, documents, participants, expected, counts, me; by default all."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, None)
    wanted = {name.strip() for name in only.split(",")} if only.strip() else set(COLLECTIONS)
    if wanted - set(COLLECTIONS):
        raise Unacceptable(fields={"only": "not_a_choice"})
    return snapshot(user, meeting, wanted)


@router.get("/meetings/{int:meeting_id}/events", response={200: EventList, REFUSED | {410}: Refusal})
def events(request: HttpRequest, meeting_id: int, after: Query[Seq]) -> Row:
    """What has happened after number `after`, in order. 410 when that is too long ago: take the state."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, None)
    replay = events_after(meeting.stream, after, audiences_of(user, meeting))
    if isinstance(replay, Gap):
        raise EventsGone(seq=replay.seq)
    results = [
        {"seq": event.seq, "kind": event.kind, "at": written(event.at), "data": event.data} for event in replay.events
    ]
    return {"seq": replay.seq, "results": results}


@router.get("/meetings/{int:meeting_id}/presence", response={200: PresenceOut, REFUSED: Refusal})
def presence(request: HttpRequest, meeting_id: int) -> Row:
    """Which endpoints have tablets connected, and which of them the newest document; true to a few seconds. For those
    who run the meeting."""
    tablets = tablets_of(meeting_for(current_user(request), meeting_id, Right.RUN))
    results = [
        {
            "endpoint": row.endpoint.code,
            "name": row.endpoint.display_name,
            "tablets": row.connected,
            "current": row.current,
        }
        for row in tablets.rows
    ]
    return {
        "newest": tablets.newest,
        "expected": tablets.expected,
        "connected": tablets.connected,
        "current": tablets.current,
        "results": results,
    }
