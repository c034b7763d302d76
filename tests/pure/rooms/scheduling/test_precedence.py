"""Who gives way to whom, against every subset tried one by one."""

from collections.abc import Iterable, Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling import precedence as rule
from rooms.scheduling.capacity import Bridge, Load
from rooms.scheduling.conflicts import Claim, ClosedPeriod, ScheduleRequest, Verdict, examine
from rooms.scheduling.endpoints import EndpointFacts
from rooms.scheduling.precedence import Precedence, Standing, precedence, stays
from tests.pure.rooms.scheduling.worlds import World, at, during, named, worlds

PROVINCE, DISTRICT, COMMUNE = 1, 2, 3


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (Standing(7, COMMUNE), None),
        (Standing(7, DISTRICT), "equal_tier"),
        (Standing(7, PROVINCE), "higher_tier"),
        (Standing(7, COMMUNE, fixed=True), "fixed"),
        (Standing(7, COMMUNE, in_session=True), "in_session"),
        (Standing(7, COMMUNE, scheduled=False), "not_scheduled"),
        (Standing(7, None), "tier_unknown"),
        (None, "tier_unknown"),
    ],
)
def test_only_a_scheduled_session_of_a_lower_tier_gives_way(standing: Standing | None, why: str | None) -> None:
    assert stays(standing, DISTRICT) == why


def test_a_session_whose_own_tier_is_not_known_outranks_nobody() -> None:
    assert stays(Standing(7, COMMUNE), None) == "tier_unknown"


def ask(*endpoints: str) -> ScheduleRequest:
    return ScheduleRequest(endpoints=endpoints, starts_at=at(600), ends_at=at(660))


def judge(
    request: ScheduleRequest,
    standings: Iterable[Standing],
    *,
    claims: Iterable[Claim] = (),
    closures: Iterable[ClosedPeriod] = (),
    bridges: Iterable[Bridge] = (),
    loads: Iterable[Load] = (),
    bridge: str | None = None,
) -> Precedence:
    return precedence(
        request,
        named(*(EndpointFacts(code, bridge) for code in request.endpoints)),
        list(claims),
        list(closures),
        list(bridges),
        list(loads),
        {each.booking: each for each in standings},
        PROVINCE,
    )


def test_every_lower_meeting_on_a_wanted_endpoint_gives_way_and_no_other() -> None:
    claims = [
        Claim("A", during(600, 630), 1),
        Claim("B", during(630, 700), 2),
        Claim("B", during(500, 600), 3),
        Claim("C", during(600, 700), 4),
    ]
    found = judge(ask("A", "B"), [Standing(n, COMMUNE) for n in (1, 2, 3, 4)], claims=claims)
    assert (found.displaced, found.possible) == ((1, 2), True)


def test_one_equal_in_the_way_lets_nobody_give_way_and_is_named_with_the_reason() -> None:
    claims = [Claim("A", during(600, 700), 1), Claim("B", during(600, 700), 2)]
    found = judge(ask("A", "B"), [Standing(1, COMMUNE), Standing(2, PROVINCE)], claims=claims)
    assert (found.displaced, found.reasons) == ((), {2: "equal_tier"})
    whole = examine(ask("A", "B"), named(EndpointFacts("A"), EndpointFacts("B")), claims, [], [], [])
    assert [found.why(each) for each in whole.conflicts] == [None, "equal_tier"]
    assert [getattr(each, "booking", None) for each in found.remaining] == [2]


def test_a_closed_endpoint_does_not_give_way() -> None:
    closure = ClosedPeriod("A", during(600, 700), "Maintenance")
    found = judge(ask("A"), [], closures=[closure])
    assert [found.why(each) for each in found.remaining] == ["no_session"]


def short(ports: int, *loads: tuple[int, int, int]) -> Precedence:
    """One endpoint wanted on a bridge of so many ports, and loads (booking, ports, rank)."""
    held = [Load("M", during(590, 700), number, booking=booking) for booking, number, _rank in loads]
    standings = [Standing(booking, rank) for booking, _ports, rank in loads]
    return judge(ask("A"), standings, bridges=[Bridge("M", "", ports)], loads=held, bridge="M")


def test_of_those_who_hold_short_ports_the_fewest_give_way() -> None:
    assert short(6, (1, 2, COMMUNE), (2, 2, COMMUNE), (3, 2, DISTRICT)).displaced == (2,)
    assert short(7, (1, 1, COMMUNE), (2, 2, COMMUNE), (3, 6, COMMUNE)).displaced == (3,)


def test_of_equally_few_the_lowest_tier_gives_way_and_then_who_booked_last() -> None:
    assert short(4, (1, 2, COMMUNE), (2, 2, DISTRICT)).displaced == (1,)
    assert short(4, (1, 2, COMMUNE), (2, 2, COMMUNE)).displaced == (2,)


def test_ports_short_by_what_stays_are_refused_with_who_holds_them() -> None:
    found = short(4, (1, 4, PROVINCE), (2, 1, COMMUNE))
    assert (found.displaced, found.possible) == ((), False)
    assert [found.why(each) for each in found.remaining] == ["equal_tier"]


def test_a_search_cut_short_still_frees_enough_with_nobody_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "MOST_STEPS", 0)
    assert short(7, (1, 1, COMMUNE), (2, 2, COMMUNE), (3, 6, COMMUNE)).displaced == (3,)


def without(world: World, gone: Iterable[int]) -> Verdict:
    left = set(gone)
    return examine(
        world.request,
        world.facts,
        [claim for claim in world.busy if claim.booking not in left],
        world.closures,
        world.bridges,
        [load for load in world.loads if load.booking not in left],
    )


standing = st.tuples(st.sampled_from([0, 1, 2, 3, 3, 3]), st.sampled_from([False] * 5 + [True]))


@given(worlds(), st.dictionaries(st.integers(1, 4), standing), st.sampled_from([0, 1, 1, 1]))
def test_the_choice_is_that_of_trying_every_subset(
    world: World, facts: Mapping[int, tuple[int, bool]], rank: int
) -> None:
    bookings = {claim.booking for claim in world.busy} | {load.booking for load in world.loads if load.booking}
    standings = {
        each: Standing(each, facts.get(each, (3, False))[0], fixed=facts.get(each, (3, False))[1]) for each in bookings
    }
    found = precedence(
        world.request, world.facts, world.busy, world.closures, world.bridges, world.loads, standings, rank
    )
    lower = sorted(each for each in bookings - {world.request.booking} if stays(standings[each], rank) is None)
    ways = [
        chosen for size in range(len(lower) + 1) for chosen in combinations(lower, size) if without(world, chosen).fits
    ]
    assert found.possible is bool(ways)
    if not ways:
        assert found.displaced == ()
        assert found.remaining == without(world, lower).conflicts
        return
    fewest = [chosen for chosen in ways if len(chosen) == len(ways[0])]
    best = max(fewest, key=lambda chosen: (sorted(standings[each].rank or 0 for each in chosen), sorted(chosen)))
    assert found.displaced == best


@given(worlds(), st.integers(0, 3))
def test_a_conflict_is_called_removable_exactly_when_it_goes_with_the_lower_meetings(world: World, rank: int) -> None:
    bookings = {claim.booking for claim in world.busy} | {load.booking for load in world.loads if load.booking}
    standings = {each: Standing(each, each % 4) for each in bookings}
    found = precedence(
        world.request, world.facts, world.busy, world.closures, world.bridges, world.loads, standings, rank
    )
    whole = without(world, ())
    assert all(found.why(each) is None for each in whole.conflicts) is found.possible
