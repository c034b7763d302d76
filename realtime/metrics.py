"""What this process has counted of its sockets since it began, and how late it delivered in the last minutes.

The counters are touched on the event loop only (``nudges_lost`` only by the thread that sends nudges), so nothing is
locked; whoever reads from another thread may see a number that is a moment old. On the way of an event to thousands of
sockets only the burst counts, one addition a socket; what follows from it is added up once, after the last of them.

The lag of an event goes from its ``at``, set in the transaction that published it, until the last socket of this
process was written to. It is kept as counts in the buckets of BOUNDS; a quantile is estimated by finding the bucket of
the observation of that rank and going into the bucket as far as the rank goes into its count. The estimate is off by at
most the width of that bucket. Beyond the last bound it is infinite: later than that, nobody knows how much.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from realtime.protocol import Burst, Close

BOUNDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Upper ends of the buckets of the lag, in seconds; a last bucket takes what is later."""
RECENT_MINUTES: Final = 5
"""Whole minutes behind the present one of which the recent figures tell."""
LATE: Final = 2.0
"""Seconds. Without Redis what another process did waits for the look once a second; later than this is no waiting."""
OTHER: Final = "other"
CLOSINGS: Final = (*(str(int(code)) for code in (1000, 1001, 1005, 1006, *Close)), OTHER)
"""Close codes that are counted each for itself; a client may make up others."""


def _empty_buckets() -> list[int]:
    return [0] * (len(BOUNDS) + 1)


@dataclass(slots=True, kw_only=True)
class Figures:
    """The figures of one process: sockets and streams as they are, the recent ones of the last minutes, all others
    since the process began."""

    accepted: int = 0
    closed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CLOSINGS, 0))
    streams: int = 0
    """Streams that have a socket here."""
    frames: int = 0
    octets: int = 0
    buffered: int = 0
    """Bursts that the network did not take at once."""
    dropped: int = 0
    """Sockets closed because more waited for them than the limits allow."""
    events: int = 0
    replays: int = 0
    gaps: int = 0
    rechecks: int = 0
    reads: int = 0
    read_seconds: float = 0.0
    nudges_heard: int = 0
    nudges_lost: int = 0
    lag: list[int] = field(default_factory=_empty_buckets)
    lag_seconds: float = 0.0
    recent_lag: list[int] = field(default_factory=_empty_buckets)
    recent_dropped: int = 0

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Figures":
        """What was stored; a process of an earlier version, still running, may know fewer or other figures."""
        return cls(**{each.name: stored[each.name] for each in fields(cls) if each.name in stored})

    @property
    def sockets(self) -> int:
        return self.accepted - sum(self.closed.values())

    @property
    def silent(self) -> int:
        """Sockets closed because nothing came from them any more, not even a pong."""
        return max(0, self.closed[str(int(Close.SLOW))] - self.dropped)

    @property
    def median(self) -> float | None:
        return quantile(self.recent_lag, 0.5)

    @property
    def p99(self) -> float | None:
        return quantile(self.recent_lag, 0.99)

    @property
    def late(self) -> bool:
        return (self.p99 or 0) > LATE


@dataclass(slots=True)
class _Minute:
    number: int
    lag: list[int] = field(default_factory=_empty_buckets)
    dropped: int = 0


class Counters(Figures):
    """The figures of this process while they grow."""

    __slots__ = ("_minutes",)

    def __init__(self) -> None:
        super().__init__()
        # One more than is told of: the present minute, of which little has passed.
        self._minutes = [_Minute(-1) for _ in range(RECENT_MINUTES + 1)]

    def close(self, code: int) -> None:
        known = str(int(code))
        self.closed[known if known in self.closed else OTHER] += 1

    def drop(self, now: datetime) -> None:
        self.dropped += 1
        self._minute(now).dropped += 1

    def wrote(self, bursts: Iterable[Burst]) -> None:
        """Add up what the bursts were given to, and let them begin again at none."""
        for burst in bursts:
            if burst.sockets:
                self.frames += burst.sockets * len(burst.frames)
                self.octets += burst.sockets * len(burst.wire)
                burst.sockets = 0

    def told(self, times: Iterable[datetime], now: datetime) -> None:
        """Events that happened at ``times`` have been written to every socket that was to get them."""
        minute = self._minute(now)
        for at in times:
            # Another machine wrote the time: its clock may be ahead.
            lag = max(0.0, (now - at).total_seconds())
            bucket = bisect_left(BOUNDS, lag)
            self.events += 1
            self.lag[bucket] += 1
            self.lag_seconds += lag
            minute.lag[bucket] += 1

    def figures(self, now: datetime) -> Figures:
        """As they are now; from any thread."""
        oldest = _minute_of(now) - RECENT_MINUTES
        recent = [minute for minute in self._minutes if minute.number >= oldest]
        taken = Figures(**{each.name: copy(getattr(self, each.name)) for each in fields(Figures)})
        taken.recent_lag = [sum(minute.lag[bucket] for minute in recent) for bucket in range(len(BOUNDS) + 1)]
        taken.recent_dropped = sum(minute.dropped for minute in recent)
        return taken

    def _minute(self, now: datetime) -> _Minute:
        number = _minute_of(now)
        place = number % len(self._minutes)
        if self._minutes[place].number != number:
            self._minutes[place] = _Minute(number)
        return self._minutes[place]


def quantile(buckets: Sequence[int], share: float) -> float | None:
    """The observation below or at which that share (0 to 1) of all lie, in seconds, estimated; None of none."""
    rank = max(1, math.ceil(sum(buckets) * share))
    before = 0
    for count, lower, upper in zip(buckets, (0.0, *BOUNDS), (*BOUNDS, math.inf), strict=True):
        if before + count >= rank:
            # Not beyond its end, whatever the last bit of the sum says.
            return upper if math.isinf(upper) else min(upper, lower + (upper - lower) * (rank - before) / count)
        before += count
    return None


def _minute_of(now: datetime) -> int:
    return int(now.timestamp() // 60)


counters: Final = Counters()
