"""Which tablets follow a stream, where they are, and which of them have the newest awaited event.

A tablet is a socket that has said how far it has come. Every hub keeps a row of what it has counted
(``realtime.counting``); what staff are told, and what a page shows, is the sum of the rows that are not stale.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final, TypeAlias

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from realtime.audiences import STAFF
from realtime.discovery import load_events
from realtime.events import kinds
from realtime.limits import current_limits
from realtime.models import LatestState, Stream, StreamEvent, TabletCount
from realtime.publish import publish_latest

TOLD: Final = "presence.counted"
"""The state that staff hear: newest, the number of the newest awaited event (0: none), and places, for each place
with a tablet the number of tablets and of those that have handled everything up to newest."""

Counts: TypeAlias = Mapping[str, Mapping[int, int]]
"""place → number up to which everything is handled → tablets"""


@dataclass(frozen=True, slots=True)
class Tablets:
    """The tablets at one place; ``current`` have the newest awaited event."""

    connected: int = 0
    current: int = 0


@dataclass(frozen=True, slots=True)
class Presence:
    """``newest`` is the number of the newest awaited event, 0 without one; a place without a tablet is not there."""

    newest: int
    places: Mapping[str, Tablets]

    def at(self, place: str) -> Tablets:
        return self.places.get(place, Tablets())


@cache
def awaited_kinds() -> tuple[str, ...]:
    load_events()
    return tuple(event.kind for event in kinds() if event.awaited)


def presence_of(stream: str) -> Presence:
    """Who follows ``stream`` now, to the second. Two queries."""
    newest = StreamEvent.objects.filter(stream__name=stream, kind__in=awaited_kinds()).aggregate(seq=Max("seq"))["seq"]
    rows = TabletCount.objects.filter(stream__name=stream, at__gte=_oldest()).values_list("counts", flat=True)
    return Presence(newest or 0, summed(map(_counts, rows), newest or 0))


def summed(counted: Iterable[Counts], newest: int) -> dict[str, Tablets]:
    """What several hubs have counted, together."""
    connected: Counter[str] = Counter()
    current: Counter[str] = Counter()
    for counts in counted:
        for place, tablets in counts.items():
            connected[place] += sum(tablets.values())
            current[place] += sum(number for received, number in tablets.items() if received >= newest)
    return {place: Tablets(connected[place], current[place]) for place in sorted(connected)}


def write(hub: str, counted: Mapping[str, Counts], touched: Iterable[str]) -> None:
    """Keep what ``hub`` has counted of each stream, nothing when no tablet is left, and tell staff of ``touched``
    streams when their sums have changed."""
    for stream, counts in counted.items():
        rows = TabletCount.objects.filter(stream__name=stream, hub=hub)
        if not counts:
            rows.delete()
        elif not rows.update(counts=counts, at=timezone.now()):
            row = Stream.objects.get_or_create(name=stream)[0]
            TabletCount.objects.create(stream=row, hub=hub, counts=counts, at=timezone.now())
    for stream in touched:
        _tell(stream)


def forget(hub: str, streams: Iterable[str]) -> None:
    """Remove all that ``hub`` has counted, and tell staff of those streams."""
    TabletCount.objects.filter(hub=hub).delete()
    for stream in streams:
        _tell(stream)


def confirm(hub: str) -> int:
    """Say that the counts of ``hub`` still stand. Returns of how many streams they are."""
    return TabletCount.objects.filter(hub=hub).update(at=timezone.now())


def clear_away() -> None:
    """Remove the counts of hubs that are gone, and tell staff of their streams."""
    gone = TabletCount.objects.filter(at__lt=_oldest())
    streams = sorted(set(gone.values_list("stream__name", flat=True)))
    if streams:
        gone.delete()
    for stream in streams:
        _tell(stream)


def _tell(stream: str) -> None:
    if not _news(stream):
        return
    with transaction.atomic():
        # Processes that tell at the same time do so one after the other, each with what it reads then.
        list(_told(stream).select_for_update())
        news = _news(stream)
        if news:
            publish_latest(stream, TOLD, news, STAFF)


def _news(stream: str) -> dict[str, object]:
    """What staff are to be told; empty when they know it."""
    presence = presence_of(stream)
    told = _told(stream).first()
    places = {place: [tablets.connected, tablets.current] for place, tablets in presence.places.items()}
    news: dict[str, object] = {"newest": presence.newest, "places": places}
    if told is None:
        return news if places else {}
    return {} if told.data == news else news


def _told(stream: str) -> QuerySet[LatestState]:
    return LatestState.objects.filter(stream__name=stream, kind=TOLD, audience=STAFF)


def _counts(row: Mapping[str, Mapping[str, int]]) -> Counts:
    return {place: {int(seq): number for seq, number in tablets.items()} for place, tablets in row.items()}


def _oldest() -> datetime:
    return timezone.now() - timedelta(seconds=current_limits().count_stale)
