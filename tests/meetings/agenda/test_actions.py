"""The agenda: order, wording, what runs; and several people at it at once."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from audit.models import Entry
from meetings.agenda.actions import add_item, change_item, move_item, remove_item, reorder, start_item
from meetings.agenda.errors import ItemChanged, ItemNotFound, MeetingNotOpen, OrderIncomplete
from meetings.agenda.models import Item
from meetings.agenda.selectors import item_mark, items_of
from meetings.planning.lifecycle import ActImpossible
from meetings.planning.models import Meeting
from realtime.models import StreamEvent
from tests.people import People, make_network, make_people
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


@pytest.fixture
def items(people: People, meeting: Meeting) -> list[Item]:
    return [add_item(people.secretary, meeting, title=title, minutes=10) for title in ("Một", "Hai", "Ba")]


def titles(meeting: Meeting) -> list[str]:
    return [item.title for item in items_of(meeting)]


def test_items_stand_in_the_order_of_their_making(meeting: Meeting, items: list[Item]) -> None:
    assert [(item.title, item.position) for item in items_of(meeting)] == [("Một", 1), ("Hai", 2), ("Ba", 3)]


@pytest.mark.parametrize(
    ("which", "up", "order"),
    [
        (1, True, ["Hai", "Một", "Ba"]),
        (1, False, ["Một", "Ba", "Hai"]),
        (0, True, ["Một", "Hai", "Ba"]),
        (2, False, ["Một", "Hai", "Ba"]),
    ],
)
def test_an_item_changes_places_with_its_neighbour(
    people: People, meeting: Meeting, items: list[Item], which: int, up: bool, order: list[str]
) -> None:
    move_item(people.secretary, items[which], up=up)
    assert titles(meeting) == order


def test_a_move_that_changes_nothing_is_not_told(people: People, meeting: Meeting, items: list[Item]) -> None:
    before = Entry.objects.count(), StreamEvent.objects.count()
    move_item(people.secretary, items[0], up=True)
    reorder(people.secretary, meeting, [item.pk for item in items])
    assert (Entry.objects.count(), StreamEvent.objects.count()) == before


def test_each_act_leaves_one_entry_and_one_event(people: People, meeting: Meeting, items: list[Item]) -> None:
    change_item(people.secretary, items[0], title="Khai mạc", presenter="Văn phòng", minutes=5)
    reorder(people.secretary, meeting, [items[2].pk, items[0].pk, items[1].pk])
    remove_item(people.secretary, items[1])
    verbs = Entry.objects.filter(chain__name=meeting.stream).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == [*["agenda.item_added"] * 3, "agenda.item_changed", "agenda.reordered", "agenda.item_removed"]
    kinds = StreamEvent.objects.filter(stream__name=meeting.stream).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["agenda.changed"] * 6
    last = StreamEvent.objects.filter(stream__name=meeting.stream).latest("seq")
    assert [row["title"] for row in last.data["rows"]] == ["Ba", "Khai mạc"]


def test_an_order_that_misses_an_item_is_refused(people: People, meeting: Meeting, items: list[Item]) -> None:
    first, second, third = (item.pk for item in items)
    for order in ([first, second], [first, second, third, 999_999], [first, second, second]):
        with pytest.raises(OrderIncomplete):
            reorder(people.secretary, meeting, order)
    assert titles(meeting) == ["Một", "Hai", "Ba"]


def test_another_wording_than_the_one_seen_is_not_overwritten(people: People, items: list[Item]) -> None:
    seen = item_mark(items[0])
    change_item(people.administrator, items[0], title="Khai mạc", presenter="", minutes=15)
    with pytest.raises(ItemChanged) as refused:
        change_item(people.secretary, items[0], title="Giới thiệu đại biểu", presenter="", minutes=10, seen=seen)
    assert refused.value.params == {"item": items[0].pk, "title": "Khai mạc", "presenter": "", "minutes": 15}
    items[0].refresh_from_db()
    assert items[0].title == "Khai mạc"


def test_a_closed_meeting_keeps_its_agenda(people: People, meeting: Meeting, items: list[Item]) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.CLOSED)
    for act in (
        lambda: add_item(people.secretary, meeting, title="Bốn"),
        lambda: change_item(people.secretary, items[0], title="x", presenter="", minutes=1),
        lambda: remove_item(people.secretary, items[0]),
        lambda: move_item(people.secretary, items[0], up=False),
        lambda: reorder(people.secretary, meeting, [item.pk for item in reversed(items)]),
    ):
        with pytest.raises(ActImpossible):
            act()
    assert titles(meeting) == ["Một", "Hai", "Ba"]


def test_an_item_starts_in_session_only_and_ends_the_one_before(
    people: People, meeting: Meeting, items: list[Item]
) -> None:
    with pytest.raises(MeetingNotOpen):
        start_item(people.chair, items[0])
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.OPEN)
    start_item(people.chair, items[0])
    start_item(people.chair, items[1])
    start_item(people.chair, items[1])
    assert [item.status for item in items_of(meeting)] == ["done", "running", "waiting"]
    assert StreamEvent.objects.filter(kind="agenda.item_started").count() == 2


def test_an_item_that_is_gone_is_not_found(people: People, items: list[Item]) -> None:
    remove_item(people.secretary, items[0])
    for act in (
        lambda: move_item(people.secretary, items[0], up=False),
        lambda: change_item(people.secretary, items[0], title="x", presenter="", minutes=1),
    ):
        with pytest.raises(ItemNotFound):
            act()


@pytest.mark.django_db(transaction=True)
def test_reordering_while_others_add_and_move_loses_nothing() -> None:
    people = make_people(make_network())
    meeting = make_meeting(people)
    first = [add_item(people.secretary, meeting, title=f"Mục {n}").pk for n in range(4)]
    refused: list[str] = []
    faults: list[BaseException] = []

    def reorders() -> None:
        for _ in range(12):
            order = [item.pk for item in items_of(meeting)]
            try:
                reorder(people.secretary, meeting, list(reversed(order)))
            except OrderIncomplete as error:
                refused.append(error.code)

    def adds() -> None:
        for n in range(12):
            add_item(people.administrator, meeting, title=f"Thêm {n}")

    def moves() -> None:
        for n in range(12):
            with transaction.atomic():
                item = items_of(meeting)[n % 4]
            move_item(people.secretary, item, up=n % 2 == 0)

    run_together(faults, reorders, adds, moves)
    assert faults == []
    rows = list(items_of(meeting))
    assert len(rows) == 16
    assert set(first) <= {item.pk for item in rows}
    assert set(refused) <= {"order_incomplete"}
    seqs = list(StreamEvent.objects.filter(stream__name=meeting.stream).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
    last = StreamEvent.objects.filter(stream__name=meeting.stream).latest("seq")
    assert [row["id"] for row in last.data["rows"]] == [item.pk for item in rows]


def run_together(faults: list[BaseException], *works: Callable[[], None]) -> None:
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            start.wait(timeout=30)
            work()
        except BaseException as fault:  # noqa: BLE001 -- handed to the test's own thread
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
