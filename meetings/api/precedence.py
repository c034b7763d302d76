"""/api/v1: a meeting takes the place of meetings of lower tiers."""

from collections.abc import Sequence
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import StringConstraints

from accounts.decision import Right
from accounts.models import User
from accounts.schemas import REFUSED, Body, Line, Refusal, Row, written
from accounts.selectors import current_user
from meetings.api.planning import MeetingOut
from meetings.planning.access import meeting_for
from meetings.planning.models import Meeting
from meetings.planning.selectors import meeting_ids, meeting_row
from meetings.precedence.actions import preempt
from meetings.precedence.selectors import of_bookings, way_back

router = Router(tags=["meetings"])


class PreemptIn(Body):
    """`reason` is read by the owners of the displaced meetings; `ground` is the one in law (QĐ 45/2018/QĐ-TTg)."""

    reason: Annotated[Line, StringConstraints(min_length=1, max_length=300)]
    ground: Literal["higher_instruction", "force_majeure"] = "higher_instruction"


class OwnerOut(Schema):
    name: str
    phone: str


class TimeOut(Schema):
    starts_at: str
    ends_at: str


class DisplacedOut(Schema):
    """A meeting that is to be moved. `id` is null when the caller may not know of it; `slots`: its first free times."""

    id: int | None
    title: str
    unit: str
    starts_at: str
    ends_at: str
    endpoints: int
    invited: int
    owner: OwnerOut
    slots: list[TimeOut]


class PreemptedOut(MeetingOut):
    displaced: list[DisplacedOut]


@router.post("/meetings/{int:meeting_id}/preempt", response={200: PreemptedOut, REFUSED: Refusal})
def preempted_meeting(request: HttpRequest, meeting_id: int, body: PreemptIn) -> Row:
    """Book a draft or a postponed meeting in the place of meetings of lower tiers, which are put off and told; or
    change nothing and say what does not give way."""
    user = current_user(request)
    found = meeting_for(user, meeting_id, Right.BOOK)
    done = preempt(user, found, reason=body.reason, ground=body.ground)
    return {**meeting_row(done.meeting), "displaced": _displaced_rows(user, done.displaced)}


def _displaced_rows(user: User, displaced: Sequence[Meeting]) -> list[Row]:
    bookings = [each.booking_id for each in displaced if each.booking_id is not None]
    known = set(meeting_ids(user, bookings).values())
    return [
        {
            "id": each.pk if each.pk in known else None,
            "title": each.title,
            "unit": each.unit.code,
            "starts_at": written(each.starts_at),
            "ends_at": written(each.ends_at),
            "endpoints": each.endpoints,  # type: ignore[attr-defined]  # annotated by with_figures
            "invited": each.invited,  # type: ignore[attr-defined]  # annotated by with_figures
            "owner": {
                "name": each.booking.owner_name if each.booking is not None else str(each.created_by),
                "phone": each.booking.owner_phone if each.booking is not None else "",
            },
            "slots": [
                {"starts_at": slot.starts_at.isoformat(), "ends_at": slot.ends_at.isoformat()}
                for slot in way_back(user, each).slots
            ],
        }
        for each in of_bookings(bookings)
    ]
