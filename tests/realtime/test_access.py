"""Rights that change while sockets are open."""

import asyncio
from collections.abc import Collection, Sequence

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import DatabaseError
from pytest_django import Settings

from realtime import hearing
from realtime.hearing import Answer, Credential
from realtime.hub import running_hub
from realtime.protocol import Close
from realtime.publish import publish_latest, recheck
from realtime.seats import Seat
from tests.realtime.conftest import Open
from tests.realtime.fake import APPS, PATIENCE, STREAM, WITHDRAWN, in_database, make_user, put, wait_until

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)


def give(user: AbstractUser, rights: str, *, stream: str | None = STREAM, active: bool = True) -> None:
    """Change the rights of an account as another program would, behind the object that a socket holds."""
    type(user)._default_manager.filter(pk=user.pk).update(first_name=rights, is_active=active)
    recheck(stream)


@pytest.mark.parametrize("stream", [STREAM, None])
async def test_who_loses_the_right_is_closed_and_others_are_not(
    open_tablet: Open, delegate: AbstractUser, secretary: AbstractUser, stream: str | None
) -> None:
    one, two = await open_tablet(delegate), await open_tablet(secretary)
    await one.frame()
    await two.frame()
    await in_database(give, delegate, "", stream=stream)
    assert await one.close_code() == 4403
    await in_database(put, 1, "staff")
    assert await two.short() == [("event", 1)]


async def test_only_the_sockets_of_the_stream_are_asked_again(open_tablet: Open, delegate: AbstractUser) -> None:
    one, two = await open_tablet(delegate, wall=1), await open_tablet(delegate, wall=2)
    await two.frame()
    await in_database(give, delegate, "", stream="cards:1")
    assert await one.close_code() == 4403
    assert await two.hears_nothing()
    await in_database(give, delegate, "", stream=None)
    assert await two.close_code() == 4403


async def test_a_deactivated_account_is_closed(open_tablet: Open, delegate: AbstractUser) -> None:
    tablet = await open_tablet(delegate)
    await tablet.frame()
    await in_database(give, delegate, "everyone", active=False)
    assert await tablet.close_code() == 4401


async def test_a_removed_account_is_closed(open_tablet: Open, delegate: AbstractUser) -> None:
    tablet = await open_tablet(delegate)
    await tablet.frame()
    await in_database(type(delegate)._default_manager.filter(pk=delegate.pk).delete)
    await in_database(recheck, STREAM)
    assert await tablet.close_code() == 4401


async def test_a_token_that_was_withdrawn_closes_its_sockets(open_tablet: Open, delegate: AbstractUser) -> None:
    by_token = await open_tablet(delegate, credential="token")
    by_session = await open_tablet(delegate)
    await by_token.frame()
    await by_session.frame()
    await in_database(recheck, STREAM)
    assert await by_token.hears_nothing()
    WITHDRAWN.add(f"token:{delegate.pk}")
    await in_database(recheck, None)
    assert await by_token.close_code() == 4401
    assert await by_session.hears_nothing()


async def test_a_session_that_has_ended_closes_its_sockets_without_being_told(
    settings: Settings, open_tablet: Open, delegate: AbstractUser
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 0.02, "credentials_every": 0.02, "rights_every": 3600}
    ended, other = await open_tablet(delegate, credential="session"), await open_tablet(delegate)
    await ended.frame()
    await other.frame()
    WITHDRAWN.add(f"session:{delegate.pk}")
    assert await ended.close_code() == 4401
    await in_database(put, 1)
    assert await other.short() == [("event", 1)]


async def test_a_watch_that_stumbles_looks_again(
    settings: Settings, open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 3600.0, "credentials_every": 0.02, "ask_every": 0.0}
    lost = hearing.lost
    faults: list[Exception] = [DatabaseError("gone"), KeyError("a fault of ours")]

    def stumbles_at_first(credentials: Collection[Credential]) -> Collection[Credential]:
        if faults:
            raise faults.pop()
        return lost(credentials)

    monkeypatch.setattr(hearing, "lost", stumbles_at_first)
    tablet = await open_tablet(delegate, credential="session")
    await tablet.frame()
    WITHDRAWN.add(f"session:{delegate.pk}")
    assert await tablet.close_code() == 4401
    assert faults == []


async def test_rights_are_asked_again_now_and_then(
    settings: Settings, open_tablet: Open, delegate: AbstractUser, secretary: AbstractUser
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 0.02, "rights_every": 0.02}
    one, two = await open_tablet(delegate), await open_tablet(secretary)
    await one.frame()
    await two.frame()
    # Nobody says that a right has changed.
    await in_database(type(delegate)._default_manager.filter(pk=delegate.pk).update, first_name="")
    assert await one.close_code() == 4403
    await in_database(put, 1)
    assert await two.short() == [("event", 1)]


async def test_those_who_come_together_are_asked_about_together(
    open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = hearing.ask
    asked: list[int] = []

    def counted(credentials: Sequence[Credential], stream: str) -> list[Answer]:
        asked.append(len(credentials))
        if len(asked) == 1:
            wait_until(lambda: len(running.rooms[STREAM].seats) == 60)
        return ask(credentials, stream)

    first = await open_tablet(delegate)
    await first.frame()
    running = running_hub()
    monkeypatch.setattr(hearing, "ask", counted)
    tablets = await asyncio.gather(*(open_tablet(delegate) for _ in range(59)))
    assert [await tablet.short() for tablet in tablets] == [[("hello", 0)]] * 59
    assert sum(asked) == 59
    assert len(asked) <= 3


async def test_a_question_that_fails_ends_only_those_who_asked(
    open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await open_tablet(delegate)
    await first.frame()
    ask = hearing.ask
    failures = [DatabaseError("gone")]

    def fails_once(credentials: Sequence[Credential], stream: str) -> list[Answer]:
        if failures:
            raise failures.pop()
        return ask(credentials, stream)

    monkeypatch.setattr(hearing, "ask", fails_once)
    second = await open_tablet(delegate)
    assert await second.close_code() == 1013
    third = await open_tablet(delegate)
    assert await third.short() == [("hello", 0)]
    await in_database(put, 1)
    assert await first.short() == [("event", 1)]


async def test_who_may_hear_more_is_told_to_take_the_snapshot(open_tablet: Open, delegate: AbstractUser) -> None:
    await in_database(publish_latest, STREAM, "timer.set", {"seconds": 60}, "staff")
    tablet = await open_tablet(delegate)
    await tablet.frame()
    await in_database(put, 1, "staff")
    assert await tablet.short() == [("skip", 1)]
    await in_database(give, delegate, "everyone,staff")
    assert await tablet.frames(2) == [
        {"type": "gap", "seq": 1},
        {"type": "state", "kind": "timer.set", "data": {"seconds": 60}},
    ]
    await in_database(put, 2, "staff")
    assert await tablet.short() == [("event", 2)]


async def test_who_may_hear_less_hears_less(open_tablet: Open, secretary: AbstractUser) -> None:
    tablet = await open_tablet(secretary)
    await tablet.frame()
    await in_database(give, secretary, "everyone")
    assert await tablet.frame() == {"type": "gap", "seq": 0}
    await in_database(put, 1, "staff")
    assert await tablet.short() == [("skip", 1)]


async def test_a_right_lost_while_the_socket_joins_closes_it(
    open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = hearing.ask
    asked: list[object] = []

    def lose_after_asking(credentials: Sequence[Credential], stream: str) -> list[Answer]:
        answers = ask(credentials, stream)
        asked.extend(answers)
        if len(asked) == 1:
            give(delegate, "")
        return answers

    monkeypatch.setattr(hearing, "ask", lose_after_asking)
    tablet = await open_tablet(delegate)
    assert await tablet.close_code() == 4403
    assert asked[0] == {"everyone"}


async def test_many_rechecks_at_once_end_with_the_last_rights(open_tablet: Open, delegate: AbstractUser) -> None:
    tablets = [await open_tablet(delegate) for _ in range(60)]
    for tablet in tablets:
        await tablet.frame()
    await asyncio.gather(
        *(in_database(give, delegate, rights) for rights in ("everyone,staff", "staff", "everyone", "")),
        *(in_database(put, number) for number in range(5)),
    )
    last = await in_database(type(delegate)._default_manager.get, pk=delegate.pk)
    await in_database(give, delegate, "")
    assert last.first_name in ("everyone,staff", "staff", "everyone", "")
    assert {await tablet.close_code() for tablet in tablets} == {4403}


async def test_a_right_lost_while_rights_are_being_asked_closes_the_socket(
    open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = hearing.ask
    asked: list[list[Answer]] = []

    def lose_after_asking(credentials: Sequence[Credential], stream: str) -> list[Answer]:
        answers = ask(credentials, stream)
        asked.append(answers)
        if len(asked) == 1:
            give(delegate, "")
            wait_until(lambda: room.recheck_wanted)
        return answers

    tablet = await open_tablet(delegate)
    await tablet.frame()
    monkeypatch.setattr(hearing, "ask", lose_after_asking)
    room = running_hub().rooms[STREAM]
    await in_database(recheck, STREAM)
    assert await tablet.close_code() == 4403
    assert asked == [[frozenset({"everyone"})], [Close.FORBIDDEN]]


async def test_an_older_answer_does_not_replace_a_newer_one(
    open_tablet: Open, secretary: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await open_tablet(secretary)
    await first.frame()
    hub = running_hub()
    room = hub.rooms[STREAM]

    def answered_late(credentials: Sequence[Credential], stream: str) -> list[Answer]:
        joining = next(seat for seat in room.seats if seat.audiences is None)
        asyncio.run_coroutine_threadsafe(allowed(joining), hub_loop).result(PATIENCE)
        return [frozenset({"everyone", "staff"})]

    async def allowed(seat: Seat) -> None:
        hub._allow(room, seat, frozenset({"everyone"}))

    hub_loop = asyncio.get_running_loop()
    monkeypatch.setattr(hearing, "ask", answered_late)
    second = await open_tablet(secretary)
    await second.frame()
    await in_database(put, 1, "staff")
    assert await second.short() == [("skip", 1)]
    assert await first.short() == [("event", 1)]


async def test_rights_that_cannot_be_asked_are_asked_again_later(
    settings: Settings, open_tablet: Open, delegate: AbstractUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REALTIME_LIMITS = {"tail_every": 0.02}
    ask = hearing.ask
    failures = [DatabaseError("gone"), DatabaseError("still gone")]

    def fails_at_first(credentials: Sequence[Credential], stream: str) -> list[Answer]:
        if failures:
            raise failures.pop()
        return ask(credentials, stream)

    tablet = await open_tablet(delegate)
    await tablet.frame()
    monkeypatch.setattr(hearing, "ask", fails_at_first)
    await in_database(give, delegate, "")
    assert await tablet.close_code() == 4403
    assert failures == []


def test_accounts_are_read_in_one_query_however_many_ask(
    transactional_db: None, django_assert_num_queries: object, delegate: AbstractUser
) -> None:
    assert callable(django_assert_num_queries)
    credentials = [make_user(f"d{number}", "everyone").pk for number in range(20)]
    with django_assert_num_queries(1):
        answers = hearing.ask([*credentials, None, 10**6], STREAM)
    assert answers == [frozenset({"everyone"})] * 20 + [Close.ANONYMOUS] * 2
