"""Leaving out counts that a later one of the same burst outdates (pure).

While thousands check in, the figures of an endpoint change many times a second. Whoever is told several of them at
once needs the last; in place of the others a listener gets their numbers alone ("skip"). What is folded is the same.
"""

from collections.abc import Iterable, Mapping, Sequence

from realtime.errors import UnknownKind
from realtime.events import event_class
from realtime.replay import LoggedEvent


def outdated(events: Sequence[LoggedEvent]) -> frozenset[int]:
    """The numbers of those events whose kind says ``latest_only`` and whose every row a later one of them sets anew,
    for the same audience. ``events`` ascending."""
    set_later: set[tuple[str, str, str]] = set()
    found: set[int] = set()
    for event in reversed(events):
        if _latest_only(event.kind):
            rows = {(event.kind, event.audience, each) for each in _ids(event.data)}
            if rows <= set_later:
                found.add(event.seq)
            set_later |= rows
    return frozenset(found)


def _latest_only(kind: str) -> bool:
    try:
        return event_class(kind).latest_only
    except UnknownKind:
        return False  # of an application that this process does not have


def _ids(data: Mapping[str, object]) -> Iterable[str]:
    rows = data.get("rows")
    return [str(row["id"]) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else [str(data["id"])]
