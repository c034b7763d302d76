"""What can be done to an agenda. One function: one intention, one transaction, one audit entry, its events."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.text import nfc
from audit.journal import record
from meetings.agenda.errors import ItemChanged, MeetingNotOpen, OrderIncomplete
from meetings.agenda.events import AgendaChanged, ItemStarted
from meetings.agenda.models import Item
from meetings.agenda.selectors import item_mark, item_of, item_row, items_of
from meetings.planning.lifecycle import Act, after
from meetings.planning.locking import lock_meeting
from meetings.planning.models import Meeting
from realtime.publish import publish


def _publish_agenda(meeting: Meeting) -> None:
    publish(meeting.stream, AgendaChanged(rows=[item_row(item) for item in items_of(meeting)]))


def _record(actor: User, verb: str, item: Item, data: dict[str, object]) -> None:
    record(
        actor,
        verb,
        chain=item.meeting.stream,
        object_type="agenda_item",
        object_id=item.pk,
        label=item.title,
        data=data,
    )


@transaction.atomic
def add_item(actor: User, meeting: Meeting, *, title: str, presenter: str = "", minutes: int = 10) -> Item:
    """A new item at the end of the agenda. Raises ActImpossible when the meeting is no longer prepared."""
    meeting = _preparing(meeting)
    last = items_of(meeting).last()
    item = Item.objects.create(
        meeting=meeting,
        position=(last.position + 1) if last else 1,
        title=nfc(title).strip(),
        presenter=nfc(presenter).strip(),
        minutes=minutes,
    )
    _record(actor, "agenda.item_added", item, item_row(item))
    _publish_agenda(meeting)
    return item


@transaction.atomic
def change_item(actor: User, item: Item, *, title: str, presenter: str, minutes: int, seen: str | None = None) -> Item:
    """New wording or minutes for an item. `seen` is the mark (``selectors.item_mark``) of what the writer had before
    them; None overwrites whatever stands.

    Raises ActImpossible, ItemNotFound, ItemChanged when another wording stands than the one seen.
    """
    meeting = _preparing(item.meeting)
    item = item_of(meeting, item.pk)
    if seen is not None and seen != item_mark(item):
        raise ItemChanged(item=item.pk, title=item.title, presenter=item.presenter, minutes=item.minutes)
    before = item_row(item)
    item.title, item.presenter, item.minutes = nfc(title).strip(), nfc(presenter).strip(), minutes
    item.save(update_fields=["title", "presenter", "minutes"])
    _record(actor, "agenda.item_changed", item, {"before": before, "after": item_row(item)})
    _publish_agenda(meeting)
    return item


@transaction.atomic
def remove_item(actor: User, item: Item) -> None:
    """Take an item off the agenda; its documents stay with the meeting. Raises ActImpossible, ItemNotFound."""
    meeting = _preparing(item.meeting)
    item = item_of(meeting, item.pk)
    _record(actor, "agenda.item_removed", item, item_row(item))
    item.delete()
    _publish_agenda(meeting)


@transaction.atomic
def reorder(actor: User, meeting: Meeting, order: Sequence[int]) -> None:
    """Put the items in this order of ids. Raises ActImpossible, OrderIncomplete unless every item is named once."""
    meeting = _preparing(meeting)
    items = {item.pk: item for item in items_of(meeting)}
    missing, unknown = sorted(items.keys() - set(order)), sorted(set(order) - items.keys())
    if missing or unknown or len(order) != len(items):
        raise OrderIncomplete(missing=missing, unknown=unknown)
    _put_in_order(actor, meeting, items, order)


@transaction.atomic
def move_item(actor: User, item: Item, *, up: bool) -> None:
    """Let the item change places with the one before it, or after it; at the end of the list nothing happens.

    Needs no knowledge of the rest of the agenda, so nothing that others do meanwhile stands in its way.
    Raises ActImpossible, ItemNotFound.
    """
    meeting = _preparing(item.meeting)
    items = {row.pk: row for row in items_of(meeting)}
    order = list(items)
    place = order.index(item_of(meeting, item.pk).pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    _put_in_order(actor, meeting, items, order)


def _preparing(meeting: Meeting) -> Meeting:
    """The meeting, locked, in a state in which its agenda may be changed. Raises ActImpossible."""
    meeting = lock_meeting(meeting)
    after(meeting.status, Act.PREPARE)
    return meeting


def _put_in_order(actor: User, meeting: Meeting, items: dict[int, Item], order: Sequence[int]) -> None:
    before = list(items)
    if before == list(order):
        return
    for position, pk in enumerate(order, start=1):
        items[pk].position = position
    Item.objects.bulk_update(items.values(), ["position"])
    record(
        actor,
        "agenda.reordered",
        chain=meeting.stream,
        object_type="meeting",
        object_id=meeting.pk,
        label=meeting.title,
        data={"before": before, "after": list(order)},
    )
    _publish_agenda(meeting)


@transaction.atomic
def start_item(actor: User, item: Item) -> Item:
    """Begin an item; the one that runs ends. Starting the running item again changes nothing.

    Raises MeetingNotOpen.
    """
    meeting = lock_meeting(item.meeting)
    if meeting.status != Meeting.Status.OPEN:
        raise MeetingNotOpen(status=meeting.status)
    item = item_of(meeting, item.pk)
    if item.status == Item.Status.RUNNING:
        return item
    now = timezone.now()
    changed = list(items_of(meeting).filter(status=Item.Status.RUNNING))
    for running in changed:
        running.status, running.ended_at = Item.Status.DONE, now
        running.save(update_fields=["status", "ended_at"])
    item.status, item.started_at, item.ended_at = Item.Status.RUNNING, now, None
    item.save(update_fields=["status", "started_at", "ended_at"])
    _record(actor, "agenda.item_started", item, {"item": item.pk})
    publish(meeting.stream, ItemStarted(item=item.pk, rows=[item_row(row) for row in (*changed, item)]))
    return item


@transaction.atomic
def end_running_item(actor: User, meeting: Meeting) -> Item | None:
    """End the item that runs, with none to follow it: the session is over. None when no item runs."""
    meeting = lock_meeting(meeting)
    running = items_of(meeting).filter(status=Item.Status.RUNNING).first()
    if running is None:
        return None
    running.status, running.ended_at = Item.Status.DONE, timezone.now()
    running.save(update_fields=["status", "ended_at"])
    _record(actor, "agenda.item_ended", running, {"item": running.pk})
    _publish_agenda(meeting)
    return running
