"""Publishing: numbers in the transaction of the change, without holes, whoever publishes at the same time."""

import threading

import pytest
from django.db import connection, transaction

from realtime.errors import OutsideTransaction
from realtime.models import LatestState, Stream, StreamEvent
from realtime.publish import EVERY_STREAM, hold, publish, publish_latest, recheck
from realtime.replay import head
from realtime.wake import listen, unlisten
from tests.realtime.fake import APPS, STREAM, CardPut, put


@pytest.fixture
def woken() -> object:
    """The names of the streams for which hubs were woken."""
    names: list[str] = []
    listen(names.append)
    yield names
    unlisten(names.append)


def numbers() -> list[int]:
    return list(StreamEvent.objects.filter(stream__name=STREAM).order_by("seq").values_list("seq", flat=True))


@pytest.mark.django_db
def test_numbers_begin_at_one_and_have_no_hole() -> None:
    assert [put(number) for number in range(3)] == [1, 2, 3]
    assert put(1, stream="cards:2") == 1
    assert (numbers(), head(STREAM), head("cards:2"), head("cards:3")) == ([1, 2, 3], 3, 1, 0)


@pytest.mark.django_db
def test_the_log_holds_the_event_complete() -> None:
    put(7, "staff", text="Tờ\x00 trình")
    event = StreamEvent.objects.get()
    assert (event.kind, event.audience, event.data) == ("card.put", "staff", {"id": 7, "text": "Tờ\ufffd trình"})


@pytest.mark.django_db(transaction=True, available_apps=APPS)
def test_outside_a_transaction_nothing_is_published() -> None:
    with pytest.raises(OutsideTransaction):
        publish(STREAM, CardPut(id=1))
    assert Stream.objects.count() == 0


@pytest.mark.django_db
def test_a_malformed_audience_is_refused() -> None:
    with pytest.raises(ValueError, match="not an audience"):
        put(1, "Everyone!")
    with pytest.raises(ValueError, match="not an audience"):
        publish_latest(STREAM, "page.followed", {}, "")
    assert head(STREAM) == 0


@pytest.mark.django_db(transaction=True, available_apps=APPS)
def test_an_act_that_fails_leaves_no_number(woken: list[str]) -> None:
    @transaction.atomic
    def fail() -> None:
        publish(STREAM, CardPut(id=1))
        raise ZeroDivisionError

    put(0)
    with pytest.raises(ZeroDivisionError):
        fail()
    assert put(2) == 2
    assert woken == [STREAM, STREAM]


@pytest.mark.django_db(transaction=True, available_apps=APPS)
def test_hubs_are_woken_when_the_change_is_committed_and_not_before(woken: list[str]) -> None:
    with transaction.atomic():
        publish(STREAM, CardPut(id=1))
        publish_latest(STREAM, "page.followed", {"page": 1})
        recheck("cards:2")
        recheck(None)
        assert woken == []
    assert woken == [STREAM, STREAM, "cards:2", EVERY_STREAM]


@pytest.mark.django_db(transaction=True, available_apps=APPS)
def test_who_publishes_at_the_same_time_gets_different_numbers() -> None:
    start = threading.Barrier(4)

    def act(number: int) -> None:
        start.wait()
        for _ in range(15):
            put(number)
        connection.close()

    threads = [threading.Thread(target=act, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers() == list(range(1, 61))
    assert head(STREAM) == 60


@pytest.mark.django_db
def test_of_a_latest_state_one_row_is_kept_for_each_kind_and_audience() -> None:
    for page in (1, 2, 3):
        publish_latest(STREAM, "page.followed", {"page": page})
    publish_latest(STREAM, "page.followed", {"page": 9}, "staff")
    states = LatestState.objects.order_by("pk").values_list("audience", "version", "data")
    assert list(states) == [("everyone", 3, {"page": 3}), ("staff", 1, {"page": 9})]
    assert head(STREAM) == 0


@pytest.mark.django_db
def test_a_recheck_touches_one_row_whatever_it_is_for() -> None:
    put(1)
    recheck(STREAM)
    recheck(None)
    recheck(None)
    assert dict(Stream.objects.values_list("name", "access_version")) == {STREAM: 1, EVERY_STREAM: 2}


@pytest.mark.django_db(transaction=True, available_apps=APPS)
def test_while_a_stream_is_held_nothing_is_published_on_it() -> None:
    def act() -> None:
        put(2)
        connection.close()

    put(1)
    publisher = threading.Thread(target=act)
    with transaction.atomic():
        assert hold(STREAM) == 1
        publisher.start()
        publisher.join(0.2)
        assert head(STREAM) == 1
    publisher.join()
    assert head(STREAM) == 2


@pytest.mark.django_db(transaction=True, available_apps=APPS)
def test_outside_a_transaction_nothing_is_held() -> None:
    with pytest.raises(OutsideTransaction):
        hold(STREAM)
