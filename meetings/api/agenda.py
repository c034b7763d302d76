"""/api/v1: the agenda of a meeting."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from accounts.decision import Right
from accounts.errors import Unacceptable
from accounts.schemas import REFUSED, Body, Identifier, Line, Refusal, Row, Window, page
from accounts.selectors import current_user
from meetings.agenda.actions import add_item, change_item, reorder, start_item
from meetings.agenda.models import Item
from meetings.agenda.selectors import item_of, item_row, items_of
from meetings.documents.actions import remove_item_keeping_documents
from meetings.planning.access import meeting_for

router = Router(tags=["agenda"])

Title = Annotated[Line, StringConstraints(min_length=1, max_length=300)]
Presenter = Annotated[Line, StringConstraints(max_length=200)]
Minutes = Annotated[int, Field(ge=1, le=600)]


class ItemIn(Body):
    title: Title
    presenter: Presenter = ""
    minutes: Minutes = 10


class ItemChange(Body):
    title: Title | None = None
    presenter: Presenter | None = None
    minutes: Minutes | None = None


class OrderIn(Body):
    order: Annotated[list[Identifier], Field(max_length=1000)]


class ItemOut(Schema):
    id: int
    position: int
    title: str
    presenter: str
    minutes: int
    status: str
    started_at: str | None


class ItemList(Schema):
    count: int
    results: list[ItemOut]


@router.get("/meetings/{int:meeting_id}/agenda", response={200: ItemList, REFUSED: Refusal})
def agenda(request: HttpRequest, meeting_id: int, window: Query[Window]) -> Row:
    """The items in their order."""
    meeting = meeting_for(current_user(request), meeting_id, None)
    return page(items_of(meeting), window, lambda items: [item_row(item) for item in items])


@router.post("/meetings/{int:meeting_id}/agenda", response={201: ItemOut, REFUSED: Refusal})
def new_item(request: HttpRequest, meeting_id: int, body: ItemIn) -> Status[Row]:
    """A new item at the end."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    item = add_item(user, meeting, title=body.title, presenter=body.presenter, minutes=body.minutes)
    return Status(201, item_row(item))


@router.put("/meetings/{int:meeting_id}/agenda/order", response={200: ItemList, REFUSED: Refusal})
def new_order(request: HttpRequest, meeting_id: int, body: OrderIn) -> Row:
    """Put the items in this order; every item is named once."""
    user = current_user(request)
    meeting = meeting_for(user, meeting_id, Right.PREPARE)
    reorder(user, meeting, body.order)
    return page(items_of(meeting), Window(limit=1000, offset=0), lambda items: [item_row(item) for item in items])


@router.patch("/meetings/{int:meeting_id}/agenda/{int:item_id}", response={200: ItemOut, REFUSED: Refusal})
def changed_item(request: HttpRequest, meeting_id: int, item_id: int, body: ItemChange) -> Row:
    """New wording or minutes; what is not sent stays."""
    user = current_user(request)
    item = _item(item_of(meeting_for(user, meeting_id, Right.PREPARE), item_id), body)
    return item_row(change_item(user, item, title=item.title, presenter=item.presenter, minutes=item.minutes))


def _item(item: Item, body: ItemChange) -> Item:
    sent = body.model_dump(exclude_unset=True)
    if empty := sorted(name for name, value in sent.items() if value is None):
        raise Unacceptable(fields=dict.fromkeys(empty, "required"))
    for name, value in sent.items():
        setattr(item, name, value)
    return item


@router.delete("/meetings/{int:meeting_id}/agenda/{int:item_id}", response={204: None, REFUSED: Refusal})
def no_item(request: HttpRequest, meeting_id: int, item_id: int) -> Status[None]:
    """Take the item off the agenda; its documents stay with the meeting."""
    user = current_user(request)
    remove_item_keeping_documents(user, item_of(meeting_for(user, meeting_id, Right.PREPARE), item_id))
    return Status(204, None)


@router.post("/meetings/{int:meeting_id}/agenda/{int:item_id}/start", response={200: ItemOut, REFUSED: Refusal})
def started_item(request: HttpRequest, meeting_id: int, item_id: int) -> Row:
    """Begin the item; the one that runs ends."""
    user = current_user(request)
    return item_row(start_item(user, item_of(meeting_for(user, meeting_id, Right.RUN), item_id)))
