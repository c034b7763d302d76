"""Hundreds of tablets that come back at once: what they share is read once."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connections

from meetings.agenda.actions import add_item
from meetings.agenda.selectors import item_row, items_of
from meetings.live import snapshot as snapshots
from meetings.live.snapshot import snapshot
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db(transaction=True)
TABLETS = 12
PATIENCE = 30.0


def together(act: Callable[[], object]) -> list[object]:
    """The act from so many threads, begun at the same moment."""
    barrier = threading.Barrier(TABLETS)

    def one(_number: int) -> object:
        try:
            barrier.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TABLETS) as pool:
        return list(pool.map(one, range(TABLETS)))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the agenda of a meeting was read for a snapshot."""
    times: list[str] = []

    def counted(view: snapshots._View) -> dict[str, object]:
        times.append("agenda")
        return {str(item.pk): item_row(item) for item in items_of(view.meeting)}

    monkeypatch.setattr(snapshots, "_SHARED", {**snapshots._SHARED, "agenda": counted})
    cache.clear()
    return times


class Crowded:
    """The cache, and a wait until so many have looked into it in vain."""

    def __init__(self) -> None:
        self.looked = threading.Semaphore(0)

    def get_many(self, keys: Iterable[str]) -> dict[str, object]:
        found: dict[str, object] = cache.get_many(keys)
        self.looked.release()
        return found

    def set_many(self, rows: dict[str, object], seconds: int) -> None:
        cache.set_many(rows, seconds)

    def wait(self) -> None:
        for _tablet in range(TABLETS):
            assert self.looked.acquire(timeout=PATIENCE)


def test_tablets_that_ask_at_once_share_one_reading(
    people: People, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = make_meeting(people)
    invite(meeting, people, "delegate", "H026")
    add_item(people.secretary, meeting, title="Khai mạc")
    crowd = Crowded()
    agenda = snapshots._SHARED["agenda"]

    def when_all_have_come(view: snapshots._View) -> object:
        if not read:
            crowd.wait()
        return agenda(view)

    monkeypatch.setattr(snapshots, "cache", crowd)
    monkeypatch.setattr(snapshots, "_SHARED", {**snapshots._SHARED, "agenda": when_all_have_come})
    shown = together(lambda: snapshot(people.delegate, meeting, ["agenda"]))
    assert read == ["agenda"]
    assert len({str(each["agenda"]) for each in shown if isinstance(each, dict)}) == 1
    add_item(people.secretary, meeting, title="Báo cáo")
    (later, *others) = together(lambda: snapshot(people.delegate, meeting, ["agenda"]))
    assert read == ["agenda"] * 2
    assert isinstance(later, dict)
    assert [row["title"] for row in later["agenda"].values()] == ["Khai mạc", "Báo cáo"]
    assert [each["agenda"] for each in others if isinstance(each, dict)] == [later["agenda"]] * (TABLETS - 1)


def test_what_changed_while_it_was_read_is_not_kept(
    people: People, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = make_meeting(people)
    add_item(people.secretary, meeting, title="Khai mạc")
    shared = snapshots._SHARED["agenda"]

    def changed_meanwhile(view: snapshots._View) -> dict[str, object]:
        rows = shared(view)
        if len(read) == 1:
            add_item(people.secretary, meeting, title="Báo cáo")
        return dict(rows)

    monkeypatch.setattr(snapshots, "_SHARED", {**snapshots._SHARED, "agenda": changed_meanwhile})
    first = snapshot(people.secretary, meeting, ["agenda"])
    again = snapshot(people.secretary, meeting, ["agenda"])
    assert (first["seq"], first["agenda"]) == (again["seq"], again["agenda"])
    assert len(read) == 2
    rows = again["agenda"]
    assert isinstance(rows, dict)
    assert len(rows) == 2
