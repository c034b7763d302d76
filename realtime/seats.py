"""One socket's place in the hub, and the room of all local sockets of one stream."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from realtime.audiences import may_hear
from realtime.coalescing import outdated
from realtime.hearing import Credential
from realtime.limits import Limits
from realtime.protocol import Burst, Frame, event, skip
from realtime.protocol import state as state_frame
from realtime.replay import REPLAY_LIMIT, LoggedEvent
from realtime.tail import Known, News, StateKey
from realtime.writers import Send, writer_for

Clock: TypeAlias = Callable[[], float]
NOT_ASKED: Final = (-1, -1)
"""An access version that no stream has."""
NOTHING_OWED: Final[frozenset[StateKey]] = frozenset()


class Seat:
    """A socket that has joined a stream. Used only on its event loop.

    ``audiences`` is None until its rights were asked, ``cursor`` until it is live; then ``cursor`` is the last number
    written to it. ``owed``: changed states that it has not been told, because something waits for it to read.
    ``received`` is the number up to which it says that it has handled everything: only tablets say so.
    """

    __slots__ = (
        "audiences",
        "closed",
        "credential",
        "cursor",
        "frames_heard",
        "heard_at",
        "owed",
        "pinged_at",
        "received",
        "send",
        "stream",
        "task",
        "writer",
    )

    def __init__(self, stream: str, credential: Credential, send: Send, limits: Limits, now: float) -> None:
        self.stream = stream
        self.credential = credential
        self.send = send
        self.task = asyncio.current_task()
        self.writer = writer_for(send, limits)
        self.audiences: frozenset[str] | None = None
        self.cursor: int | None = None
        self.closed = False
        self.owed = NOTHING_OWED
        self.heard_at = now
        self.pinged_at = now
        self.frames_heard = 0
        self.received: int | None = None

    def has_received(self, seq: int) -> bool:
        """Take its word for it. False when that is nothing new, or far more than it was told: its snapshot may be ahead
        of this process, but not by more than is replayed."""
        if self.cursor is None or seq > self.cursor + REPLAY_LIMIT:
            return False
        if self.received is not None and seq <= self.received:
            return False
        self.received = seq
        return True

    @property
    def reached(self) -> int | None:
        """The number up to which it was told everything and has handled it; None when it is no tablet."""
        return None if self.received is None or self.cursor is None else min(self.received, self.cursor)

    def heard(self, now: float) -> None:
        self.heard_at = now
        self.frames_heard += 1


@dataclass(frozen=True, slots=True)
class FramedEvent:
    """An event, encoded once for those who may hear it and once for those who may not."""

    seq: int
    audience: str
    frame: Frame
    skip: Frame

    @classmethod
    def of(cls, logged: LoggedEvent) -> "FramedEvent":
        frame = event(logged.seq, logged.kind, logged.at, logged.data)
        return cls(logged.seq, logged.audience, frame, skip(logged.seq))

    @classmethod
    def of_burst(cls, logged: Sequence[LoggedEvent]) -> "list[FramedEvent]":
        """Events told at once, of which later ones may outdate earlier ones."""
        gone = outdated(logged)
        return [
            cls(each.seq, each.audience, skip(each.seq), skip(each.seq)) if each.seq in gone else cls.of(each)
            for each in logged
        ]

    def for_(self, audiences: frozenset[str]) -> Frame:
        return self.frame if may_hear(audiences, self.audience) else self.skip


@dataclass(frozen=True, slots=True)
class FramedState:
    version: int
    frame: Frame


class Room:
    """The local sockets of one stream and what this process has read of it."""

    def __init__(self, recent_events: int) -> None:
        self.seats: set[Seat] = set()
        self.opened = asyncio.Event()
        self.seq: int | None = None
        self.access = (0, 0)
        self.states: dict[StateKey, FramedState] = {}
        self.recent: deque[FramedEvent] = deque(maxlen=recent_events)
        self.rechecking = False
        self.recheck_wanted = False
        self.wakes = 0
        self.wakes_served = 0

    @property
    def up_to_date(self) -> bool:
        """Whether every commit that this process was told of has been read."""
        return self.wakes == self.wakes_served

    def known(self) -> Known:
        return Known(self.seq, {key: state.version for key, state in self.states.items()})

    def take_states(self, news: News) -> list[StateKey]:
        """Remember the changed states and return their keys."""
        for (kind, audience), row in news.states.items():
            self.states[kind, audience] = FramedState(row.version, state_frame(kind, row.data))
        return list(news.states)

    def states_for(self, audiences: frozenset[str]) -> list[Frame]:
        return [state.frame for (_kind, audience), state in self.states.items() if may_hear(audiences, audience)]

    def recent_after(self, after: int) -> list[FramedEvent] | None:
        """The events after number ``after`` up to ``seq`` from memory; None when memory does not reach so far back."""
        if self.seq is None or not self.seq - len(self.recent) <= after <= self.seq:
            return None
        return list(self.recent)[len(self.recent) - (self.seq - after) :]


class Bursts:
    """The frames of a few events for each kind of listener, joined once per kind."""

    def __init__(self, events: Sequence[FramedEvent]) -> None:
        self.events = events
        self._meant_for = frozenset(event.audience for event in events)
        self._whole = Burst(event.frame for event in events)
        self._made: dict[frozenset[str], Burst] = {}

    def for_(self, audiences: frozenset[str]) -> Burst:
        if self._meant_for <= audiences:
            return self._whole
        heard = frozenset(audience for audience in self._meant_for if may_hear(audiences, audience))
        burst = self._made.get(heard)
        if burst is None:
            burst = self._made[heard] = Burst(event.for_(audiences) for event in self.events)
        return burst

    def made(self) -> Iterable[Burst]:
        """Every burst that was asked for."""
        return (self._whole, *self._made.values())


class StateBursts:
    """The frames of changed states for each kind of listener, joined once per kind."""

    def __init__(self, states: Mapping[StateKey, FramedState], changed: Sequence[StateKey]) -> None:
        self._states = states
        self._changed = frozenset(changed)
        self._meant_for = frozenset(audience for _kind, audience in changed)
        self._made: dict[frozenset[StateKey], Burst] = {}

    def heard_by(self, audiences: frozenset[str]) -> frozenset[StateKey]:
        if self._meant_for <= audiences:
            return self._changed
        return frozenset(key for key in self._changed if may_hear(audiences, key[1]))

    def of(self, keys: frozenset[StateKey]) -> Burst:
        burst = self._made.get(keys)
        if burst is None:
            burst = self._made[keys] = Burst(state.frame for key, state in self._states.items() if key in keys)
        return burst

    def made(self) -> Iterable[Burst]:
        """Every burst that was asked for."""
        return self._made.values()


def slices(all_frames: Iterable[Frame], *, frames: int, characters: int) -> Iterable[Burst]:
    """``all_frames`` in bursts of at most so many frames and about so many characters."""
    part: list[Frame] = []
    size = 0
    for frame in all_frames:
        part.append(frame)
        size += len(frame.text)
        if len(part) >= frames or size >= characters:
            yield Burst(part)
            part, size = [], 0
    if part:
        yield Burst(part)
