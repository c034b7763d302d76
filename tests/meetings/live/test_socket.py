"""The socket of a meeting as a client meets it: who is let in, who is put out, and how a cut link heals."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from django.db import connections
from pytest_django import Settings

from accounts.models import User
from meetings.documents.actions import change_document, withdraw_document
from meetings.documents.models import Document
from meetings.live.snapshot import COLLECTIONS, snapshot
from meetings.planning.actions import change_meeting
from meetings.planning.models import Meeting
from meetings.planning.participant_actions import change_participant, remove_participant
from realtime import hub
from realtime.events import apply
from tests.meetings.live.acts import Draw, World, document_published, document_uploaded, item_added, meeting_opened
from tests.meetings.live.tablets import HOST, Headers, Tablet, cookie_of, from_page, in_database, token_of
from tests.people import People, make_network, make_people
from tests.scenes import invite, make_meeting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_documents")]


def _make_world() -> World:
    people = make_people(make_network())
    meeting = make_meeting(people)
    invite(meeting, people, "delegate", "H026")
    return World(people, meeting)


@pytest.fixture
def world(transactional_db: None) -> World:
    return _make_world()


@pytest_asyncio.fixture
async def tablets(world: World, settings: Settings) -> AsyncIterator[list[Tablet]]:
    """Those put in are closed at the end; then no hub may be left."""
    # Nothing is found by the look once a second that should have come by a wake-up.
    settings.REALTIME_LIMITS = {"tail_every": 3600.0}
    opened: list[Tablet] = []
    yield opened
    for tablet in opened:
        await tablet.leave()
    assert hub._hubs == {}
    await in_database(connections.close_all)


@pytest.mark.parametrize(
    "headers",
    [
        [(b"host", HOST.encode())],
        from_page("null"),
        from_page("http://evil.example"),
        from_page(f"http://{HOST}.evil.example"),
        from_page(f"http://evil-{HOST}"),
        from_page(f"http://{HOST}:8443"),
        from_page(f"http://{HOST}@evil.example"),
        from_page(f"ftp://{HOST}"),
        from_page("http://evil.example", "evil.example"),
        [*from_page(f"http://{HOST}"), (b"origin", b"http://evil.example")],
    ],
    ids=lambda headers: " ".join(value.decode() for _name, value in headers),
)
async def test_a_cookie_opens_no_socket_from_another_page(
    world: World, tablets: list[Tablet], headers: Headers
) -> None:
    cookie = await in_database(cookie_of, world.people.delegate)
    tablet = Tablet(world.meeting.pk, None, [*headers, cookie])
    assert not await tablet.opens()


async def test_a_page_of_this_office_opens_it(world: World, tablets: list[Tablet]) -> None:
    tablets.append(await Tablet.of(world.people.delegate, world.meeting.pk))
    assert (await tablets[0].frame())["type"] == "hello"


async def test_a_bearer_token_opens_it_without_an_origin(world: World, tablets: list[Tablet]) -> None:
    token = await in_database(token_of, world.people.delegate)
    tablet = Tablet(world.meeting.pk, None, [(b"host", HOST.encode()), token])
    assert await tablet.opens()
    tablets.append(tablet)
    assert (await tablet.frame())["type"] == "hello"


async def test_a_false_token_is_closed_with_4401_whatever_the_cookie(world: World, tablets: list[Tablet]) -> None:
    cookie = await in_database(cookie_of, world.people.delegate)
    headers = [*from_page(f"http://{HOST}"), cookie, (b"authorization", b"Bearer false")]
    tablet = Tablet(world.meeting.pk, None, headers)
    assert await tablet.opens()
    tablets.append(tablet)
    assert await tablet.close_code() == 4401


async def test_a_visitor_is_closed_with_4401(world: World, tablets: list[Tablet]) -> None:
    tablet = Tablet(world.meeting.pk, None, from_page(f"http://{HOST}"))
    assert await tablet.opens()
    tablets.append(tablet)
    assert await tablet.close_code() == 4401


@pytest.mark.parametrize("name", ["outsider", "nobody"])
async def test_a_stranger_is_closed_with_4403(world: World, tablets: list[Tablet], name: str) -> None:
    tablets.append(await Tablet.of(getattr(world.people, name), world.meeting.pk))
    assert await tablets[0].close_code() == 4403


async def test_a_meeting_that_is_not_there_is_closed_with_4404(world: World, tablets: list[Tablet]) -> None:
    tablets.append(await Tablet.of(world.people.delegate, world.meeting.pk + 1))
    assert await tablets[0].close_code() == 4404


async def test_who_is_taken_off_the_list_is_closed_with_4403(world: World, tablets: list[Tablet]) -> None:
    tablets.append(await Tablet.of(world.people.delegate, world.meeting.pk))
    await tablets[0].frame()
    [participant] = await in_database(world.participants)
    await in_database(remove_participant, world.actor, participant)
    assert await tablets[0].close_code() == 4403


async def test_who_is_no_longer_the_chair_is_closed_or_told_to_take_the_snapshot(
    world: World, tablets: list[Tablet]
) -> None:
    tablets.append(await Tablet.of(world.people.chair, world.meeting.pk))
    await tablets[0].frame()
    meeting: Meeting = await in_database(world.fresh)
    await in_database(change_meeting, world.actor, meeting, version=meeting.version, changes={"chair": None})
    # The chair's role over the province still lets him see the meeting, but no longer run it.
    assert [frame["type"] for frame in await tablets[0].until(1)] == ["event"]
    assert (await tablets[0].frame())["type"] == "gap"


async def test_who_is_expected_elsewhere_is_told_to_take_the_snapshot(world: World, tablets: list[Tablet]) -> None:
    tablets.append(await Tablet.of(world.people.delegate, world.meeting.pk))
    await tablets[0].frame()
    [participant] = await in_database(world.participants)
    await in_database(change_participant, world.actor, participant, endpoint="T1")
    frames = await tablets[0].until(3)
    assert [frame["type"] for frame in frames] == ["skip", "event", "event"]
    assert (await tablets[0].frame())["type"] == "gap"


def _state(user: User, meeting: Meeting) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(snapshot(User.objects.get(pk=user.pk), meeting)))
    return read


def _collections(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: rows for name, rows in shown.items() if name in COLLECTIONS}


def _morning(people: People, meeting: Meeting) -> World:
    """Two documents are published and the session is open."""
    world = World(people, meeting)
    for act in (item_added, document_uploaded, document_published, document_uploaded, meeting_opened):
        act(world, Draw())
    document_published(world, _Last())
    return world


class _Last(Draw):
    def one_of(self, choices: Any) -> Any:
        return choices[-1]


async def test_a_cut_link_heals_with_what_was_missed_a_withdrawal_included(world: World, tablets: list[Tablet]) -> None:
    delegate = world.people.delegate
    await in_database(_morning, world.people, world.meeting)
    before = await in_database(_state, delegate, world.meeting)
    tablet = await Tablet.of(delegate, world.meeting.pk, before["seq"])
    assert (await tablet.frame())["seq"] == before["seq"]
    await tablet.leave()

    [first, _second] = await in_database(world.documents)
    await in_database(withdraw_document, world.actor, first)
    await in_database(item_added, world, Draw())
    after = await in_database(_state, delegate, world.meeting)

    tablets.append(await Tablet.of(delegate, world.meeting.pk, before["seq"]))
    state = _collections(before)
    for frame in await tablets[0].until(after["seq"]):
        if frame["type"] == "event":
            state = dict(apply(state, frame["kind"], frame["data"]))
    assert state == _collections(after)
    assert str(first.pk) not in state["documents"]


async def test_a_long_cut_heals_by_the_snapshot(
    world: World, tablets: list[Tablet], monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr("realtime.replay.REPLAY_LIMIT", 3)
    settings.REALTIME_LIMITS = {**settings.REALTIME_LIMITS, "recent_events": 2}
    delegate = world.people.delegate
    await in_database(_morning, world.people, world.meeting)
    before = await in_database(_state, delegate, world.meeting)
    for _number in range(4):
        await in_database(item_added, world, Draw())
    tablets.append(await Tablet.of(delegate, world.meeting.pk, before["seq"]))
    assert (await tablets[0].frame())["type"] == "hello"
    gap = await tablets[0].frame()
    assert gap == {"type": "gap", "seq": before["seq"] + 4}
    state = await in_database(_state, delegate, world.meeting)
    assert state["seq"] == gap["seq"]
    await in_database(item_added, world, Draw())
    [event] = await tablets[0].until(gap["seq"] + 1)
    after = await in_database(_state, delegate, world.meeting)
    assert apply(_collections(state), event["kind"], event["data"]) == _collections(after)


def _make_staff_only(world: World) -> int:
    document = world.documents()[0]
    change_document(world.actor, document, title=document.title, item=None, access=Document.Access.STAFF)
    return document.pk


async def test_a_document_that_readers_lose_leaves_their_tablet_and_stays_on_the_secretarys(
    world: World, tablets: list[Tablet]
) -> None:
    await in_database(_morning, world.people, world.meeting)
    before = await in_database(_state, world.people.delegate, world.meeting)
    names = ("delegate", "operator", "secretary")
    for name in names:
        tablets.append(await Tablet.of(getattr(world.people, name), world.meeting.pk, before["seq"]))
    pk = await in_database(_make_staff_only, world)
    heard = [[frame.get("kind", "") for frame in await tablet.until(before["seq"] + 2)] for tablet in tablets]
    assert heard == [
        ["document.withdrawn", ""],
        ["", ""],
        ["document.withdrawn", "document.published"],
    ]
    shown = [await in_database(_state, getattr(world.people, name), world.meeting) for name in names]
    assert [str(pk) in state["documents"] for state in shown] == [False, False, True]
