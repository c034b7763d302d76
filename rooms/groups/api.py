"""/api/v1: saved groups of endpoints, by which a selection may name them."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from accounts.decision import Right
from accounts.errors import NotFound, Unacceptable
from accounts.schemas import REFUSED, Body, Code, Line, Refusal, Row, Window, page
from accounts.selectors import current_user, require, unit_for
from rooms.api_schemas import MOST_CODES, SelectionIn
from rooms.groups.actions import change_group, delete_group, make_group
from rooms.groups.selectors import group_for, group_row, groups_for
from rooms.models import EndpointGroup
from rooms.selectors import read_selection

router = Router(tags=["network"])

Name = Annotated[Line, StringConstraints(min_length=1, max_length=100)]


class GroupIn(Body):
    """`selection` is what the group stands for today; endpoints that open later do not join by themselves."""

    name: Name
    unit: Code
    selection: SelectionIn


class GroupChange(Body):
    """`endpoints` are all that the group shall have. What is not sent stays."""

    name: Name | None = None
    endpoints: Annotated[list[Code], Field(max_length=MOST_CODES)] | None = None


class GroupFilter(Window):
    q: Line = ""


class GroupOut(Schema):
    """`gone`: members that are not part of the network today; a selection leaves them out."""

    id: int
    name: str
    unit: str
    endpoints: list[str]
    gone: list[str]


class GroupBrief(Schema):
    """A group in a list: how many members it has, and how many of them left the network."""

    id: int
    name: str
    unit: str
    members: int
    gone: int


class GroupPage(Schema):
    count: int
    results: list[GroupBrief]


@router.get("/groups", response={200: GroupPage, REFUSED: Refusal})
def groups(request: HttpRequest, filters: Query[GroupFilter]) -> Row:
    """The groups of the units that the caller may book for, by name."""
    user = current_user(request)
    require(user, Right.BOOK)
    return page(
        groups_for(user, filters.q),
        filters,
        lambda rows: [
            {"id": row.pk, "name": row.name, "unit": row.unit.code, "members": row.members, "gone": row.gone}  # type: ignore[attr-defined]  # annotated by groups_for
            for row in rows
        ],
    )


@router.post("/groups", response={201: GroupOut, REFUSED: Refusal})
def new_group(request: HttpRequest, body: GroupIn) -> Status[Row]:
    """Save a selection under a name."""
    user = current_user(request)
    require(user, Right.BOOK)
    try:
        unit = unit_for(user, body.unit, Right.BOOK)
    except NotFound as error:
        raise Unacceptable(fields={"unit": "unknown"}) from error
    return Status(201, group_row(make_group(user, unit, body.name, read_selection(body.selection.as_data()))))


@router.get("/groups/{int:group_id}", response={200: GroupOut, REFUSED: Refusal})
def group(request: HttpRequest, group_id: int) -> Row:
    """One group with its members."""
    return group_row(_group(request, group_id))


@router.patch("/groups/{int:group_id}", response={200: GroupOut, REFUSED: Refusal})
def changed_group(request: HttpRequest, group_id: int, body: GroupChange) -> Row:
    """Another name or other members; meetings booked by the group stay as they are."""
    found = _group(request, group_id)
    if empty := sorted(name for name in body.model_fields_set if getattr(body, name) is None):
        raise Unacceptable(fields=dict.fromkeys(empty, "required"))
    joining, leaving = body.endpoints or [], set[str]()
    if body.endpoints is not None:
        leaving = set(found.endpoints.values_list("code", flat=True)) - set(body.endpoints)
    return group_row(change_group(current_user(request), found, name=body.name, joining=joining, leaving=leaving))


@router.delete("/groups/{int:group_id}", response={204: None, REFUSED: Refusal})
def no_group(request: HttpRequest, group_id: int) -> Status[None]:
    """Delete the group; what was booked by it stays."""
    delete_group(current_user(request), _group(request, group_id))
    return Status(204, None)


def _group(request: HttpRequest, group_id: int) -> EndpointGroup:
    user = current_user(request)
    require(user, Right.BOOK)
    return group_for(user, group_id)
