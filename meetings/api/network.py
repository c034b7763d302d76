"""/api/v1: who has which endpoint when, with the meetings by name: rooms alone do not know of these."""

import datetime as dt

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from accounts.errors import Unacceptable
from accounts.schemas import REFUSED, Code, Line, Moment, Refusal, Row
from meetings.planning.selectors import with_meetings
from rooms.api import network_user
from rooms.api_schemas import BridgeOut, EndpointOut
from rooms.occupancy import availability
from rooms.rows import availability_row
from rooms.scheduling.intervals import Interval

router = Router(tags=["network"])

LONGEST_WINDOW = dt.timedelta(days=31)


class AvailabilityFilter(Schema):
    from_: Moment = Field(..., alias="from")
    to: Moment
    under: Code | None = None
    tier: Code | None = None
    q: Line = ""


class EndpointTaken(EndpointOut):
    """`busy` and `closed` intervals, ascending; each has `starts_at` and `ends_at`."""

    busy: list[Row]
    closed: list[Row]


class BridgeLoad(BridgeOut):
    """`load`: steps of ports in use that fill the window; `peak`: the highest."""

    peak: int
    load: list[Row]


class AvailabilityOut(Schema):
    from_: str = Field(..., alias="from")
    to: str
    endpoints: list[EndpointTaken]
    bridges: list[BridgeLoad]


@router.get("/availability", response={200: AvailabilityOut, REFUSED: Refusal}, by_alias=True)
def who_has_what(request: HttpRequest, filters: Query[AvailabilityFilter]) -> Row:
    """Busy intervals per endpoint and the port load of each bridge, over at most 31 days."""
    user = network_user(request)
    if filters.to <= filters.from_:
        raise Unacceptable(fields={"to": "end_before_start"})
    if filters.to - filters.from_ > LONGEST_WINDOW:
        raise Unacceptable(fields={"to": "window_too_long"})
    window = Interval(filters.from_, filters.to)
    found = availability_row(
        availability(user, window, under=filters.under or "", tier=filters.tier or "", q=filters.q)
    )
    with_meetings(user, [found])
    return found
