"""A meeting followed by programs: GET …/state and GET …/events, and what a snapshot is made of."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from meetings.live import snapshot as module
from meetings.live.snapshot import COLLECTIONS, snapshot
from meetings.planning.models import Participant
from realtime.events import apply
from realtime.models import StreamEvent
from realtime.publish import hold
from tests.api import Api
from tests.meetings.live.acts import (
    Draw,
    World,
    document_access_changed,
    document_published,
    document_uploaded,
    item_added,
    meeting_opened,
    people_added,
    perform,
    person_checked_in,
)
from tests.people import People, make_person
from tests.scenes import invite, make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_documents")]


@pytest.fixture
def world(people: People) -> World:
    """A delegate is invited; the session is open; one published document under one item, one draft."""
    meeting = make_meeting(people)
    invite(meeting, people, "delegate", "H026")
    world = World(people, meeting)
    for act in (item_added, document_uploaded, document_published, document_uploaded, meeting_opened):
        perform(world, act, Draw())
    return world


def address(world: World, rest: str) -> str:
    return f"/meetings/{world.meeting.pk}/{rest}"


def test_the_state_names_its_number_the_clock_and_what_each_event_does(world: World) -> None:
    answer = Api(world.people.delegate).get(address(world, "state"))
    assert answer.status == 200
    assert set(answer.body) == {"seq", "now", "effects", *COLLECTIONS}
    assert answer.body["seq"] == StreamEvent.objects.count()
    assert answer.body["effects"]["document.withdrawn"] == ["drop", "documents"]
    assert answer.body["meeting"]["status"] == "open"


def test_a_reader_is_shown_published_documents_and_no_list_of_people(world: World) -> None:
    state = Api(world.people.delegate).get(address(world, "state")).body
    [document] = state["documents"].values()
    assert (document["title"], document["version"], document["access"]) == ("Báo cáo", 1, "everyone")
    assert state["participants"] == {}
    assert state["expected"] == {"H026": {"id": "H026", "expected": 1}}


def test_the_secretary_is_shown_who_is_expected(world: World) -> None:
    state = Api(world.people.secretary).get(address(world, "state")).body
    assert [row["full_name"] for row in state["participants"].values()] == ["Giàng Thị Súa"]


def test_who_only_scans_is_shown_no_document(world: World) -> None:
    state = Api(world.people.operator).get(address(world, "state")).body
    assert (state["documents"], state["participants"]) == ({}, {})


def test_a_document_of_the_secretariat_is_shown_to_no_reader(world: World) -> None:
    perform(world, document_access_changed, Draw())
    shown = {name: Api(getattr(world.people, name)).get(address(world, "state")).body for name in ("delegate", "chair")}
    assert [len(state["documents"]) for state in shown.values()] == [0, 1]


def test_ones_own_check_in_is_told_to_oneself_only(world: World) -> None:
    perform(world, person_checked_in, Draw())
    own = Api(world.people.delegate).get(address(world, "state?only=me,counts")).body
    others = Api(world.people.chair).get(address(world, "state?only=me")).body
    assert own["me"]["checked_in_endpoint"] == "H026"
    assert own["counts"] == {"H026": {"id": "H026", "present": 1, "late": 0}}
    assert others["me"] == {"checked_in_at": None, "checked_in_endpoint": None}


def test_only_the_collections_asked_for_are_given(world: World) -> None:
    state = Api(world.people.delegate).get(address(world, "state?only=agenda,%20me")).body
    assert set(state) == {"seq", "now", "effects", "agenda", "me"}


def test_a_collection_that_is_none_is_refused(world: World) -> None:
    answer = Api(world.people.delegate).get(address(world, "state?only=agenda,secrets"))
    assert (answer.status, answer.code, answer.body["params"]) == (
        422,
        "unacceptable",
        {"fields": {"only": "not_a_choice"}},
    )


def test_events_after_a_number_lead_to_the_present_state(world: World) -> None:
    api = Api(world.people.delegate)
    before = api.get(address(world, "state")).body
    for act in (item_added, people_added, person_checked_in, document_access_changed):
        perform(world, act, Draw())
    after = api.get(address(world, "state")).body
    events = api.get(address(world, f"events?after={before['seq']}")).body
    state: dict[str, Any] = {name: before[name] for name in COLLECTIONS}
    for event in events["results"]:
        state = dict(apply(state, event["kind"], event["data"]))
    assert state == {name: after[name] for name in COLLECTIONS}
    assert events["seq"] == after["seq"]


def test_events_not_meant_for_the_caller_are_left_out_but_counted(world: World) -> None:
    seq = StreamEvent.objects.count()
    perform(world, people_added, Draw())
    heard = [Api(user).get(address(world, f"events?after={seq}")).body for user in (world.actor, world.people.delegate)]
    assert [[event["kind"] for event in each["results"]] for each in heard] == [
        ["participants.changed", "expected.counted"],
        ["expected.counted"],
    ]
    assert {each["seq"] for each in heard} == {seq + 2}


@pytest.mark.parametrize("after", [10**18, 999])
def test_events_of_another_history_are_gone(world: World, after: int) -> None:
    answer = Api(world.people.delegate).get(address(world, f"events?after={after}"))
    assert (answer.status, answer.code) == (410, "gone")
    assert answer.body["params"] == {"seq": StreamEvent.objects.count()}


def test_pruned_events_are_gone(world: World) -> None:
    StreamEvent.objects.filter(seq=1).delete()
    assert Api(world.people.delegate).get(address(world, "events?after=0")).status == 410
    assert Api(world.people.delegate).get(address(world, "events?after=1")).status == 200


@pytest.mark.parametrize(("after", "status"), [("", 400), ("x", 400), ("-1", 422), ("1.5", 400), ("9" * 40, 422)])
def test_a_number_that_is_none_is_refused(world: World, after: str, status: int) -> None:
    assert Api(world.people.delegate).get(address(world, f"events?after={after}")).status == status


@pytest.mark.parametrize("rest", ["state", "events?after=0"])
def test_who_may_not_know_of_the_meeting_learns_nothing(world: World, rest: str) -> None:
    assert [Api(user).get(address(world, rest)).status for user in (world.people.outsider, None)] == [404, 401]


# --- how it is made --------------------------------------------------------------------------------------------------


def _while_publishing(monkeypatch: pytest.MonkeyPatch, world: World, times: int) -> None:
    """Something is published whenever the state has just been read, so many times."""
    read: Callable[..., Any] = module._state
    left = [times]

    def reading(*args: Any) -> Any:
        state = read(*args)
        if left[0]:
            left[0] -= 1
            item_added(world, Draw())
        return state

    monkeypatch.setattr(module, "_state", reading)


@pytest.mark.parametrize("times", [1, 3])
def test_a_state_read_while_something_was_published_is_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    _while_publishing(monkeypatch, world, times)
    state = snapshot(world.people.delegate, world.meeting)
    assert state["seq"] == StreamEvent.objects.count()
    assert len(state["agenda"]) == 1 + times  # type: ignore[arg-type]  # rows by id


def test_when_publishing_never_ends_it_is_made_to_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = []

    def holding(stream: str) -> int:
        held.append(stream)
        return hold(stream)

    monkeypatch.setattr("meetings.live.snapshot.hold", holding)
    _while_publishing(monkeypatch, world, module._TRIES)
    state = snapshot(world.people.delegate, world.meeting)
    assert held == [world.meeting.stream]
    assert (state["seq"], len(state["agenda"])) == (StreamEvent.objects.count(), 1 + module._TRIES)  # type: ignore[arg-type]


def test_a_state_is_plain_json_with_its_times_in_the_offices_zone(world: World) -> None:
    state = snapshot(world.people.secretary, world.meeting)
    read = json.loads(json.dumps(state))
    assert read == json.loads(json.dumps(state, default=str))
    assert read["now"].endswith("+07:00")
    assert read["meeting"]["starts_at"] == "2031-12-01T08:00:00+07:00"


def test_those_who_come_back_together_share_one_reading(world: World) -> None:
    snapshot(world.people.chair, world.meeting)
    snapshot(world.people.delegate, world.meeting)
    second = User.objects.get(pk=world.people.delegate.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        shared = snapshot(second, world.meeting)
    assert "meetings_agenda_item" not in " ".join(query["sql"] for query in queries)
    cache.clear()
    assert {**shared, "now": ""} == {**snapshot(world.people.delegate, world.meeting), "now": ""}


@pytest.mark.parametrize("name", ["secretary", "delegate"])
def test_the_number_of_queries_does_not_grow_with_the_meeting(world: World, name: str) -> None:
    def queries() -> int:
        cache.clear()
        user = User.objects.get(pk=getattr(world.people, name).pk)
        with CaptureQueriesContext(connection) as captured:
            snapshot(user, world.meeting)
        return len(captured)

    few = queries()
    unit = world.people.network.units["026"]
    for number in range(30):
        Participant.objects.create(
            meeting=world.meeting,
            person=make_person(f"Người {number}", unit),
            full_name=f"Người {number}",
            endpoint=world.people.network.endpoints["H026"],
        )
        item_added(world, Draw())
        document_uploaded(world, Draw())
        document_published(world, _Newest())
    assert queries() == few


class _Newest(Draw):
    def one_of(self, choices: Any) -> Any:
        return choices[-1]
