"""What screens learn of a meeting's life and of who is expected."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from realtime.events import Effect, Event


class BookedPorts(TypedDict):
    """How many endpoints a meeting holds, and how many ports of each bridge (by code)."""

    endpoints: int
    ports: dict[str, int]


class ChairRow(TypedDict):
    id: int
    full_name: str
    position: str


class MeetingRow(TypedDict):
    """A meeting as tablets and programs see it. Times are RFC 3339; `booking` is None while nothing is held."""

    id: int
    title: str
    status: str
    version: int
    number: str
    starts_at: str
    ends_at: str
    setup_minutes: int
    teardown_minutes: int
    local: bool
    unit: str
    unit_name: str
    host_endpoint: str | None
    chair: ChairRow | None
    booking: BookedPorts | None
    opened_at: str | None
    closed_at: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class MeetingFact(Event):
    """The meeting as a whole after an act; its fields are those of MeetingRow."""

    effect: ClassVar[Effect] = ("merge", "meeting")

    id: int
    title: str
    status: str
    version: int
    number: str
    starts_at: str
    ends_at: str
    setup_minutes: int
    teardown_minutes: int
    local: bool
    unit: str
    unit_name: str
    host_endpoint: str | None
    chair: ChairRow | None
    booking: BookedPorts | None
    opened_at: str | None
    closed_at: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class MeetingChanged(MeetingFact):
    """Title, time, place, chair or endpoints are new; also the first event of a new meeting."""

    kind: ClassVar[str] = "meeting.changed"


@dataclass(frozen=True, kw_only=True)
class MeetingScheduled(MeetingFact):
    """A draft or a postponed meeting is booked."""

    kind: ClassVar[str] = "meeting.scheduled"


@dataclass(frozen=True, kw_only=True)
class MeetingOpened(MeetingFact):
    """The session began."""

    kind: ClassVar[str] = "meeting.opened"


@dataclass(frozen=True, kw_only=True)
class MeetingClosed(MeetingFact):
    """The session ended."""

    kind: ClassVar[str] = "meeting.closed"


@dataclass(frozen=True, kw_only=True)
class MeetingArchived(MeetingFact):
    """The closed meeting's papers are final."""

    kind: ClassVar[str] = "meeting.archived"


@dataclass(frozen=True, kw_only=True)
class MeetingCancelled(MeetingFact):
    """The meeting will not take place; its endpoints are free."""

    kind: ClassVar[str] = "meeting.cancelled"


@dataclass(frozen=True, kw_only=True)
class MeetingPostponed(MeetingFact):
    """The meeting waits for a new time; its endpoints are free. `reason` says why."""

    kind: ClassVar[str] = "meeting.postponed"


@dataclass(frozen=True, kw_only=True)
class ParticipantsChanged(Event):
    """People were added to the list, changed, or have answered. `rows` are complete; for staff."""

    kind: ClassVar[str] = "participants.changed"
    effect: ClassVar[Effect] = ("put_all", "participants")

    rows: list[dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class ParticipantRemoved(Event):
    """Somebody is no longer expected; for staff."""

    kind: ClassVar[str] = "participant.removed"
    effect: ClassVar[Effect] = ("drop", "participants")

    id: int


class ExpectedRow(TypedDict):
    """How many people are expected at an endpoint; `id` is the endpoint's code."""

    id: str
    expected: int


@dataclass(frozen=True, kw_only=True)
class ExpectedCounted(Event):
    """How many people are expected at the endpoints where that changed. An endpoint where nobody is has no row."""

    kind: ClassVar[str] = "expected.counted"
    effect: ClassVar[Effect] = ("put_all", "expected")

    rows: list[ExpectedRow]


@dataclass(frozen=True, kw_only=True)
class ExpectedCleared(Event):
    """Nobody is expected any more at the endpoint whose code is `id`."""

    kind: ClassVar[str] = "expected.cleared"
    effect: ClassVar[Effect] = ("drop", "expected")

    id: str
