"""How many tablets are where, and which of them have the newest card: what staff are told, whatever comes and goes."""

import asyncio
import random

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from pytest_django import Settings

from realtime.models import TabletCount
from realtime.publish import publish, recheck
from tests.realtime.conftest import Open
from tests.realtime.counted import QUICK, received, rows, stands, told
from tests.realtime.fake import APPS, STREAM, CardTaken, Tablet, in_database, make_user, put, put_many, wait_until

pytestmark = pytest.mark.django_db(transaction=True, available_apps=APPS)


@pytest.fixture(autouse=True)
def quick_count(fake_domain: None, settings: Settings) -> None:
    settings.REALTIME_LIMITS = QUICK


def take() -> int:
    with transaction.atomic():
        return publish(STREAM, CardTaken(id=1))


async def test_staff_are_told_who_is_there_and_who_has_the_newest(
    open_tablet: Open, desk: Tablet, in_a: AbstractUser, in_b: AbstractUser
) -> None:
    one, two, three = [await open_tablet(user) for user in (in_a, in_a, in_b)]
    for tablet in (one, two, three):
        await tablet.frame()
        await received(tablet, 0)
    await told(desk, 0, A=[2, 2], B=[1, 1])
    seq = await in_database(put, 1)
    await told(desk, seq, A=[2, 0], B=[1, 0])
    for tablet in (one, two, three):
        assert await tablet.short() == [("event", seq)]
    await received(one, seq)
    await told(desk, seq, A=[2, 1], B=[1, 0])
    await received(two, seq)
    await received(three, seq)
    await told(desk, seq, A=[2, 2], B=[1, 1])
    await two.leave()
    await told(desk, seq, A=[1, 1], B=[1, 1])
    await one.leave()
    await told(desk, seq, B=[1, 1])
    await three.leave()
    await told(desk, seq)
    assert await in_database(rows) == []


async def test_an_event_that_nobody_waits_for_makes_no_tablet_late(
    open_tablet: Open, desk: Tablet, in_a: AbstractUser
) -> None:
    tablet = await open_tablet(in_a)
    await tablet.frame()
    first = await in_database(put, 1)
    await tablet.frame()
    await received(tablet, first)
    await told(desk, first, A=[1, 1])
    await in_database(take)
    await stands(first, A=(1, 1))


async def test_a_screen_that_says_nothing_and_a_tablet_that_sits_nowhere_do_not_count(
    open_tablet: Open, desk: Tablet, delegate: AbstractUser, in_a: AbstractUser
) -> None:
    silent, nowhere, tablet = [await open_tablet(user) for user in (in_a, delegate, in_a)]
    for each in (silent, nowhere, tablet):
        await each.frame()
    await received(nowhere, 0)
    await received(tablet, 0)
    await told(desk, 0, A=[1, 1])


async def test_only_staff_are_told(open_tablet: Open, desk: Tablet, in_a: AbstractUser) -> None:
    tablet = await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 0)
    await told(desk, 0, A=[1, 1])
    assert await tablet.hears_nothing()
    later = await open_tablet(in_a)
    assert (await later.frame())["type"] == "hello"
    assert await later.hears_nothing()


async def test_whoever_comes_later_is_told_at_once(
    open_tablet: Open, desk: Tablet, secretary: AbstractUser, in_a: AbstractUser
) -> None:
    tablet = await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 0)
    await told(desk, 0, A=[1, 1])
    second = await open_tablet(secretary)
    assert [frame["type"] for frame in await second.frames(2)] == ["hello", "state"]


@pytest.mark.parametrize("said", [[1, 0], [3, 2], [3, 1, 0], [3, 10**18], [10**18, 3], [1004, 3]])
async def test_a_number_that_goes_back_or_was_never_told_changes_nothing(
    open_tablet: Open, desk: Tablet, in_a: AbstractUser, in_b: AbstractUser, said: list[int]
) -> None:
    await in_database(put_many, 3)
    tablet, other = await open_tablet(in_a), await open_tablet(in_b)
    for each in (tablet, other):
        await each.frame()
    for seq in said:
        await received(tablet, seq)
    await received(other, 3)
    reached = max(seq for seq in said if seq <= 3)
    await told(desk, 3, A=[1, int(reached == 3)], B=[1, 1])
    # Had a number far beyond been kept, the next card would count as received.
    seq = await in_database(put, 4)
    await stands(seq, A=(1, 0), B=(1, 0))


async def test_a_snapshot_that_is_ahead_of_this_process_counts_as_far_as_was_told(
    open_tablet: Open, desk: Tablet, in_a: AbstractUser
) -> None:
    tablet = await open_tablet(in_a)
    await tablet.frame()
    first = await in_database(put, 1)
    await tablet.frame()
    await received(tablet, first + 1)
    await stands(first, A=(1, 1))
    [(_hub, counts)] = await in_database(rows)
    assert counts == {"A": {str(first): 1}}
    second = await in_database(put, 2)
    await stands(second, A=(1, 1))
    third = await in_database(put, 3)
    await stands(third, A=(1, 0))


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"received"}',
        '{"type":"received","seq":null}',
        '{"type":"received","seq":"3"}',
        '{"type":"received","seq":-1}',
        '{"type":"received","seq":1.5}',
        '{"type":"received","seq":true}',
        '{"type":"received","seq":1000000000000000001}',
        '{"type":"received","seq":[3]}',
    ],
)
async def test_closed_after_what_is_no_number(open_tablet: Open, in_a: AbstractUser, text: str) -> None:
    tablet = await open_tablet(in_a)
    await tablet.says(text)
    assert await tablet.close_code() == 4400


async def test_closed_after_too_many_receipts_and_no_longer_counted(
    open_tablet: Open, desk: Tablet, in_a: AbstractUser
) -> None:
    tablet = await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 0)
    await told(desk, 0, A=[1, 1])
    for _ in range(100):
        await received(tablet, 0)
    assert await tablet.close_code() == 4400
    await told(desk, 0)


async def test_a_tablet_that_missed_something_has_it_after_the_replay(
    open_tablet: Open, desk: Tablet, in_a: AbstractUser
) -> None:
    first = await open_tablet(in_a)
    await first.frame()
    await received(first, 0)
    await told(desk, 0, A=[1, 1])
    await first.leave()
    await told(desk, 0)
    await in_database(put_many, 3)
    again = await open_tablet(in_a, after=0)
    await received(again, 0)
    await told(desk, 3, A=[1, 0])
    await again.until(3)
    await received(again, 3)
    await told(desk, 3, A=[1, 1])


async def test_somebody_who_is_moved_counts_at_the_new_place(
    open_tablet: Open, desk: Tablet, in_a: AbstractUser
) -> None:
    tablet = await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 0)
    await told(desk, 0, A=[1, 1])
    in_a.first_name = "everyone,at:C"
    await in_database(in_a.save)
    await in_database(recheck, STREAM)
    await told(desk, 0, C=[1, 1])


async def test_who_may_hear_no_more_is_counted_no_more(open_tablet: Open, desk: Tablet, in_a: AbstractUser) -> None:
    tablet = await open_tablet(in_a)
    await tablet.frame()
    await received(tablet, 0)
    await told(desk, 0, A=[1, 1])
    in_a.first_name = ""
    await in_database(in_a.save)
    await in_database(recheck, STREAM)
    assert await tablet.close_code() == 4403
    await told(desk, 0)


async def test_no_tablet_no_row_and_nothing_told(open_tablet: Open, desk: Tablet, in_a: AbstractUser) -> None:
    one = await open_tablet(in_a)
    await one.frame()
    await in_database(put, 1)
    await one.frame()
    assert await desk.short() == [("event", 1)]
    tablet = await open_tablet(in_a, wall=2)
    await tablet.frame()
    await received(tablet, 0)
    await in_database(wait_until, TabletCount.objects.exists)
    # The other wall was counted later, so this one was counted too, if at all.
    assert await desk.hears_nothing()
    assert await in_database(lambda: list(TabletCount.objects.values_list("stream__name", flat=True))) == ["cards:2"]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_comes_and_goes_the_count_is_that_of_the_tablets_there(
    open_tablet: Open, desk: Tablet, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- it only draws lots
    users = {place: await in_database(make_user, f"o-{place}", f"everyone,at:{place}") for place in "ABC"}
    there: list[tuple[Tablet, str]] = []
    reached: dict[Tablet, int] = {}
    head = newest = 0
    for _step in range(60):
        match chance.choice(["come", "come", "go", "receive", "receive", "put", "take", "wait"]):
            case "come":
                place = chance.choice("ABC")
                after = chance.randint(0, head)
                tablet = await open_tablet(users[place], after=after)
                await tablet.frames(1 + head - after)
                there.append((tablet, place))
            case "go" if there:
                tablet, _place = there.pop(chance.randrange(len(there)))
                reached.pop(tablet, None)
                await tablet.leave()
            case "receive" if there:
                tablet, _place = chance.choice(there)
                seq = chance.choice([chance.randint(0, head), chance.randint(0, head + 2), head + 2000])
                await received(tablet, seq)
                if seq <= head + 1000:
                    reached[tablet] = max(seq, reached.get(tablet, 0))
            case "put":
                head = newest = await in_database(put, 1)
                for tablet, _place in there:
                    await tablet.short()
            case "take":
                head = await in_database(take)
                for tablet, _place in there:
                    await tablet.short()
            case _:
                await asyncio.sleep(0.03)
    expected: dict[str, tuple[int, int]] = {}
    for tablet, place in there:
        if tablet in reached:
            connected, current = expected.get(place, (0, 0))
            expected[place] = (connected + 1, current + (reached[tablet] >= newest))
    await stands(newest, **expected)
