"""Counting a hub's tablets, beside the delivery: at most once a second, when something changed, in small parts.

Nothing waits for it. What the database does not take is tried again a second later.
"""

import asyncio
import logging
import uuid
from collections.abc import Iterable, Mapping

from django.db import DatabaseError

from realtime import presence
from realtime.audiences import place_in
from realtime.limits import Limits
from realtime.presence import Counts
from realtime.seats import Room, Seat
from realtime.threads import DatabaseThread

logger = logging.getLogger(__name__)


class Counting:
    """What one hub has counted of its rooms, and is to count again."""

    def __init__(self, rooms: Mapping[str, Room], limits: Limits) -> None:
        self._rooms = rooms
        self._limits = limits
        self._hub = uuid.uuid4().hex
        self._changed: set[str] = set()
        # What stands in the database as far as is known; None when a write has failed.
        self._written: dict[str, Counts | None] = {}
        self._thread = DatabaseThread("realtime-counting")
        self._task = asyncio.get_running_loop().create_task(self._run())

    def changed(self, stream: str) -> None:
        """Count ``stream`` with the next look."""
        self._changed.add(stream)

    def seat_changed(self, seat: Seat) -> None:
        """A socket came further, sits elsewhere or is gone: only tablets count."""
        if seat.received is not None:
            self.changed(seat.stream)

    def told(self, stream: str) -> None:
        """Events were told: whoever had the newest may not have it now."""
        if stream in self._written:
            self.changed(stream)

    async def stop(self) -> None:
        """Take back what was counted: the hub has no socket left."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._written:
            try:
                await self._thread.run(presence.forget, self._hub, sorted(self._written))
            except DatabaseError:
                logger.warning("the count of tablets is not taken back", exc_info=True)
        await self._thread.close()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        confirmed_at = loop.time()
        while True:
            await asyncio.sleep(self._limits.count_every)
            try:
                if loop.time() - confirmed_at >= self._limits.count_again:
                    confirmed_at = loop.time()
                    await self._confirm()
                await self._count()
            except DatabaseError:
                logger.warning("tablets are not counted", exc_info=True)
            except Exception:
                logger.exception("the counting of tablets stumbled")

    async def _count(self) -> None:
        streams, self._changed = self._changed, set()
        counted: dict[str, Counts] = {}
        for stream in streams:
            room = self._rooms.get(stream)
            counts = await count(room.seats if room else (), self._limits.batch)
            if counts != self._written.get(stream, {}):
                counted[stream] = counts
        if streams:
            await self._write(streams, counted)

    async def _write(self, streams: set[str], counted: Mapping[str, Counts]) -> None:
        # Unknown until it is done: somebody who stops the hub meanwhile knows what to take back.
        self._written.update(dict.fromkeys(counted))
        try:
            await self._thread.run(presence.write, self._hub, counted, sorted(streams))
        except BaseException:
            self._changed |= streams
            raise
        for stream, counts in counted.items():
            if counts:
                self._written[stream] = counts
            else:
                del self._written[stream]

    async def _confirm(self) -> None:
        if self._written and await self._thread.run(presence.confirm, self._hub) != len(self._written):
            # Taken for gone, after a long pause of this machine.
            self._written = dict.fromkeys(self._written)
            self._changed |= self._written.keys()
        await self._thread.run(presence.clear_away)


async def count(seats: Iterable[Seat], batch: int) -> Counts:
    """The tablets among ``seats``, by place and by how far they have come."""
    counts: dict[str, dict[int, int]] = {}
    for number, seat in enumerate(list(seats), start=1):
        reached = seat.reached
        if reached is not None and seat.audiences is not None:
            place = place_in(seat.audiences)
            if place is not None:
                tablets = counts.setdefault(place, {})
                tablets[reached] = tablets.get(reached, 0) + 1
        if number % batch == 0:
            await asyncio.sleep(0)
    return counts
