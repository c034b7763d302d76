"""What screens learn of requests to owners."""

from dataclasses import dataclass
from typing import ClassVar

from realtime.events import Effect, Event


@dataclass(frozen=True, kw_only=True)
class RequestsChanged(Event):
    """The meeting's requests to owners of endpoints as a whole: one was made, decided, withdrawn or lapsed; for
    staff."""

    kind: ClassVar[str] = "requests.changed"
    effect: ClassVar[Effect] = ("replace", "requests")

    rows: list[dict[str, object]]
