"""However joining and publishing fall together, a socket gets every number once, in order."""

import asyncio
import random
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import connection, connections
from pytest_django import Settings

from realtime import hearing, replay, tail
from realtime.hub import running_hub
from tests.realtime.conftest import Open
from tests.realtime.fake import APPS, PATIENCE, Tablet, in_database, put, put_many

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)


def publish_around(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, times: int) -> None:
    """Publish one event before and one after each of the first calls of a function that reads the database."""
    original: Callable[..., Any] = getattr(module, name)
    left = [times]

    def around(*args: Any) -> Any:
        if not left[0]:
            return original(*args)
        left[0] -= 1
        put(0)
        answer = original(*args)
        put(0, "staff")
        return answer

    monkeypatch.setattr(module, name, around)


@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("after", [0, 3])
@pytest.mark.parametrize(
    ("module", "name"), [(hearing, "ask"), (replay, "events_after"), (replay, "logged_events"), (tail, "read")]
)
async def test_events_published_at_the_worst_moment(
    open_tablet: Open,
    delegate: AbstractUser,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    after: int,
    times: int,
) -> None:
    await in_database(put_many, 3)
    publish_around(monkeypatch, module, name, times)
    first, second = await open_tablet(delegate, after), await open_tablet(delegate, after)
    # Whatever the moments did, this one is the last, and all before it are committed.
    last = await in_database(put, 1)
    for tablet in (first, second):
        frames = await tablet.until(last)
        assert frames[0][0] == "hello"
        assert [seq for _type, seq in frames[1:]] == list(range(after + 1, last + 1))


@pytest.mark.parametrize("seed", range(6))
async def test_sockets_that_come_and_go_while_others_publish(delegate: AbstractUser, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- a history to replay, no secret
    done = threading.Event()
    total = 60

    def publisher(audience: str) -> None:
        for number in range(total // 2):
            put(number, audience)
        connection.close()
        done.set()

    threads = [threading.Thread(target=publisher, args=[audience]) for audience in ("everyone", "staff")]

    async def client(pauses: list[int]) -> list[int]:
        """Reads, drops the line, comes back after the last number it has; returns all numbers it got."""
        numbers: list[int] = []
        for pause in pauses:
            tablet = await Tablet.at(delegate, after=len(numbers))
            assert (await tablet.frame())["type"] == "hello"
            while len(numbers) < total:
                numbers.append((await tablet.frame())["seq"])
                if len(numbers) % pause == 0:
                    break
            await tablet.leave()
        tablet = await Tablet.at(delegate, after=len(numbers))
        await tablet.frame()
        numbers += [(await tablet.frame())["seq"] for _ in range(total - len(numbers))]
        await tablet.leave()
        return numbers

    for thread in threads:
        thread.start()
    got = await asyncio.gather(*(client([chance.randint(1, 9) for _ in range(5)]) for _ in range(4)))
    for thread in threads:
        await asyncio.to_thread(thread.join)
    await in_database(connections.close_all)
    assert got == [list(range(1, total + 1))] * 4


async def test_a_socket_that_joins_while_an_event_is_being_told_hears_it_once(
    settings: Settings, open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 3600.0, "batch": 1}
    early = [await open_tablet(delegate) for _ in range(3)]
    for tablet in early:
        await tablet.frame()
    telling = asyncio.Event()
    hub = running_hub()
    give = hub._give

    def watched(seat: Any, burst: Any) -> None:
        if any('"event"' in frame.text for frame in burst.frames):
            telling.set()
        give(seat, burst)

    monkeypatch.setattr(hub, "_give", watched)
    publishing = asyncio.create_task(in_database(put, 1))
    await telling.wait()
    late = await open_tablet(delegate, after=0)
    await publishing
    await in_database(put, 2)
    assert await late.until(2) in (
        [("hello", 1), ("event", 1), ("event", 2)],
        [("hello", 2), ("event", 1), ("event", 2)],
    )
    assert [await tablet.short(2) for tablet in early] == [[("event", 1), ("event", 2)]] * 3


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """While it is cleared the hub's reading of the log is held up."""
    opened = threading.Event()
    opened.set()
    read = tail.read

    def held_up(known: dict[str, tail.Known], recent: int) -> dict[str, tail.News]:
        assert opened.wait(PATIENCE)
        return read(known, recent)

    monkeypatch.setattr(tail, "read", held_up)
    yield opened
    opened.set()


async def test_a_socket_that_is_ahead_of_the_others_hears_only_the_rest(
    open_tablet: Open, delegate: AbstractUser, gate: threading.Event
) -> None:
    early = await open_tablet(delegate)
    await early.frame()
    gate.clear()
    await in_database(put, 1)
    ahead = await open_tablet(delegate, after=0)
    assert await ahead.short(2) == [("hello", 1), ("event", 1)]
    await in_database(put, 2)
    gate.set()
    await in_database(put, 3)
    assert await ahead.short(2) == [("event", 2), ("event", 3)]
    assert await early.short(3) == [("event", 1), ("event", 2), ("event", 3)]


async def test_what_was_committed_before_a_socket_came_is_in_its_greeting(
    open_tablet: Open, delegate: AbstractUser, gate: threading.Event
) -> None:
    early = await open_tablet(delegate)
    await early.frame()
    gate.clear()
    await in_database(put, 1)
    late = await open_tablet(delegate)
    assert await late.short() == [("hello", 1)]
    gate.set()
    await in_database(put, 2)
    assert await late.short() == [("event", 2)]


async def test_who_comes_back_soon_is_served_without_the_database(
    open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = await open_tablet(delegate)
    await present.frame()
    for number in range(4):
        await in_database(put, number, "staff" if number == 2 else "everyone")
    await present.frames(4)
    await asyncio.sleep(0)
    monkeypatch.delattr(replay, "events_after")
    monkeypatch.delattr(replay, "head")
    back = await open_tablet(delegate, after=1)
    assert await back.short(4) == [("hello", 4), ("event", 2), ("skip", 3), ("event", 4)]
    assert await (await open_tablet(delegate)).short() == [("hello", 4)]
