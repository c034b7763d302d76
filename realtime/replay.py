"""Reading the log: what a socket missed, and what the program interface answers to "events after N"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from realtime.audiences import may_hear
from realtime.models import Stream, StreamEvent

REPLAY_LIMIT: Final = 1000
"""More events than this are not replayed: the snapshot is smaller."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One numbered event as it stands in the log."""

    seq: int
    kind: str
    at: datetime
    audience: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Replay:
    """The events up to number ``seq`` that the asker may hear; the numbers left out were for others."""

    seq: int
    events: tuple[LoggedEvent, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """The events are too many, too old or of another history: take the snapshot, then go on after ``seq``."""

    seq: int


def head(stream: str) -> int:
    """The last number of ``stream``; 0 when nothing was published on it.

    A snapshot must read this before its data (or in one transaction with it): then its events m+1 … n may repeat
    what it shows, which folding again does not change, but none is missing.
    """
    return Stream.objects.filter(name=stream).values_list("seq", flat=True).first() or 0


def events_after(stream: str, seq: int, audiences: frozenset[str]) -> Replay | Gap:
    """The events of ``stream`` after number ``seq`` for somebody who belongs to ``audiences``.

    Gap when ``seq`` is beyond the head or negative, when more than REPLAY_LIMIT numbers are missing, or when some of
    them were pruned.
    """
    last = head(stream)
    if not 0 <= seq <= last or last - seq > REPLAY_LIMIT:
        return Gap(last)
    logged = logged_events(stream, seq, last)
    if len(logged) != last - seq:
        return Gap(last)
    return Replay(last, tuple(event for event in logged if may_hear(audiences, event.audience)))


def logged_events(stream: str, after: int, until: int) -> list[LoggedEvent]:
    """All events numbered after+1 … until that are still in the log, in order, whoever may hear them."""
    rows = (
        StreamEvent.objects.filter(stream__name=stream, seq__gt=after, seq__lte=until)
        .order_by("seq")
        .values_list("seq", "kind", "at", "audience", "data")
    )
    return [LoggedEvent(*row) for row in rows]
