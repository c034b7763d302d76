"""Snapshot at m, folded with the events m+1 … n, is the snapshot at n: for every act and every kind of listener."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.errors import NotFound
from accounts.models import User
from meetings.live.hearing import audiences_of
from meetings.live.snapshot import COLLECTIONS, effects, snapshot
from meetings.planning.access import meeting_for
from realtime.events import apply
from realtime.replay import Replay, events_after
from tests.meetings.live.acts import (
    ACTS,
    Act,
    Choice,
    Draw,
    World,
    chair_changed,
    document_access_changed,
    document_changed,
    document_published,
    document_replaced,
    document_uploaded,
    document_withdrawn,
    item_added,
    item_removed,
    item_started,
    meeting_archived,
    meeting_booked,
    meeting_cancelled,
    meeting_changed,
    meeting_closed,
    meeting_opened,
    meeting_postponed,
    owner_asked,
    people_added,
    perform,
    person_changed,
    person_checked_in,
    person_removed,
    request_taken_back,
)
from tests.people import People, at
from tests.scenes import invite, make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_documents")]
LISTENERS = ("delegate", "secretary", "operator", "chair", "observer")
State = dict[str, Any]


class Listener:
    """Somebody who follows the meeting by events alone and is compared with the snapshot now and then."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.seen: frozenset[str] | None = None
        self.seq = 0
        self.state: State = {}
        self.heard: list[str] = []

    def look(self) -> None:
        """Take in what happened. As at the socket: whose audiences have changed takes the snapshot."""
        user = User.objects.get(username=self.name)
        try:
            meeting = meeting_for(user, self.world.meeting.pk, None)
        except NotFound:
            self.seen, self.state = None, {}
            return
        now = audiences_of(user, meeting)
        shown = plain(snapshot(user, meeting))
        if self.seen == now:
            self.fold(now)
            assert (self.seq, self.state) == (shown["seq"], collections(shown)), (self.name, self.world.done)
        self.seen, self.seq, self.state = now, shown["seq"], collections(shown)

    def fold(self, audiences: frozenset[str]) -> None:
        replay = events_after(self.world.meeting.stream, self.seq, audiences)
        assert isinstance(replay, Replay)
        for event in replay.events:
            self.state = dict(apply(self.state, event.kind, event.data))
            self.heard.append(event.kind)
        self.seq = replay.seq


def plain(value: object) -> State:
    """As a client reads it: JSON has it all."""
    read: State = json.loads(json.dumps(value))
    return read


def collections(shown: State) -> State:
    return {name: rows for name, rows in shown.items() if name in COLLECTIONS}


@pytest.fixture
def world(people: People) -> World:
    meeting = make_meeting(people)
    invite(meeting, people, "delegate", "H026")
    return World(people, meeting)


def go(world: World, listeners: Sequence[Listener], *acts: Act, draw: Draw | None = None) -> None:
    for listener in listeners:
        listener.look()
    for act in acts:
        perform(world, act, draw or Draw())
        for listener in listeners:
            listener.look()


class Drawn(Draw):
    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        return self.data.draw(st.sampled_from(choices))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_the_state_followed_by_events_is_the_snapshot(people: People, data: st.DataObject) -> None:
    # Every history begins with the same numbers.
    cache.clear()
    with transaction.atomic():
        world = World(people, make_meeting(people, status=data.draw(st.sampled_from(["scheduled", "open"]))))
        invite(world.meeting, people, "delegate", "H026")
        listeners = [Listener(world, name) for name in LISTENERS]
        for listener in listeners:
            listener.look()
        for act in data.draw(st.lists(st.sampled_from(ACTS), min_size=4, max_size=24)):
            perform(world, act, Drawn(data))
            data.draw(st.sampled_from(listeners)).look()
        for listener in listeners:
            listener.look()
        transaction.set_rollback(True)


EVERYTHING: tuple[tuple[str, tuple[Act, ...]], ...] = (
    ("prepared", (item_added, item_added, document_uploaded, document_published, document_replaced, document_changed)),
    ("readers changed", (document_access_changed, document_access_changed, item_removed)),
    ("people", (people_added, person_changed, person_removed, chair_changed, meeting_changed)),
    ("asked", (owner_asked, request_taken_back, owner_asked)),
    ("put off", (meeting_postponed, meeting_booked)),
    ("in session", (meeting_opened, item_started, person_checked_in, document_withdrawn)),
    ("ended", (meeting_closed, meeting_archived)),
)


class Last(Draw):
    """Chooses the last: the other endpoint, the earlier moment."""

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        return choices[-1]


def test_every_kind_of_event_on_a_meetings_stream_is_followed(world: World) -> None:
    listeners = [Listener(world, name) for name in LISTENERS]
    for _name, acts in EVERYTHING:
        go(world, listeners, *acts)
    other = World(world.people, make_meeting(world.people, starts_at=at(8, day=2), status="open"))
    invite(other.meeting, world.people, "delegate", "H026")
    others = [Listener(other, name) for name in LISTENERS]
    go(other, others, person_checked_in)
    go(other, others, person_checked_in, draw=Last())
    third = World(world.people, make_meeting(world.people, starts_at=at(8, day=3)))
    invite(third.meeting, world.people, "delegate", "H026")
    thirds = [Listener(third, name) for name in LISTENERS]
    go(third, thirds, meeting_cancelled)
    heard = {kind for listener in (*listeners, *others, *thirds) for kind in listener.heard}
    assert heard == set(effects())


def test_every_event_works_on_a_collection_of_the_snapshot() -> None:
    assert {collection for _operation, collection in effects().values()} == set(COLLECTIONS)
