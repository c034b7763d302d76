"""Nudges between processes: they make a hub look, and nothing depends on them."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AbstractUser
from pytest_django import Settings

from realtime.metrics import Counters
from realtime.nudge import GROUP, PROCESS, Nudger, nudger, shared_layer
from tests.realtime.conftest import Open
from tests.realtime.fake import APPS, STREAM, in_database, put

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)
FakeQueue = asyncio.Queue[dict[str, Any]]


class FakeLayer:
    """A channel layer that other processes would share. What is sent to it is kept in ``sent``."""

    sent: list[dict[str, Any]] = []
    groups: dict[str, dict[str, FakeQueue]] = {}

    def __init__(self, **_config: object) -> None:
        FakeLayer.sent, FakeLayer.groups = [], {}

    async def new_channel(self) -> str:
        return "channel"

    async def group_add(self, group: str, channel: str) -> None:
        self.groups.setdefault(group, {})[channel] = asyncio.Queue()

    async def group_discard(self, group: str, channel: str) -> None:
        del self.groups[group][channel]

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def receive(self, channel: str) -> dict[str, Any]:
        return await self.groups[GROUP][channel].get()

    @classmethod
    def say(cls, process: str, *streams: str) -> None:
        cls.groups[GROUP]["channel"].put_nowait({"type": "hub.wake", "streams": [*streams], "process": process})


class BrokenLayer(FakeLayer):
    """A channel layer whose server is gone."""

    attempts = 0

    async def new_channel(self) -> str:
        BrokenLayer.attempts += 1
        raise ConnectionRefusedError

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        raise ConnectionRefusedError


def use(settings: Settings, layer: type[FakeLayer]) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{layer.__module__}.{layer.__name__}"}}


@pytest.fixture(autouse=True)
def as_at_the_start() -> Iterator[None]:
    nudger._reachable = True
    yield
    nudger.stop()


async def test_a_nudge_of_another_process_makes_the_hub_look(
    settings: Settings,
    counted: Counters,
    open_tablet: Open,
    delegate: AbstractUser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(settings, FakeLayer)
    monkeypatch.setattr("realtime.publish.wake", len)
    tablet = await open_tablet(delegate)
    await tablet.frame()
    await in_database(put, 1)
    FakeLayer.say("another", "cards:9")
    FakeLayer.say(PROCESS, STREAM)
    assert await tablet.hears_nothing()
    FakeLayer.say("another", "cards:9", STREAM)
    assert await tablet.short() == [("event", 1)]
    assert counted.nudges_heard == 2
    await tablet.leave()
    assert FakeLayer.groups == {GROUP: {}}


async def test_without_the_layer_events_are_still_heard(
    settings: Settings, open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.hub._RETRY_LAYER_AFTER", 0.01)
    use(settings, BrokenLayer)
    tablet = await open_tablet(delegate)
    await tablet.frame()
    for number in range(3):
        await in_database(put, number)
    assert await tablet.short(3) == [("event", 1), ("event", 2), ("event", 3)]
    before = BrokenLayer.attempts
    assert await tablet.hears_nothing()
    assert BrokenLayer.attempts > before


def test_names_are_sent_and_none_is_forgotten_at_the_end(settings: Settings) -> None:
    use(settings, FakeLayer)
    assert shared_layer() is not None
    for number in range(50):
        nudger.nudge(f"cards:{number % 10}")
    nudger.stop()
    assert {message["process"] for message in FakeLayer.sent} == {PROCESS}
    assert {name for message in FakeLayer.sent for name in message["streams"]} == {f"cards:{n}" for n in range(10)}
    nudger.nudge("cards:1")
    nudger.stop()
    assert FakeLayer.sent[-1]["streams"] == ["cards:1"]


def test_an_installation_of_one_process_starts_no_thread() -> None:
    single = Nudger()
    single.nudge(STREAM)
    assert single._thread is None


def test_a_dead_layer_is_told_of_once(settings: Settings, counted: Counters, caplog: pytest.LogCaptureFixture) -> None:
    use(settings, BrokenLayer)
    for number in range(3):
        put(number)
        nudger.stop()
    assert [record.message for record in caplog.records] == ["other processes cannot be nudged"]
    assert counted.nudges_lost == 3
    use(settings, FakeLayer)
    put(4)
    nudger.stop()
    assert [message["streams"] for message in FakeLayer.sent] == [[STREAM]]
