"""What screens learn about the roll call. Counts carry no names."""

from dataclasses import dataclass
from typing import ClassVar

from realtime.events import Effect, Event


@dataclass(frozen=True, kw_only=True)
class AttendanceCounted(Event):
    """Present figures of the endpoints that changed: rows of id (endpoint code), present, late. An endpoint where
    nobody is present has no row."""

    kind: ClassVar[str] = "attendance.counted"
    effect: ClassVar[Effect] = ("put_all", "counts")
    latest_only: ClassVar[bool] = True

    rows: list[dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class AttendanceCleared(Event):
    """Nobody counts as present any more at the endpoint whose code is `id`: an earlier scan elsewhere has come in."""

    kind: ClassVar[str] = "attendance.cleared"
    effect: ClassVar[Effect] = ("drop", "counts")

    id: str


@dataclass(frozen=True, kw_only=True)
class PersonCheckedIn(Event):
    """To one person only: you are checked in, when and where."""

    kind: ClassVar[str] = "attendance.checked_in"
    effect: ClassVar[Effect] = ("merge", "me")

    checked_in_at: str
    checked_in_endpoint: str
