"""Looking through a long list of endpoints once: nothing may come out differently for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import MappingProxyType
from unittest.mock import patch

import pytest
from hypothesis import given

from rooms.scheduling import conflicts, endpoints
from rooms.scheduling.conflicts import ScheduleRequest, examine
from rooms.scheduling.endpoints import LONG, EndpointFacts, Lately, RequestInvalid, listing, survey
from rooms.scheduling.suggestions import Search, first_free_slots
from tests.pure.rooms.scheduling.worlds import SPAN, World, at, named, worlds

MANY = tuple(f"E{number}" for number in range(LONG))


@contextmanager
def every_list_is_long() -> Iterator[None]:
    with patch.object(endpoints, "LONG", 1), patch.object(conflicts, "LONG", 1):
        yield


def test_a_long_list_is_looked_through_once_and_a_short_one_each_time() -> None:
    looked: list[int] = []
    find = Lately(lambda asked: looked.append(len(asked)))
    for _ in range(2):
        find(MANY)
        find(tuple(f"E{number}" for number in range(LONG)))
        find(MANY[1:])
    assert looked == [LONG, LONG - 1, LONG - 1]


def test_lists_of_the_same_length_are_told_apart_by_what_is_in_them_and_its_order() -> None:
    find = Lately(lambda asked: asked[-1])
    turned = (*MANY[1:], MANY[0])
    assert [find(each) for each in (MANY, turned, MANY)] == [MANY[-1], MANY[0], MANY[-1]]


def test_only_the_lists_asked_about_last_are_kept() -> None:
    looked: list[str] = []
    find = Lately(lambda asked: looked.append(asked[0]))
    for number in range(100):
        find((f"first{number}", *MANY))
    find(("first99", *MANY))
    find(("first0", *MANY))
    assert looked[99:] == ["first99", "first0"]


def test_equal_long_lists_become_one() -> None:
    again = tuple(f"E{number}" for number in range(LONG))
    assert listing(MANY).endpoints is listing(again).endpoints
    assert listing(again).position[MANY[7]] == 7


def test_a_long_list_that_repeats_somebody_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(RequestInvalid) as refused:
            listing((*MANY, "E3"))
        assert (refused.value.code, refused.value.params) == ("endpoint_repeated", {"endpoints": ["E3"]})


def test_what_may_still_change_is_looked_at_each_time() -> None:
    facts = named(*(EndpointFacts(code, "A") for code in MANY))
    assert set(survey(MANY, facts).homes) == {"A"}
    facts["E0"] = EndpointFacts("E0", "B")
    assert set(survey(MANY, facts).homes) == {"A", "B"}


def test_another_network_is_not_taken_for_the_one_before() -> None:
    before = MappingProxyType(named(*(EndpointFacts(code, "A") for code in MANY)))
    after = MappingProxyType(named(*(EndpointFacts(code, "B", valid_to=date(2025, 7, 1)) for code in MANY)))
    assert survey(MANY, before) is survey(MANY, before)
    assert [set(survey(MANY, each).homes) for each in (before, after, before)] == [{"A"}, {"B"}, {"A"}]
    assert [validity.valid_to for validity in survey(MANY, after).validities] == [date(2025, 7, 1)]


@given(worlds())
def test_the_judge_and_the_search_say_the_same_whether_they_remember_or_not(world: World) -> None:
    search = Search(earliest=at(0), horizon=at(SPAN * 4))
    expected = examine(world.request, *world.diary), first_free_slots(world.request, *world.diary, search)
    facts = MappingProxyType(world.facts)
    with every_list_is_long():
        for _ in range(2):
            asked = ScheduleRequest(
                endpoints=world.request.endpoints,
                starts_at=world.request.starts_at,
                ends_at=world.request.ends_at,
                setup=world.request.setup,
                teardown=world.request.teardown,
                host=world.request.host,
                booking=world.request.booking,
            )
            assert asked == world.request
            assert examine(asked, facts, *world.diary[1:]) == expected[0]
            assert first_free_slots(asked, facts, *world.diary[1:], search) == expected[1]
