"""Sockets that are silent, slow or dead, and a hub that meets trouble."""

import asyncio
import json
from typing import Any

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings

from realtime import tail
from realtime.hub import Hub, running_hub
from realtime.metrics import Counters
from realtime.models import Stream, StreamEvent
from tests.realtime.conftest import Open
from tests.realtime.fake import APPS, PATIENCE, STREAM, as_user, in_database, put, put_many, wait_until

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)


class Time:
    """A clock that goes when it is told to."""

    def __init__(self, hub: Hub) -> None:
        self.now = hub.clock()
        hub.clock = lambda: self.now


@pytest.fixture
def quick_look(settings: Settings) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 0.01}


@pytest.mark.usefixtures("quick_look")
async def test_a_ping_is_sent_every_twenty_seconds(open_tablet: Open, delegate: AbstractUser) -> None:
    tablet = await open_tablet(delegate)
    await tablet.frame()
    time = Time(running_hub())
    assert await tablet.hears_nothing()
    for _ in range(2):
        time.now += 20
        assert (await tablet.raw())["text"] == '{"type":"ping"}'
        assert await tablet.hears_nothing()


@pytest.mark.usefixtures("quick_look")
async def test_a_socket_that_answers_stays_and_a_silent_one_is_closed(
    counted: Counters, open_tablet: Open, delegate: AbstractUser
) -> None:
    answering, silent = await open_tablet(delegate), await open_tablet(delegate)
    time, seats = Time(running_hub()), list(running_hub().rooms[STREAM].seats)
    for _ in range(2):
        time.now += 25
        await answering.says('{"type":"pong"}')
        await asyncio.to_thread(wait_until, lambda: time.now in {seat.heard_at for seat in seats})
    time.now += 1
    assert await silent.close_code() == 4408
    await in_database(put, 1)
    assert (await answering.until(1))[-1] == ("event", 1)
    assert (counted.silent, counted.dropped, counted.sockets) == (1, 0, 1)


class Stuck:
    """A client that has accepted the socket and reads nothing more: the server's ``send`` does not return."""

    def __init__(self, user: AbstractUser, *, reads_close: bool) -> None:
        self.sent: list[dict[str, Any]] = []
        self.seated, self.closed, self.reading_again = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reads_close = reads_close
        scope = {"type": "websocket", "path": "/ws/cards/1/", "query_string": b"", "headers": []}
        self._incoming.put_nowait({"type": "websocket.connect"})
        self.consumer = asyncio.create_task(as_user(user)(scope, self._incoming.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        if message["type"] == "websocket.close":
            self.closed.set()
        if message["type"] == "websocket.send":
            self.seated.set()
        if message["type"] == "websocket.send" or (message["type"] == "websocket.close" and not self._reads_close):
            await self.reading_again.wait()

    async def leave(self) -> None:
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await asyncio.gather(self.consumer, return_exceptions=True)


@pytest.mark.parametrize("limits", [{"queue_frames": 5}, {"queue_bytes": 600}])
async def test_a_socket_that_reads_too_little_is_closed_and_others_are_not(
    settings: Settings,
    counted: Counters,
    open_tablet: Open,
    delegate: AbstractUser,
    limits: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 3600.0, **limits}
    monkeypatch.setattr("realtime.writers._LAST_WORD_PATIENCE", 0.05)
    good = await open_tablet(delegate)
    await good.frame()
    stuck = Stuck(delegate, reads_close=True)
    await stuck.seated.wait()
    (seat,) = [each for each in running_hub().rooms[STREAM].seats if each.task is stuck.consumer]
    for number in range(8):
        seq = await in_database(put, number)
        assert await good.short() == [("event", seq)]
    stuck_at = seat.cursor
    await asyncio.wait_for(stuck.closed.wait(), PATIENCE)
    assert [message["type"].partition(".")[2] for message in stuck.sent] == ["accept", "send", "send", "close"]
    assert json.loads(stuck.sent[2]["text"]) == {"type": "gap", "seq": stuck_at}
    assert stuck.sent[-1]["code"] == 4408
    assert len(running_hub().rooms[STREAM].seats) == 1
    assert (counted.dropped, counted.silent, counted.closed["4408"], counted.sockets) == (1, 0, 1, 1)
    assert counted.figures(timezone.now()).recent_dropped == 1
    assert counted.buffered > 0
    stuck.reading_again.set()
    await in_database(put, 9)
    await good.frame()
    assert stuck.sent[-1]["type"] == "websocket.close"
    await stuck.leave()


async def test_a_socket_that_cannot_even_be_closed_is_given_up(
    settings: Settings, open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 3600.0, "queue_frames": 5}
    monkeypatch.setattr("realtime.writers._CLOSE_PATIENCE", 0.05)
    good = await open_tablet(delegate)
    await good.frame()
    stuck = Stuck(delegate, reads_close=False)
    await stuck.seated.wait()
    await in_database(put_many, 6)
    await asyncio.wait([stuck.consumer], timeout=PATIENCE)
    assert stuck.consumer.cancelled()
    assert len(await good.frames(6)) == 6


async def test_a_long_replay_is_written_no_faster_than_it_is_read(
    settings: Settings, open_tablet: Open, delegate: AbstractUser
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 3600.0, "queue_frames": 40, "replay_frames": 10}
    await in_database(put_many, 200)
    tablet = await open_tablet(delegate, after=0)
    assert (await tablet.until(200))[1:] == [("event", seq) for seq in range(1, 201)]


@pytest.mark.usefixtures("quick_look")
async def test_when_the_log_cannot_be_read_the_hub_tries_again(
    open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = await open_tablet(delegate)
    await tablet.frame()
    read = tail.read
    failures: list[Exception] = [DatabaseError("gone"), DatabaseError("gone"), KeyError("a fault of ours")]

    def fails_at_first(known: dict[str, tail.Known], recent: int) -> dict[str, tail.News]:
        if failures:
            raise failures.pop()
        return read(known, recent)

    monkeypatch.setattr(tail, "read", fails_at_first)
    await in_database(put, 1)
    assert await tablet.short() == [("event", 1)]
    assert failures == []


async def test_a_log_that_was_restored_from_a_backup_is_a_gap(
    counted: Counters, open_tablet: Open, delegate: AbstractUser
) -> None:
    tablet = await open_tablet(delegate)
    await tablet.frame()
    await in_database(put_many, 5)
    await tablet.frames(5)

    def restore() -> None:
        StreamEvent.objects.filter(seq__gt=2).delete()
        Stream.objects.update(seq=2)
        running.on_commit(STREAM)

    running = running_hub()
    await in_database(restore)
    assert await tablet.short() == [("gap", 2)]
    assert counted.gaps == 1
    await in_database(put, 3)
    assert await tablet.short() == [("event", 3)]
    again = await open_tablet(delegate, after=1)
    assert await again.short(3) == [("hello", 3), ("event", 2), ("event", 3)]


async def test_events_pruned_before_they_were_read_are_a_gap(open_tablet: Open, delegate: AbstractUser) -> None:
    tablet = await open_tablet(delegate)
    await tablet.frame()

    def publish_and_prune(kept: int) -> None:
        Stream.objects.update_or_create({"seq": 10}, name=STREAM)
        stream = Stream.objects.get(name=STREAM)
        StreamEvent.objects.all().delete()
        for seq in range(11 - kept, 11):
            StreamEvent.objects.create(
                stream=stream, seq=seq, kind="card.put", at=stream_time, audience="everyone", data={"id": 1}
            )
        running.on_commit(STREAM)

    from_now = await in_database(put, 1)
    assert await tablet.short() == [("event", from_now)]
    stream_time = (await in_database(StreamEvent.objects.get)).at
    running = running_hub()
    await in_database(publish_and_prune, 4)
    assert await tablet.short() == [("gap", 10)]


async def test_more_events_than_are_read_at_once_all_arrive(
    open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "REPLAY_LIMIT", 7)
    tablet = await open_tablet(delegate)
    await tablet.frame()
    await in_database(put_many, 30)
    assert await tablet.short(30) == [("event", seq) for seq in range(1, 31)]
