"""What several processes have counted together, and what stands when one of them or the database fails."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import DatabaseError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from realtime import presence
from realtime.audiences import STAFF
from realtime.models import LatestState, TabletCount
from realtime.presence import TOLD, Tablets, summed
from realtime.publish import publish_latest
from tests.realtime.conftest import Open
from tests.realtime.counted import QUICK, of_another_process, received, rows, stands, told
from tests.realtime.fake import APPS, PATIENCE, STREAM, Tablet, in_database, put, put_many, wait_until

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)


@pytest.fixture(autouse=True)
def quick_count(fake_domain: None, settings: Settings) -> None:
    settings.REALTIME_LIMITS = QUICK


async def test_the_last_socket_of_a_process_takes_its_count_with_it(open_tablet: Open, in_a: AbstractUser) -> None:
    tablet = await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 0)
    await stands(0, A=(1, 1))
    await tablet.leave()
    assert await in_database(rows) == []
    [state] = await in_database(lambda: list(LatestState.objects.filter(kind=TOLD, audience=STAFF)))
    assert state.data == {"newest": 0, "places": {}}


async def test_processes_are_added_up_and_one_that_is_gone_is_left_out(
    open_tablet: Open, desk: Tablet, in_a: AbstractUser
) -> None:
    await in_database(put_many, 3)
    await in_database(of_another_process, "other", 44, {"A": {"3": 2, "1": 1}, "B": {"2": 4}})
    await in_database(of_another_process, "gone", 46, {"A": {"3": 9}, "C": {"3": 9}})
    tablet = await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 3)
    await told(desk, 3, A=[4, 3], B=[4, 0])


def test_processes_that_tell_at_the_same_time_tell_the_same(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = presence._news
    others: list[str] = ["second"]

    def meanwhile(stream: str) -> dict[str, object]:
        found = news(stream)
        if others:
            presence.write(others.pop(), {STREAM: {"A": {0: 2}}}, [STREAM])
        return found

    monkeypatch.setattr(presence, "_news", meanwhile)
    presence.write("first", {STREAM: {"A": {0: 1}}}, [STREAM])
    assert LatestState.objects.get(kind=TOLD).data == {"newest": 0, "places": {"A": [3, 3]}}
    monkeypatch.setattr(presence, "_news", news)
    presence.forget("second", [STREAM])
    assert LatestState.objects.get(kind=TOLD).data == {"newest": 0, "places": {"A": [1, 1]}}


@given(
    counted=st.lists(
        st.dictionaries(
            st.sampled_from("ABC"), st.dictionaries(st.integers(0, 9), st.integers(1, 99), min_size=1), max_size=3
        ),
        max_size=4,
    ),
    newest=st.integers(0, 9),
)
def test_the_sum_of_all_processes_is_that_of_their_tablets(
    counted: list[dict[str, dict[int, int]]], newest: int
) -> None:
    tablets = [
        (place, received)
        for counts in counted
        for place, numbers in counts.items()
        for received, number in numbers.items()
        for _each in range(number)
    ]
    places = {place for place, _received in tablets}
    assert summed(counted, newest) == {
        place: Tablets(
            sum(where == place for where, _received in tablets),
            sum(where == place and received >= newest for where, received in tablets),
        )
        for place in places
    }


async def test_staff_are_told_when_a_process_died(
    settings: Settings, open_tablet: Open, secretary: AbstractUser
) -> None:
    settings.REALTIME_LIMITS = {**QUICK, "count_again": 0.02}
    await in_database(of_another_process, "gone", 44, {"A": {"0": 2}})
    desk = await open_tablet(secretary)
    await desk.frame()
    # Nothing was ever told of it; the next who looks makes it so.
    await told(desk, 0, A=[2, 2])
    await in_database(lambda: TabletCount.objects.update(at=timezone.now() - timedelta(seconds=46)))
    await told(desk, 0)
    assert await in_database(rows) == []


async def test_what_was_told_before_a_restart_is_put_right(open_tablet: Open, secretary: AbstractUser) -> None:
    await in_database(publish_latest, STREAM, TOLD, {"newest": 0, "places": {"A": [7, 7]}}, STAFF)
    desk = await open_tablet(secretary)
    await told(desk, 0, A=[7, 7])
    await told(desk, 0)


async def test_a_process_taken_for_gone_counts_again(
    settings: Settings, open_tablet: Open, secretary: AbstractUser, in_a: AbstractUser
) -> None:
    settings.REALTIME_LIMITS = {**QUICK, "count_again": 0.02}
    desk, tablet = await open_tablet(secretary), await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 0)
    await told(desk, 0, A=[1, 1])
    [(mine, _counts)] = await in_database(rows)
    await in_database(TabletCount.objects.all().delete)
    await stands(0, A=(1, 1))
    assert await in_database(rows) == [(mine, {"A": {"0": 1}})]


async def test_a_count_that_stands_is_confirmed(settings: Settings, open_tablet: Open, in_a: AbstractUser) -> None:
    settings.REALTIME_LIMITS = {**QUICK, "count_again": 0.02}
    tablet = await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 0)
    await stands(0, A=(1, 1))
    await in_database(lambda: TabletCount.objects.update(at=timezone.now() - timedelta(seconds=44)))
    young = timezone.now() - timedelta(seconds=40)
    await in_database(wait_until, TabletCount.objects.filter(at__gt=young).exists)


async def test_a_database_that_fails_holds_up_nothing_and_is_asked_again(
    open_tablet: Open, desk: Tablet, in_a: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = presence.write
    failures: list[Exception] = [DatabaseError("locked"), DatabaseError("gone"), KeyError("a fault of ours")]
    stuck, failed = asyncio.Event(), asyncio.get_running_loop()

    def fails_at_first(*args: Any) -> None:
        if failures:
            failed.call_soon_threadsafe(stuck.set)
            raise failures.pop()
        written(*args)

    monkeypatch.setattr(presence, "write", fails_at_first)
    tablet = await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 0)
    await asyncio.wait_for(stuck.wait(), PATIENCE)
    seq = await in_database(put, 1)
    assert await tablet.short() == [("event", seq)]
    await told(desk, seq, A=[1, 0])
    assert failures == []


async def test_a_count_that_cannot_be_taken_back_stops_nobody(
    open_tablet: Open, in_a: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any) -> None:
        raise DatabaseError("gone")

    tablet = await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 0)
    await stands(0, A=(1, 1))
    monkeypatch.setattr(presence, "forget", fails)
    await tablet.leave()
    assert len(await in_database(rows)) == 1
