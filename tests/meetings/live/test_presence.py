"""Tablets at the real socket of a meeting: what the secretariat hears of them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from django.db import connections
from pytest_django import Settings

from meetings.planning.participant_actions import change_participant
from realtime import hub
from tests.api import Api
from tests.meetings.live.acts import Draw, World, document_published, document_uploaded, item_added
from tests.meetings.live.tablets import PATIENCE, Tablet, in_database
from tests.people import make_network, make_people
from tests.scenes import invite, make_meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_documents")]


def _make_world() -> World:
    people = make_people(make_network())
    meeting = make_meeting(people)
    invite(meeting, people, "delegate", "H026")
    invite(meeting, people, "operator", "X00715")
    return World(people, meeting)


@pytest.fixture
def world(transactional_db: None) -> World:
    return _make_world()


@pytest_asyncio.fixture
async def tablets(world: World, settings: Settings) -> AsyncIterator[list[Tablet]]:
    settings.REALTIME_LIMITS = {"tail_every": 3600.0, "count_every": 0.02}
    opened: list[Tablet] = []
    yield opened
    for tablet in opened:
        await tablet.leave()
    assert hub._hubs == {}
    await in_database(connections.close_all)


async def told(desk: Tablet, newest: int, **places: list[int]) -> None:
    """Read what the desk is told until it is this."""
    async with asyncio.timeout(PATIENCE):
        while True:
            frame = await desk.frame()
            counted = frame["type"] == "state" and frame["kind"] == "presence.counted"
            if counted and frame["data"] == {"newest": newest, "places": places}:
                return


def _published(world: World) -> int:
    """The number of the event that put a document out."""
    document_uploaded(world, Draw())
    document_published(world, Draw())
    newest: int = _answer(world)["newest"]
    return newest


def _answer(world: World) -> Any:
    return Api(world.people.secretary).get(f"/meetings/{world.meeting.pk}/presence").body


async def test_the_secretariat_hears_where_the_newest_document_is(world: World, tablets: list[Tablet]) -> None:
    people, pk = world.people, world.meeting.pk
    for user in (people.secretary, people.delegate, people.operator):
        tablets.append(await Tablet.of(user, pk))
    desk, one, two = tablets
    for tablet in tablets:
        assert (await tablet.frame())["type"] == "hello"
    await one.says_received(0)
    await two.says_received(0)
    await told(desk, 0, H026=[1, 1], X00715=[1, 1])
    newest = await in_database(_published, world)
    await told(desk, newest, H026=[1, 0], X00715=[1, 0])
    for tablet in (one, two):
        await tablet.until(newest)
    await two.says_received(newest)
    await told(desk, newest, H026=[1, 0], X00715=[1, 1])
    answer = await in_database(_answer, world)
    assert [answer[name] for name in ("newest", "expected", "connected", "current")] == [newest, 3, 2, 1]
    # An item on the agenda is no document: nobody is behind because of it.
    await in_database(item_added, world, Draw())
    await one.says_received(newest)
    await told(desk, newest, H026=[1, 1], X00715=[1, 1])


async def test_a_delegate_who_is_sent_elsewhere_counts_there(world: World, tablets: list[Tablet]) -> None:
    for user in (world.people.secretary, world.people.delegate):
        tablets.append(await Tablet.of(user, world.meeting.pk))
    desk, tablet = tablets
    for each in tablets:
        await each.frame()
    await tablet.says_received(0)
    await told(desk, 0, H026=[1, 1])
    participant = (await in_database(world.participants))[0]
    await in_database(change_participant, world.actor, participant, endpoint="T1")
    await told(desk, 0, T1=[1, 1])
