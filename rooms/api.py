"""/api/v1: the network itself: endpoints, bridges, what a selection stands for, when it is free."""

import datetime as dt
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from accounts.decision import Right
from accounts.errors import Unacceptable
from accounts.models import Unit, User
from accounts.schemas import REFUSED, Body, Code, Line, Moment, Refusal, Row, Window, page, page_of, written
from accounts.selectors import current_user, require, today
from rooms.api_schemas import BridgePage, EndpointPage, SelectionIn, SlotPage
from rooms.groups.api import router as groups_router
from rooms.rows import bridge_row, endpoint_row, port_row
from rooms.scheduling.suggestions import Slot
from rooms.selectors import bridges_for, choose, endpoints_for, endpoints_named, read_selection
from rooms.slots import LONGEST_SEARCH, SlotSearch, free_slots
from rooms.statements import LONGEST_HOLD
from rooms.wishes import BookingRequest

router = Router(tags=["network"])
router.add_router("", groups_router)

LONGEST_MINUTES = LONGEST_HOLD // dt.timedelta(minutes=1)
DEFAULT_SEARCH = dt.timedelta(days=14)
Margin = Annotated[int, Field(ge=0, le=LONGEST_MINUTES)]


class EndpointFilter(Window):
    tier: Code | None = None
    under: Code | None = None
    q: Line = ""


class SelectionBody(Body):
    selection: SelectionIn


class SlotsBody(Body):
    selection: SelectionIn
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MINUTES)]
    from_: Moment | None = Field(None, alias="from")
    to: Moment | None = None
    count: Annotated[int, Field(ge=1, le=50)] = 3
    any_hour: bool = False
    setup_minutes: Margin = 60
    teardown_minutes: Margin = 0
    host_endpoint: Code | None = None
    local: bool = False


def network_user(request: HttpRequest) -> User:
    """The caller, who may see the network somewhere. Raises Forbidden."""
    user = current_user(request)
    require(user, Right.VIEW_NETWORK)
    return user


@router.get("/endpoints", response={200: EndpointPage, REFUSED: Refusal})
def endpoints(request: HttpRequest, filters: Query[EndpointFilter]) -> Row:
    """The endpoints of the caller's part of the network, by rank of tier, then code."""
    rows = endpoints_for(network_user(request), tier=filters.tier or "", under=filters.under or "", q=filters.q)
    return page(rows, filters, lambda part: [endpoint_row(row) for row in part])


@router.get("/bridges", response={200: BridgePage, REFUSED: Refusal})
def bridges(request: HttpRequest, window: Query[Window]) -> Row:
    """The bridges of the caller's part of the network, and those they are cascaded to."""
    return page_of([bridge_row(row) for row in bridges_for(network_user(request))], window)


@router.post("/selection", response={200: EndpointPage, REFUSED: Refusal})
def selection(request: HttpRequest, body: SelectionBody) -> Row:
    """The endpoints that the selection stands for today."""
    user = network_user(request)
    codes = choose(user, read_selection(body.selection.as_data()), right=Right.VIEW_NETWORK, on=today())
    known = endpoints_named(codes)
    return {"count": len(codes), "results": [endpoint_row(known[code]) for code in codes]}


@router.post("/slots", response={200: SlotPage, REFUSED: Refusal})
def slots(request: HttpRequest, body: SlotsBody) -> Row:
    """The first starts at which all of the selection and all ports are free, set-up and tear-down included."""
    user = network_user(request)
    now = timezone.now().replace(microsecond=0)
    earliest = max(body.from_ or now, now)
    horizon = body.to if body.to is not None else earliest + DEFAULT_SEARCH
    if horizon <= (body.from_ or now):
        raise Unacceptable(fields={"to": "end_before_start"})
    if horizon - earliest > LONGEST_SEARCH:
        raise Unacceptable(fields={"to": "window_too_long"})
    wanted = read_selection(body.selection.as_data())
    day = timezone.localtime(earliest).date()
    codes = choose(user, wanted, right=Right.VIEW_NETWORK, on=day, host=body.host_endpoint)
    search = BookingRequest(
        title="",
        unit=Unit(),
        endpoints=codes,
        starts_at=earliest,
        ends_at=earliest + dt.timedelta(minutes=body.minutes),
        host_endpoint=body.host_endpoint,
        setup_minutes=body.setup_minutes,
        teardown_minutes=body.teardown_minutes,
        local=body.local,
    )
    where = SlotSearch(earliest=earliest, horizon=horizon, count=body.count, any_hour=body.any_hour)
    found = free_slots(search, where)
    return {"count": len(found), "results": [slot_row(slot) for slot in found]}


def slot_row(slot: Slot) -> Row:
    """A free time as data."""
    return {
        "starts_at": written(slot.starts_at),
        "ends_at": written(slot.ends_at),
        "days_later": slot.days_later,
        "reasons": list(slot.reasons),
        "ports": [port_row(peak) for peak in slot.port_peaks],
    }
