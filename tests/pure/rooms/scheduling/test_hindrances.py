"""Who stands in the way most often, against judging every start one by one."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.conflicts import (
    BridgeUnreachable,
    Claim,
    EndpointBusy,
    EndpointClosed,
    EndpointInvalid,
    LinkExhausted,
    PortsExhausted,
    ScheduleRequest,
    examine,
)
from rooms.scheduling.endpoints import EndpointFacts
from rooms.scheduling.hindrances import Hindrances, hindrances
from rooms.scheduling.intervals import Interval
from rooms.scheduling.office_hours import Calendar
from rooms.scheduling.suggestions import Search, first_free_slots
from tests.pure.rooms.scheduling.worlds import SPAN, World, at, clock, worlds

MINUTE = timedelta(minutes=1)
TWO = ScheduleRequest(endpoints=("T1", "T2"), starts_at=clock(8), ends_at=clock(9))
EMPTY = World(TWO, [EndpointFacts("T1"), EndpointFacts("T2")], [], [], [], [])
MORNING = Search(earliest=clock(8), horizon=clock(11), step=timedelta(minutes=30))


def look(world: World, search: Search) -> Hindrances:
    return hindrances(world.request, *world.diary, search)


def blockers(world: World, start: int) -> set[tuple[str, str]]:
    """What stands in the way of that start, as the judge of bookings names it."""
    verdict = examine(world.request.moved_to(at(start)), *world.diary)
    found = set()
    for each in verdict.conflicts:
        match each:
            case EndpointBusy() | EndpointClosed() | EndpointInvalid():
                found.add(("endpoint", each.endpoint))
            case PortsExhausted():
                found.add(("ports", each.bridge))
            case LinkExhausted():
                found.add(("link", each.bridge))
    return found


@given(worlds(), st.integers(-20, SPAN), st.integers(0, 2 * SPAN))
def test_every_count_agrees_with_judging_each_start(world: World, earliest: int, span: int) -> None:
    search = Search(earliest=at(earliest), horizon=at(earliest + span), step=MINUTE, count=1000)
    found = look(world, search)
    verdict = examine(world.request, *world.diary)
    if any(isinstance(each, BridgeUnreachable) for each in verdict.conflicts):
        assert found == Hindrances(0, 0, ())
        return
    length = world.request.duration // MINUTE
    starts = range(earliest, earliest + span - length + 1)
    prevented: Counter[tuple[str, str]] = Counter()
    alone: Counter[tuple[str, str]] = Counter()
    for start in starts:
        there = blockers(world, start)
        prevented.update(there)
        alone.update(there if len(there) == 1 else ())
    assert found.starts == len(starts)
    assert {(each.kind, each.code): each.prevented for each in found.listed} == dict(prevented)
    assert {(each.kind, each.code): each.alone for each in found.listed if each.alone} == dict(alone)
    assert found.free == len(first_free_slots(world.request, *world.diary, search))


def test_whoever_is_alone_in_the_way_comes_first() -> None:
    busy = [
        Claim("T1", Interval(clock(8), clock(11)), 1),
        Claim("T2", Interval(clock(8), clock(9)), 2),
    ]
    found = look(replace(EMPTY, busy=busy), MORNING)
    # Starts 8:00, 8:30 … 10:00; T2 is in the way of the first two, each time with T1.
    assert (found.starts, found.free) == (5, 0)
    assert [(each.code, each.alone, each.prevented) for each in found.listed] == [("T1", 3, 5), ("T2", 0, 2)]


def test_only_starts_of_the_calendar_count() -> None:
    search = replace(MORNING, horizon=clock(18), calendar=Calendar())
    # One hour within 7:30–11:30 (from 8:00) and 13:30–17:00, every half hour.
    assert look(EMPTY, search).starts == 6 + 6
    assert look(EMPTY, search).listed == ()


def test_a_window_shorter_than_the_meeting_has_no_start() -> None:
    assert look(EMPTY, replace(MORNING, horizon=clock(8, 30))) == Hindrances(0, 0, ())
