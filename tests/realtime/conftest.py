"""The live part on the fake domain of ``fake.py``."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import connections
from pytest_django import Settings

from realtime import hub
from realtime.metrics import Counters, counters
from tests.realtime.fake import WITHDRAWN, Tablet, in_database, make_user

Open = Callable[..., Awaitable[Tablet]]


@pytest.fixture(autouse=True)
def fake_domain(settings: Settings) -> None:
    settings.REALTIME_HOLDERS = "tests.realtime.fake.holders"
    settings.REALTIME_LOST = "tests.realtime.fake.lost"
    settings.REALTIME_AUDIENCES = "tests.realtime.fake.audiences_among"
    WITHDRAWN.clear()
    # Nothing is found by the look once a second that should have come by a wake-up.
    settings.REALTIME_LIMITS = {"tail_every": 3600.0, "ask_every": 0.0}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@pytest.fixture
def counted() -> Counters:
    """What is counted in this test."""
    Counters.__init__(counters)
    return counters


@pytest_asyncio.fixture
async def open_tablet(transactional_db: None) -> AsyncIterator[Open]:
    """Open sockets that are closed at the end; then no hub and no task may be left."""
    tablets: list[Tablet] = []

    async def opened(
        user: AbstractUser | AnonymousUser, after: int | str | None = None, wall: int = 1, credential: str = ""
    ) -> Tablet:
        tablets.append(await Tablet.at(user, after, wall, credential))
        return tablets[-1]

    yield opened
    for tablet in tablets:
        await tablet.leave()
    assert hub._hubs == {}
    assert asyncio.all_tasks() == {asyncio.current_task()}
    # Channels' communicator keeps the connections of worker threads from being closed.
    await in_database(connections.close_all)


@pytest_asyncio.fixture
async def delegate(transactional_db: None) -> AbstractUser:
    return await in_database(make_user, "daibieu", "everyone")


@pytest_asyncio.fixture
async def secretary(transactional_db: None) -> AbstractUser:
    return await in_database(make_user, "thuky", "everyone,staff")


@pytest_asyncio.fixture
async def outsider(transactional_db: None) -> AbstractUser:
    return await in_database(make_user, "nguoila", "")


@pytest_asyncio.fixture
async def in_a(transactional_db: None) -> AbstractUser:
    return await in_database(make_user, "o-a", "everyone,at:A,endpoint:A")


@pytest_asyncio.fixture
async def in_b(transactional_db: None) -> AbstractUser:
    return await in_database(make_user, "o-b", "everyone,at:B,endpoint:B")


@pytest_asyncio.fixture
async def desk(open_tablet: Open, secretary: AbstractUser) -> AsyncIterator[Tablet]:
    opened = await open_tablet(secretary)
    await opened.frame()
    yield opened
