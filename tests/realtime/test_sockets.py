"""What a client sees at its socket."""

import pytest
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import transaction
from pytest_django import Settings

from realtime import hub
from realtime.models import StreamEvent
from realtime.publish import publish, publish_latest, recheck
from tests.realtime.conftest import Open
from tests.realtime.fake import APPS, STREAM, CardPut, in_database, put, put_many

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)


async def test_hello_says_the_last_number_and_the_time(open_tablet: Open, delegate: AbstractUser) -> None:
    await in_database(put_many, 3)
    tablet = await open_tablet(delegate)
    hello = await tablet.frame()
    assert {**hello, "now": ""} == {"type": "hello", "seq": 3, "now": ""}
    assert await tablet.hears_nothing()


async def test_a_published_event_reaches_the_socket_complete(open_tablet: Open, delegate: AbstractUser) -> None:
    tablet = await open_tablet(delegate)
    await tablet.frame()
    await in_database(put, 7, text="Tờ trình số 12/TTr-UBND")
    event = await tablet.frame()
    logged = await in_database(StreamEvent.objects.get)
    assert event == {
        "type": "event",
        "seq": 1,
        "kind": "card.put",
        "at": logged.at.isoformat(timespec="microseconds"),
        "data": {"id": 7, "text": "Tờ trình số 12/TTr-UBND"},
    }


async def test_the_same_event_looks_the_same_live_and_replayed(open_tablet: Open, secretary: AbstractUser) -> None:
    live = await open_tablet(secretary)
    await live.frame()
    await in_database(put, 1)
    await in_database(put, 2, "staff")
    await in_database(put, 3, "person:1")
    seen = await live.frames(3)
    from_memory = await open_tablet(secretary, after=0)
    await from_memory.frame()
    assert await from_memory.frames(3) == seen
    await live.leave()
    await from_memory.leave()
    from_the_log = await open_tablet(secretary, after=0)
    await from_the_log.frame()
    assert await from_the_log.frames(3) == seen


async def test_each_hears_its_own_and_numbers_have_no_hole(
    open_tablet: Open, delegate: AbstractUser, secretary: AbstractUser
) -> None:
    one, two = await open_tablet(delegate), await open_tablet(secretary)
    await one.frame()
    await two.frame()

    @transaction.atomic
    def act() -> None:
        for number, audience in enumerate(["everyone", "staff", "everyone"]):
            publish(STREAM, CardPut(id=number), audience=audience)

    await in_database(act)
    assert await one.short(3) == [("event", 1), ("skip", 2), ("event", 3)]
    assert await two.short(3) == [("event", 1), ("event", 2), ("event", 3)]


async def test_streams_are_apart(open_tablet: Open, delegate: AbstractUser) -> None:
    one, two = await open_tablet(delegate, wall=1), await open_tablet(delegate, wall=2)
    await one.frame()
    await two.frame()
    await in_database(put, 1, stream="cards:2")
    assert await two.short() == [("event", 1)]
    assert await one.hears_nothing()


async def test_who_comes_back_gets_what_was_missed(open_tablet: Open, delegate: AbstractUser) -> None:
    await in_database(put_many, 3)
    await in_database(put, 4, "staff")
    await in_database(put, 5)
    tablet = await open_tablet(delegate, after=2)
    assert await tablet.short(4) == [("hello", 5), ("event", 3), ("skip", 4), ("event", 5)]
    await in_database(put, 6)
    assert await tablet.short() == [("event", 6)]


async def test_who_missed_nothing_gets_nothing(open_tablet: Open, delegate: AbstractUser) -> None:
    await in_database(put_many, 3)
    tablet = await open_tablet(delegate, after=3)
    assert await tablet.short() == [("hello", 3)]
    assert await tablet.hears_nothing()


@pytest.mark.parametrize("after", [4, 10**18 - 1, "x", "-1", "9" * 300])
async def test_a_number_of_another_history_is_told_to_take_the_snapshot(
    open_tablet: Open, delegate: AbstractUser, after: int | str
) -> None:
    await in_database(put_many, 3)
    tablet = await open_tablet(delegate, after=after)
    assert await tablet.short(2) == [("hello", 3), ("gap", 3)]
    await in_database(put, 4)
    assert await tablet.short() == [("event", 4)]


async def test_a_thousand_missed_events_are_replayed(open_tablet: Open, delegate: AbstractUser) -> None:
    await in_database(put_many, 1000)
    tablet = await open_tablet(delegate, after=0)
    assert await tablet.short(1001) == [("hello", 1000), *(("event", seq) for seq in range(1, 1001))]


async def test_more_than_a_thousand_are_a_gap(open_tablet: Open, delegate: AbstractUser) -> None:
    await in_database(put_many, 1001)
    tablet = await open_tablet(delegate, after=0)
    assert await tablet.short(2) == [("hello", 1001), ("gap", 1001)]


async def test_pruned_events_are_a_gap(open_tablet: Open, delegate: AbstractUser) -> None:
    await in_database(put_many, 5)
    await in_database(StreamEvent.objects.filter(seq__lte=2).delete)
    assert await (await open_tablet(delegate, after=1)).short(2) == [("hello", 5), ("gap", 5)]
    assert await (await open_tablet(delegate, after=2)).short(2) == [("hello", 5), ("event", 3)]


async def test_the_latest_state_is_told_at_once_and_when_it_changes(
    open_tablet: Open, delegate: AbstractUser, secretary: AbstractUser
) -> None:
    await in_database(publish_latest, STREAM, "page.followed", {"page": 1})
    await in_database(publish_latest, STREAM, "page.followed", {"page": 2})
    await in_database(publish_latest, STREAM, "timer.set", {"seconds": 60}, "staff")
    one, two = await open_tablet(delegate), await open_tablet(secretary, after=0)
    page = {"type": "state", "kind": "page.followed", "data": {"page": 2}}
    timer = {"type": "state", "kind": "timer.set", "data": {"seconds": 60}}
    assert (await one.frames(2))[1] == page
    assert (await two.frames(3))[1:] == [page, timer]
    await in_database(publish_latest, STREAM, "timer.set", {"seconds": 30}, "staff")
    assert await two.frame() == {"type": "state", "kind": "timer.set", "data": {"seconds": 30}}
    await in_database(publish_latest, STREAM, "page.followed", {"page": 3})
    later = {"type": "state", "kind": "page.followed", "data": {"page": 3}}
    assert (await one.frame(), await two.frame()) == (later, later)


async def test_nothing_is_told_of_an_act_that_failed(open_tablet: Open, delegate: AbstractUser) -> None:
    tablet = await open_tablet(delegate)
    await tablet.frame()

    @transaction.atomic
    def fail() -> None:
        publish(STREAM, CardPut(id=1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await in_database(fail)
    assert await tablet.hears_nothing()
    await in_database(put, 2)
    assert await tablet.short() == [("event", 1)]


async def test_closed_without_a_login(open_tablet: Open) -> None:
    assert await (await open_tablet(AnonymousUser())).close_code() == 4401


async def test_closed_for_an_account_that_was_deactivated(open_tablet: Open, delegate: AbstractUser) -> None:
    delegate.is_active = False
    await in_database(delegate.save)
    assert await (await open_tablet(delegate)).close_code() == 4401


async def test_closed_without_the_right(open_tablet: Open, outsider: AbstractUser) -> None:
    assert await (await open_tablet(outsider)).close_code() == 4403


async def test_closed_for_an_unknown_stream(open_tablet: Open, delegate: AbstractUser) -> None:
    assert await (await open_tablet(delegate, wall=404)).close_code() == 4404


async def test_a_ping_of_the_client_is_answered(open_tablet: Open, delegate: AbstractUser) -> None:
    tablet = await open_tablet(delegate)
    await tablet.frame()
    await tablet.says('{"type":"ping"}')
    assert await tablet.frame() == {"type": "pong"}


@pytest.mark.parametrize("text", [" ", "hello", "[]", '{"type":"pong","x":"' + "x" * 5000 + '"}'])
async def test_closed_after_what_is_no_frame(open_tablet: Open, delegate: AbstractUser, text: str) -> None:
    tablet = await open_tablet(delegate)
    await tablet.says(text)
    assert await tablet.close_code() == 4400


async def test_closed_after_bytes(open_tablet: Open, delegate: AbstractUser) -> None:
    tablet = await open_tablet(delegate)
    await tablet.sends(b'{"type":"pong"}')
    assert await tablet.close_code() == 4400


async def test_closed_after_too_many_frames(open_tablet: Open, delegate: AbstractUser) -> None:
    tablet = await open_tablet(delegate)
    for _ in range(101):
        await tablet.says('{"type":"pong"}')
    assert await tablet.close_code() == 4400


async def test_the_hub_lives_as_long_as_a_socket(open_tablet: Open, delegate: AbstractUser) -> None:
    first = await open_tablet(delegate)
    running = hub.running_hub()
    second = await open_tablet(delegate)
    await first.leave()
    assert hub.running_hub() is running
    await second.leave()
    assert hub._hubs == {}
    third = await open_tablet(delegate)
    assert await third.short() == [("hello", 0)]
    assert hub.running_hub() is not running


async def test_a_change_by_another_program_is_found_by_looking(
    settings: Settings, open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 0.02}
    monkeypatch.setattr("realtime.publish.wake", len)
    tablet = await open_tablet(delegate)
    await tablet.frame()
    await in_database(put, 1)
    await in_database(publish_latest, STREAM, "page.followed", {"page": 3})
    assert sorted(frame["type"] for frame in await tablet.frames(2)) == ["event", "state"]
    delegate.first_name = ""
    await in_database(delegate.save)
    await in_database(recheck, STREAM)
    assert await tablet.close_code() == 4403
