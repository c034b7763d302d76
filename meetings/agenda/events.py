"""What tablets learn about the agenda."""

from dataclasses import dataclass
from typing import ClassVar

from realtime.events import Effect, Event


@dataclass(frozen=True, kw_only=True)
class AgendaChanged(Event):
    """The agenda as a whole, in its order: an item was added, changed, moved or removed."""

    kind: ClassVar[str] = "agenda.changed"
    effect: ClassVar[Effect] = ("replace", "agenda")

    rows: list[dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class ItemStarted(Event):
    """An item began; the one before it ended. `rows` holds both, complete."""

    kind: ClassVar[str] = "agenda.item_started"
    effect: ClassVar[Effect] = ("put_all", "agenda")

    item: int
    rows: list[dict[str, object]]
