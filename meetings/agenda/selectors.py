"""Reads of the agenda."""

import datetime as dt
import hashlib

from django.db.models import QuerySet

from meetings.agenda.errors import ItemNotFound
from meetings.agenda.models import Item
from meetings.planning.models import Meeting


def items_of(meeting: Meeting) -> QuerySet[Item]:
    """The items in their order."""
    return Item.objects.filter(meeting=meeting).order_by("position", "pk")


def item_of(meeting: Meeting, item_id: int) -> Item:
    """Raises ItemNotFound."""
    item = items_of(meeting).filter(pk=item_id).first()
    if item is None:
        raise ItemNotFound(item=item_id)
    return item


def current_item(meeting: Meeting) -> Item | None:
    """The item that runs now."""
    return items_of(meeting).filter(status=Item.Status.RUNNING).first()


def item_row(item: Item) -> dict[str, object]:
    """One item as tablets and programs see it: id, position, title, presenter, minutes, status, started_at."""
    return {
        "id": item.pk,
        "position": item.position,
        "title": item.title,
        "presenter": item.presenter,
        "minutes": item.minutes,
        "status": item.status,
        "started_at": item.started_at.isoformat() if item.started_at else None,
    }


def item_mark(item: Item) -> str:
    """A mark that changes whenever the wording or the minutes of the item do: what a form had before it."""
    seen = f"{item.title}\n{item.presenter}\n{item.minutes}"
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def planned_starts(meeting: Meeting, items: list[Item]) -> dict[int, dt.datetime]:
    """When each item would begin if all before it kept their minutes, by item id."""
    starts: dict[int, dt.datetime] = {}
    clock = meeting.starts_at
    for item in items:
        starts[item.pk] = clock
        clock += dt.timedelta(minutes=item.minutes)
    return starts
