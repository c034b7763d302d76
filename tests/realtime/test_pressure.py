"""Sockets that read slowly: what outdates itself is told once, and what was missed is served from memory."""

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from pytest_django import Settings

from realtime import replay
from realtime.hub import running_hub
from realtime.publish import publish, publish_latest
from tests.realtime.conftest import Open
from tests.realtime.fake import APPS, PATIENCE, STREAM, CardsCounted, as_user, in_database, put, put_many

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)


class Slow:
    """A client that takes one frame whenever it is told to; the server's ``send`` waits for it."""

    def __init__(self, user: AbstractUser) -> None:
        self.taken: list[dict[str, Any]] = []
        self._offered: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._turns = asyncio.Semaphore(0)
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._incoming.put_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "path": "/ws/cards/1/", "query_string": b"", "headers": []}
        self.consumer = asyncio.create_task(as_user(user)(scope, self._incoming.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            await self._turns.acquire()
            self._offered.put_nowait(message)

    async def takes(self) -> str:
        """The next frame's text."""
        self._turns.release()
        message = await asyncio.wait_for(self._offered.get(), PATIENCE)
        text: str = message["text"]
        return text

    async def leave(self) -> None:
        self._turns.release()
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await asyncio.gather(self.consumer, return_exceptions=True)


async def test_a_latest_state_does_not_queue_behind_a_slow_reader(
    settings: Settings, open_tablet: Open, delegate: AbstractUser
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 0.02}
    quick, slow = await open_tablet(delegate), Slow(delegate)
    assert "hello" in await slow.takes()
    assert (await quick.frame())["type"] == "hello"
    await in_database(put, 1)
    assert (await quick.frame())["type"] == "event"
    for page in range(1, 6):
        await in_database(publish_latest, STREAM, "page.followed", {"page": page})
        assert (await quick.frame())["data"] == {"page": page}
    # The slow one still has the event before it; of the five pages it is told the last.
    assert '"event"' in await slow.takes()
    assert '"page":5' in await slow.takes()
    await in_database(put, 2)
    assert '"seq":2' in await slow.takes()
    await slow.leave()


async def test_only_what_the_reader_may_hear_is_kept_for_it(
    settings: Settings, open_tablet: Open, delegate: AbstractUser, secretary: AbstractUser
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 0.02}
    staff, slow = await open_tablet(secretary), Slow(delegate)
    assert "hello" in await slow.takes()
    await staff.frame()
    await in_database(put, 1)
    await staff.frame()
    await in_database(publish_latest, STREAM, "letters.counted", {"sent": 7}, "staff")
    assert (await staff.frame())["data"] == {"sent": 7}
    await in_database(publish_latest, STREAM, "page.followed", {"page": 3})
    await staff.frame()
    assert '"event"' in await slow.takes()
    assert '"page":3' in await slow.takes()
    await in_database(put, 2)
    assert '"seq":2' in await slow.takes()
    await slow.leave()


async def test_after_a_restart_those_who_come_back_are_served_from_one_reading(
    open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_database(put_many, 30)
    first = await open_tablet(delegate, after=10)
    assert (await first.until(30))[1:] == [("event", seq) for seq in range(11, 31)]

    def in_vain(*_: object) -> None:
        raise AssertionError("the log was read")

    monkeypatch.setattr(replay, "events_after", in_vain)
    monkeypatch.setattr(replay, "head", in_vain)
    others = [await open_tablet(delegate, after=after) for after in (0, 5, 29, 30)]
    assert [await tablet.short() for tablet in others] == [[("hello", 30)]] * 4
    rest = [await other.short(30 - after) for other, after in zip(others, (0, 5, 29), strict=False)]
    assert rest == [[("event", seq) for seq in range(after + 1, 31)] for after in (0, 5, 29)]
    assert len(running_hub().rooms[STREAM].recent) == 30


async def test_of_counts_told_at_once_the_last_is(open_tablet: Open, delegate: AbstractUser) -> None:
    def count(*numbers: int) -> None:
        with transaction.atomic():
            for number in numbers:
                publish(STREAM, CardsCounted(rows=[{"id": "A", "n": number}]))

    tablet = await open_tablet(delegate)
    await tablet.frame()
    await in_database(count, 1, 2, 3)
    assert await tablet.short(3) == [("skip", 1), ("skip", 2), ("event", 3)]
    late = await open_tablet(delegate, after=0)
    assert await late.short(4) == [("hello", 3), ("skip", 1), ("skip", 2), ("event", 3)]
