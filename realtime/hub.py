"""The hub: for each process (and event loop) the one place where the log is read and written to all local sockets.

A socket has no channel of its own. When a stream changes the hub is woken (by a commit in this process, by a nudge
from another, at the latest by its own look at the log once a second), reads what is new after the last number it has
seen, encodes each event once, and writes it to the sockets of the stream.

Why nothing is lost or doubled: a socket first enters the room, then its past is read from the log, and it goes live,
in one step of the event loop, when that past reaches at least as far as the room has been served. What is served
later, it gets; what was served before, it had from the log.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any

from channels.db import database_sync_to_async
from django.db import DatabaseError
from django.utils import timezone

from realtime import protocol, replay, tail, wake
from realtime.audiences import may_hear
from realtime.counting import Counting
from realtime.door import Door
from realtime.limits import Limits, current_limits
from realtime.metrics import counters
from realtime.nudge import GROUP, PROCESS, shared_layer
from realtime.protocol import Burst, Close, Frame
from realtime.publish import EVERY_STREAM
from realtime.seats import NOT_ASKED, NOTHING_OWED, Bursts, Clock, FramedEvent, Room, Seat, StateBursts, slices
from realtime.threads import DatabaseThread
from realtime.writers import close

logger = logging.getLogger(__name__)
_hubs: dict[asyncio.AbstractEventLoop, "Hub"] = {}
_RETRY_LAYER_AFTER = 2.0
_REPLAY_LOAD = 0.25
"""A replay waits while its socket is loaded more than this (see Writer.load), at most _PATIENCE seconds a burst."""
_PATIENCE = 10.0
_LOOK_AGAIN = 0.05


def running_hub() -> "Hub":
    """The hub of the running event loop; started when there is none."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub(current_limits())
    return hub


class Hub:
    """Use it through ``running_hub``; it ends itself with its last socket. All but ``on_commit`` on its own loop."""

    def __init__(self, limits: Limits, clock: Clock | None = None) -> None:
        self.limits = limits
        self.rooms: dict[str, Room] = {}
        self._loop = asyncio.get_running_loop()
        self.clock: Clock = clock or self._loop.time
        self._due: set[str] = set()
        self._bell = asyncio.Event()
        self._reader = DatabaseThread("realtime-tail")
        self._door = Door(limits.ask_every)
        self._counting = Counting(self.rooms, limits)
        self._closing: set[asyncio.Task[None]] = set()
        self._tasks = [self._loop.create_task(each) for each in (self._pump(), self._tick(), self._watch_rights())]
        if shared_layer() is not None:
            self._tasks.append(self._loop.create_task(self._listen_to_layer()))
        wake.listen(self.on_commit)

    # --- sockets come and go -----------------------------------------------------------------------------------------

    async def join(self, seat: Seat, after: int | None) -> None:
        """Let an accepted socket hear its stream from number ``after`` on (None: from now on), or close it."""
        counters.replays += after is not None
        room = self._enter(seat)
        await room.opened.wait()
        try:
            answer = await self._door.ask(seat.credential, seat.stream)
        except DatabaseError:
            logger.warning("who may hear cannot be asked", exc_info=True)
            answer = Close.TRY_AGAIN
        if isinstance(answer, Close):
            self.close(seat, answer)
            return
        if seat.audiences is None:
            # Else a recheck has asked after us and its answer is the newer one.
            seat.audiences = answer
        await self._catch_up(room, seat, after)

    async def leave(self, seat: Seat) -> None:
        """Forget a socket; the last one takes the hub with it."""
        seat.closed = True
        self._remove(seat)
        await seat.writer.stop()
        if not self.rooms and _hubs.get(self._loop) is self:
            del _hubs[self._loop]
            await self._stop()

    def close(self, seat: Seat, code: Close) -> None:
        """Close a socket from this side; its consumer ends when the server reports it gone."""
        if seat.closed:
            return
        seat.closed = True
        counters.close(code)
        self._remove(seat)
        # Whoever was too slow has not been told everything, and may still read that much.
        told = protocol.gap(seat.cursor) if code is Close.SLOW and seat.cursor is not None else None
        self._keep(self._closing, self._close(seat, code, told))

    def write(self, seat: Seat, burst: Burst) -> None:
        self._give(seat, burst)
        counters.wrote([burst])

    def _give(self, seat: Seat, burst: Burst) -> None:
        """Write without adding up: for a burst that many get."""
        if seat.closed:
            return
        burst.sockets += 1
        if not seat.writer.write(burst):
            counters.drop(timezone.now())
            self.close(seat, Close.SLOW)

    def received(self, seat: Seat, seq: int) -> None:
        """A tablet says that it has handled everything up to ``seq``."""
        if not seat.closed and seat.has_received(seq):
            self._counting.seat_changed(seat)

    def on_commit(self, stream: str) -> None:
        """A commit changed ``stream``. From any thread."""
        with contextlib.suppress(RuntimeError):  # the loop was closed by force: nobody is left to tell
            self._loop.call_soon_threadsafe(self._wake, stream)

    def _enter(self, seat: Seat) -> Room:
        room = self.rooms.get(seat.stream)
        if room is None:
            room = self.rooms[seat.stream] = Room(self.limits.recent_events)
            counters.streams += 1
            self._look_at([seat.stream])
            self._counting.changed(seat.stream)
        room.seats.add(seat)
        return room

    def _remove(self, seat: Seat) -> None:
        room = self.rooms.get(seat.stream)
        if room is None:
            return
        room.seats.discard(seat)
        self._counting.seat_changed(seat)
        if not room.seats:
            del self.rooms[seat.stream]
            counters.streams -= 1

    async def _close(self, seat: Seat, code: Close, told: Frame | None) -> None:
        await seat.writer.stop()
        await close(seat.send, code, seat.task, told)

    def _keep(self, tasks: set[asyncio.Task[None]], coroutine: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = self._loop.create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    async def _stop(self) -> None:
        wake.unlisten(self.on_commit)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._closing, return_exceptions=True)
        await self._reader.close()
        await self._door.close()
        await self._counting.stop()

    # --- catching up -------------------------------------------------------------------------------------------------

    async def _catch_up(self, room: Room, seat: Seat, after: int | None) -> None:
        greeted = False
        while not seat.closed and seat.audiences is not None:
            seq, frames = await self._past(room, seat.stream, seat.audiences, after)
            if not greeted:
                frames.insert(0, protocol.hello(seq, timezone.now()))
                greeted = True
            if not await self._write_patiently(seat, frames):
                return
            after = seq
            if room.seq is not None and room.seq < seq:
                # The log is ahead of what was told: others in the room need not wait for the next look.
                self._look_at([seat.stream])
            if room.seq is None or room.seq <= seq:
                seat.cursor = seq
                self.write(seat, Burst(room.states_for(seat.audiences)))
                return

    async def _past(
        self, room: Room, stream: str, audiences: frozenset[str], after: int | None
    ) -> tuple[int, list[Frame]]:
        """The number up to which is told, and the frames that tell it."""
        if room.up_to_date and room.seq is not None:
            if after is None:
                return room.seq, []
            recent = room.recent_after(after)
            if recent is not None:
                return room.seq, [event.for_(audiences) for event in recent]
        if after is None:
            return await database_sync_to_async(replay.head)(stream), []
        past = await database_sync_to_async(replay.events_after)(stream, after, audiences)
        if isinstance(past, replay.Gap):
            counters.gaps += 1
            return past.seq, [protocol.gap(past.seq)]
        heard = {event.seq: event.frame for event in FramedEvent.of_burst(past.events)}
        return past.seq, [heard.get(seq) or protocol.skip(seq) for seq in range(after + 1, past.seq + 1)]

    async def _write_patiently(self, seat: Seat, frames: Sequence[Frame]) -> bool:
        """Write a replay no faster than it is read. False when the socket was closed meanwhile."""
        for burst in slices(frames, frames=self.limits.replay_frames, characters=self.limits.replay_bytes):
            looks = 0
            while not seat.closed and seat.writer.load() > _REPLAY_LOAD and looks * _LOOK_AGAIN < _PATIENCE:
                looks += 1
                await asyncio.sleep(_LOOK_AGAIN)
            self.write(seat, burst)
            await asyncio.sleep(0)
        return not seat.closed

    # --- reading the log ---------------------------------------------------------------------------------------------

    def _wake(self, stream: str) -> None:
        names = list(self.rooms) if stream == EVERY_STREAM else [stream]
        for name in names:
            room = self.rooms.get(name)
            if room is not None:
                room.wakes += 1
        self._look_at(names)

    def _look_at(self, names: Sequence[str]) -> None:
        self._due.update(names)
        self._bell.set()

    async def _pump(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            due = {name: self.rooms[name] for name in self._due if name in self.rooms}
            self._due.clear()
            if due:
                try:
                    await self._serve(due)
                except DatabaseError:
                    # The next look, a second later, starts from the same number.
                    logger.warning("the log cannot be read", exc_info=True)
                except Exception:
                    logger.exception("the hub stumbled")

    async def _serve(self, rooms: dict[str, Room]) -> None:
        wakes = {name: room.wakes for name, room in rooms.items()}
        known = {name: room.known() for name, room in rooms.items()}
        began = self._loop.time()
        news = await self._reader.run(tail.read, known, self.limits.recent_events)
        counters.reads += 1
        counters.read_seconds += self._loop.time() - began
        for name, room in rooms.items():
            await self._tell(name, room, news[name])
            room.wakes_served = max(room.wakes_served, wakes[name])

    async def _tell(self, name: str, room: Room, news: tail.News) -> None:
        if room.access != news.access:
            if room.opened.is_set():
                self._recheck(room, name)
            room.access = news.access
        states = room.take_states(news)
        if room.seq is None:
            room.seq = news.seq
            room.recent.extend(FramedEvent.of_burst(news.events))
            room.opened.set()
            return
        follows = bool(news.events) and news.events[0].seq == room.seq + 1
        if news.seq != room.seq and not follows:
            await self._tell_gap(room, news.seq)
        elif news.events:
            await self._tell_events(room, FramedEvent.of_burst(news.events))
            counters.told([event.at for event in news.events], timezone.now())
            self._counting.told(name)
            if room.seq < news.seq:
                self._look_at([name])
        if states:
            await self._tell_states(room, states)

    async def _tell_events(self, room: Room, events: Sequence[FramedEvent]) -> None:
        base, last = room.seq, events[-1].seq
        room.seq = last
        room.recent.extend(events)
        bursts = Bursts(events)
        for number, seat in enumerate(list(room.seats), start=1):
            if seat.cursor is not None and seat.cursor < last and seat.audiences is not None:
                before, seat.cursor = seat.cursor, last
                if before == base:
                    self._give(seat, bursts.for_(seat.audiences))
                else:
                    self.write(seat, Burst(event.for_(seat.audiences) for event in events if event.seq > before))
            if number % self.limits.batch == 0:
                await asyncio.sleep(0)
        counters.wrote(bursts.made())

    async def _tell_gap(self, room: Room, seq: int) -> None:
        """The log does not go on where it was left: it was pruned far ahead of us, or restored from a backup."""
        room.seq = seq
        room.recent.clear()
        burst = Burst([protocol.gap(seq)])
        for seat in list(room.seats):
            if seat.cursor is not None:
                seat.cursor = seq
                self._give(seat, burst)
        counters.gaps += burst.sockets
        counters.wrote([burst])

    async def _tell_states(self, room: Room, changed: Sequence[tail.StateKey]) -> None:
        bursts = StateBursts(room.states, changed)
        for number, seat in enumerate(list(room.seats), start=1):
            if seat.cursor is not None and seat.audiences is not None:
                heard = bursts.heard_by(seat.audiences)
                if seat.writer.load() > 0:
                    # Latest wins: told when it has read what waits, as it is then.
                    seat.owed = seat.owed | heard
                elif heard:
                    self._give(seat, bursts.of(heard))
            if number % self.limits.batch == 0:
                await asyncio.sleep(0)
        counters.wrote(bursts.made())

    def _pay(self, room: Room, seat: Seat) -> None:
        """Tell the states that waited until the socket had read what was before them."""
        if seat.owed and seat.audiences is not None and seat.writer.load() == 0:
            keys = [key for key in room.states if key in seat.owed and may_hear(seat.audiences, key[1])]
            seat.owed = NOTHING_OWED
            self.write(seat, Burst(room.states[key].frame for key in keys))

    # --- rights that change ------------------------------------------------------------------------------------------

    def _recheck(self, room: Room, name: str) -> None:
        """Ask for every socket of the room, and once more when rights changed while asking."""
        room.recheck_wanted = True
        if not room.rechecking:
            room.rechecking = True
            self._keep(self._closing, self._ask_again(room, name))

    async def _ask_again(self, room: Room, name: str) -> None:
        try:
            while room.recheck_wanted:
                room.recheck_wanted = False
                counters.rechecks += 1
                await self._ask_all(room, name, [seat for seat in room.seats if not seat.closed])
        except DatabaseError:
            # Unknown is not allowed: with the next look at the log the question is asked again.
            logger.warning("rights cannot be asked again", exc_info=True)
            room.access = NOT_ASKED
        finally:
            room.rechecking = False

    async def _ask_all(self, room: Room, name: str, seats: Sequence[Seat]) -> None:
        answers = await self._door.ask_again([seat.credential for seat in seats], name)
        for seat, answer in zip(seats, answers, strict=True):
            if isinstance(answer, Close):
                self.close(seat, answer)
            else:
                self._allow(room, seat, answer)

    def _allow(self, room: Room, seat: Seat, audiences: frozenset[str]) -> None:
        before, seat.audiences = seat.audiences, audiences
        self._counting.seat_changed(seat)
        if seat.cursor is not None and before != audiences:
            # What it was shown, or was not, no longer fits: the snapshot does.
            counters.gaps += 1
            frames = [protocol.gap(seat.cursor), *room.states_for(audiences)]
            self.write(seat, Burst(frames))

    async def _watch_rights(self) -> None:
        """What nobody tells: a session that has ended, a right that was changed past the actions."""
        asked_at = self.clock()
        while True:
            await asyncio.sleep(self.limits.credentials_every)
            try:
                await self._close_lost()
            except DatabaseError:
                logger.warning("credentials cannot be asked again", exc_info=True)
            except Exception:
                # Else nobody would look again as long as this hub lives.
                logger.exception("the watch over credentials stumbled")
            if self.clock() - asked_at >= self.limits.rights_every:
                asked_at = self.clock()
                for name, room in list(self.rooms.items()):
                    self._recheck(room, name)

    async def _close_lost(self) -> None:
        seats = [seat for room in self.rooms.values() for seat in room.seats]
        lost = set(await self._door.lost({seat.credential for seat in seats}))
        for seat in seats:
            if seat.credential in lost:
                self.close(seat, Close.ANONYMOUS)

    # --- once a second -----------------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        ping = Burst([protocol.ping()])
        while True:
            await asyncio.sleep(self.limits.tail_every)
            self._look_at(list(self.rooms))
            for room in list(self.rooms.values()):
                for number, seat in enumerate(list(room.seats), start=1):
                    self._keep_alive(seat, ping)
                    self._pay(room, seat)
                    if number % self.limits.batch == 0:
                        await asyncio.sleep(0)

    def _keep_alive(self, seat: Seat, ping: Burst) -> None:
        now = self.clock()
        if now - seat.heard_at > self.limits.silent_after:
            self.close(seat, Close.SLOW)
        elif now - seat.pinged_at >= self.limits.ping_after:
            seat.pinged_at, seat.frames_heard = now, 0
            self.write(seat, ping)

    # --- other processes ---------------------------------------------------------------------------------------------

    async def _listen_to_layer(self) -> None:
        while True:
            try:
                await self._hear_nudges(shared_layer())
            except Exception:
                # Whatever the layer raises: the look once a second goes on without it.
                logger.exception("nudges of other processes are not heard")
                await asyncio.sleep(_RETRY_LAYER_AFTER)

    async def _hear_nudges(self, layer: Any) -> None:
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)
        try:
            while True:
                nudge = await layer.receive(channel)
                if nudge["process"] != PROCESS:
                    counters.nudges_heard += 1
                    for stream in nudge["streams"]:
                        self._wake(stream)
        finally:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(_RETRY_LAYER_AFTER):
                    await layer.group_discard(GROUP, channel)
