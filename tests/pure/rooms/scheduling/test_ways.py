"""How endpoints join without a port of their own bridge, and the ways out of a shortage of ports."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rooms.scheduling.capacity import Bridge, Load
from rooms.scheduling.conflicts import (
    BridgeUnreachable,
    Conflict,
    LinkExhausted,
    PortsExhausted,
    ScheduleRequest,
    Verdict,
    examine,
    request_demand,
)
from rooms.scheduling.endpoints import EndpointFacts
from rooms.scheduling.errors import SchedulingInvalid
from rooms.scheduling.suggestions import largest_free_subset
from rooms.scheduling.ways import Way, WayInvalid, WayOut, check_ways, ways_within
from rooms.scheduling.ways_out import Place, with_ways_out
from tests.pure.rooms.scheduling.worlds import World, at, during, named, worlds

TREE = [
    Bridge("A", "Centre", 4),
    Bridge("B", "North", 4, "A", 1),
    Bridge("C", "South", 8, "A"),
]
PLACES = {
    "T1": Place("/1/", 1),
    "H1": Place("/1/2/", 2),
    "X1": Place("/1/2/3/", 3),
    "X2": Place("/1/2/4/", 3),
    "X3": Place("/1/5/6/", 3),
}
FACTS = [EndpointFacts(code, "A") for code in ("T1", "H1", "X1", "X2", "X3")]


def wish(*endpoints: str, ways: Mapping[str, Way] | None = None, host: str | None = "T1") -> ScheduleRequest:
    return ScheduleRequest(endpoints=endpoints, starts_at=at(0), ends_at=at(10), host=host, ways=ways or {})


def ports(request: ScheduleRequest) -> dict[str, int]:
    return dict(request_demand(request, named(*FACTS), TREE).ports)


def refused(request_of: Mapping[str, Way], *endpoints: str) -> tuple[str, object]:
    with pytest.raises(WayInvalid) as caught:
        ports(wish(*endpoints, ways=request_of))
    return caught.value.code, caught.value.params


def test_each_way_takes_its_own_ports() -> None:
    assert ports(wish("T1", "H1", "X1")) == {"A": 3}
    assert ports(wish("T1", "H1", "X1", ways={"X1": Way(bridge="C")})) == {"A": 3, "C": 2}
    assert ports(wish("T1", "H1", "X1", ways={"X1": Way(relay="H1")})) == {"A": 2}
    assert ports(wish("T1", "H1", "X1", ways={"X1": Way(receive=True)})) == {"A": 2}


def test_the_host_may_take_another_bridge_and_all_are_linked_to_it() -> None:
    assert ports(wish("T1", "X1", ways={"T1": Way(bridge="C")})) == {"A": 2, "C": 2}


@pytest.mark.parametrize(
    ("ways", "problem"),
    [
        ({"X9": Way(receive=True)}, ("way_not_selected", {"endpoints": ["X9"]})),
        ({"T1": Way(receive=True)}, ("way_of_host", {"endpoints": ["T1"]})),
        ({"T1": Way(relay="H1")}, ("way_of_host", {"endpoints": ["T1"]})),
        ({"X1": Way(relay="X1")}, ("way_without_port", {"endpoints": ["X1"]})),
        ({"X1": Way(relay="X3")}, ("way_without_port", {"endpoints": ["X3"]})),
        ({"X1": Way(relay="H1"), "H1": Way(receive=True)}, ("way_without_port", {"endpoints": ["H1"]})),
        ({"X1": Way(bridge="Z")}, ("way_bridge_unknown", {"bridges": ["Z"]})),
    ],
)
def test_ways_that_cannot_be_are_refused_with_their_reason(
    ways: Mapping[str, Way], problem: tuple[str, object]
) -> None:
    assert refused(ways, "T1", "H1", "X1") == problem


def test_an_endpoint_without_a_bridge_cannot_relay() -> None:
    facts = {"T1": EndpointFacts("T1", "A"), "H1": EndpointFacts("H1"), "X1": EndpointFacts("X1", "A")}
    with pytest.raises(WayInvalid) as caught:
        request_demand(wish("T1", "H1", "X1", ways={"X1": Way(relay="H1")}), facts, TREE)
    assert caught.value.params == {"endpoints": ["H1"]}
    # By a bridge that is not its own it can.
    ways = {"X1": Way(relay="H1"), "H1": Way(bridge="C")}
    assert dict(request_demand(wish("T1", "H1", "X1", ways=ways), facts, TREE).ports) == {"A": 2, "C": 2}


@pytest.mark.parametrize("fields", [{}, {"bridge": "A", "receive": True}, {"bridge": "A", "relay": "B"}])
def test_a_way_is_one_thing(fields: dict[str, object]) -> None:
    with pytest.raises(WayInvalid) as caught:
        Way(**fields)  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.code == "way_malformed"


def test_ways_go_with_their_endpoints() -> None:
    ways = {"X1": Way(relay="H1"), "X2": Way(bridge="C"), "X3": Way(receive=True)}
    assert ways_within(ways, ["T1", "X1", "X2"], "T1") == {"X2": Way(bridge="C")}
    assert ways_within(ways, ["T1", "H1", "X1", "X3"], "X3") == {"X1": Way(relay="H1")}
    assert wish("T1", "H1", "X1", "X2", ways={"X1": Way(relay="H1")}).reduced_to(["T1", "X1"]).ways == {}


WAYS = st.builds(
    lambda kind, name: {"bridge": Way(bridge=name), "relay": Way(relay=name), "receive": Way(receive=True)}[kind],
    st.sampled_from(["bridge", "relay", "receive"]),
    st.sampled_from(["E0", "E1", "E2", "E3"]),
)


@given(
    ways=st.dictionaries(st.sampled_from(["E0", "E1", "E2", "E3", "E4"]), WAYS),
    endpoints=st.lists(st.sampled_from(["E0", "E1", "E2", "E3"]), min_size=1, unique=True),
    led=st.booleans(),
)
def test_what_is_left_of_ways_is_always_possible(ways: dict[str, Way], endpoints: list[str], *, led: bool) -> None:
    host = endpoints[0] if led else None
    left = ways_within(ways, endpoints, host)
    check_ways(left, endpoints, host)
    assert all(ways[code] == way for code, way in left.items())
    try:
        check_ways(ways, endpoints, host)
    except WayInvalid:
        return
    assert left == ways


def shown(*endpoints: str, loads: list[Load] | None = None, facts: list[EndpointFacts] = FACTS) -> Verdict:
    request = wish(*endpoints)
    verdict = examine(request, named(*facts), [], [], TREE, loads or [])
    return with_ways_out(verdict, request, named(*facts), TREE, loads or [], PLACES)


def outs(verdict: Verdict) -> list[tuple[str, dict[str, dict[str, object]]]]:
    (conflict,) = verdict.conflicts
    assert isinstance(conflict, PortsExhausted | LinkExhausted)
    return [(each.kind, {code: way.as_data() for code, way in each.ways.items()}) for each in conflict.ways_out]


def test_a_short_bridge_has_three_ways_out_the_least_intrusive_first() -> None:
    # Five endpoints on four ports. Whoever goes to another bridge costs a link's end: two have to go.
    assert outs(shown("T1", "H1", "X1", "X2", "X3")) == [
        ("bridge", {"X2": {"bridge": "C"}, "X3": {"bridge": "C"}}),
        ("relay", {"X2": {"relay": "H1"}}),
        ("receive", {"X3": {"receive": True}}),
    ]


def test_a_full_link_is_left_by_all_who_come_over_it() -> None:
    facts = [EndpointFacts("T1", "A"), EndpointFacts("X1", "B"), EndpointFacts("X2", "B")]
    taken = [Load("B", during(0, 5), 1, 1, 7, "Another"), Load("A", during(0, 5), 1, 0, 7, "Another")]
    assert outs(shown("T1", "X1", "X2", loads=taken, facts=facts)) == [
        ("bridge", {"X1": {"bridge": "A"}, "X2": {"bridge": "A"}}),
        ("receive", {"X1": {"receive": True}, "X2": {"receive": True}}),
    ]


def test_a_bridge_that_is_only_passed_through_is_left_by_those_beyond_it() -> None:
    facts = [EndpointFacts("T1", "C"), EndpointFacts("X1", "B")]
    full = [Load("A", during(0, 5), 4, 0, 7, "Another")]
    assert outs(shown("T1", "X1", loads=full, facts=facts)) == [
        ("bridge", {"X1": {"bridge": "C"}}),
        ("receive", {"X1": {"receive": True}}),
    ]


def test_what_fits_has_no_ways_out_and_the_host_never_changes() -> None:
    assert shown("T1", "H1").conflicts == ()
    full = [Load("A", during(0, 5), 4, 0, 7, "Another")]
    assert outs(shown("T1", loads=full)) == []


def _shortages(conflicts: tuple[Conflict, ...]) -> dict[tuple[str, str], int]:
    found = {}
    for each in conflicts:
        if isinstance(each, PortsExhausted | LinkExhausted):
            found[each.kind, each.bridge] = each.missing
        elif isinstance(each, BridgeUnreachable):
            found[each.kind, each.bridge] = 1
    return found


def _places(world: World, seed: int) -> dict[str, Place]:
    """Some endpoints above others."""
    return {
        each.code: Place("/1/" if (seed + index) % 2 else f"/1/{index}/", 1 + (seed + index) % 3)
        for index, each in enumerate(world.endpoints)
    }


@st.composite
def short_worlds(draw: st.DrawFn) -> tuple[World, Verdict, dict[str, Place]]:
    world = draw(worlds(most_endpoints=7, ports=3))
    codes = world.request.endpoints
    targets = st.sampled_from([bridge.code for bridge in world.bridges])
    wished = draw(
        st.dictionaries(
            st.sampled_from(codes),
            st.one_of(
                st.builds(lambda code: Way(bridge=code), targets),
                st.builds(lambda code: Way(relay=code), st.sampled_from(codes)),
                st.just(Way(receive=True)),
            ),
            max_size=2,
        )
    )
    request = replace(world.request, ways=ways_within(wished, codes, world.request.host))
    try:
        verdict = examine(request, *world.diary)
    except WayInvalid:
        assume(False)
    assume(verdict.short_of_ports)
    places = _places(world, draw(st.integers(0, 5)))
    found = with_ways_out(verdict, request, world.facts, world.bridges, world.loads, places)
    return replace(world, request=request), found, places


@given(short_worlds())
def test_every_way_out_ends_its_shortage_and_makes_no_other(scene: tuple[World, Verdict, dict[str, Place]]) -> None:
    world, verdict, _ = scene
    before = _shortages(verdict.conflicts)
    for conflict in verdict.conflicts:
        if not isinstance(conflict, PortsExhausted | LinkExhausted):
            continue
        kinds = [each.kind for each in conflict.ways_out]
        assert kinds == sorted(set(kinds), key=["bridge", "relay", "receive"].index)
        for out in conflict.ways_out:
            request = replace(world.request, ways={**world.request.ways, **out.ways})
            after = examine(request, *world.diary)
            left = _shortages(after.conflicts)
            assert (conflict.kind, conflict.bridge) not in left
            assert all(missing <= before.get(resource, 0) for resource, missing in left.items())
            assert {way.kind for way in out.ways.values()} == {out.kind}
            others = {each for each in after.conflicts if each.kind.startswith("endpoint")}
            assert others == {each for each in verdict.conflicts if each.kind.startswith("endpoint")}


def _works(
    world: World, conflict: PortsExhausted, moved: list[str], target: str, before: Mapping[tuple[str, str], int]
) -> bool:
    """Whether the shortage ends, no other begins or grows, and there is room for them on the bridge they join."""
    try:
        request = replace(world.request, ways={**world.request.ways, **{code: Way(bridge=target) for code in moved}})
        left = _shortages(examine(request, *world.diary).conflicts)
    except SchedulingInvalid:
        return False
    ended = not {(conflict.kind, conflict.bridge), (conflict.kind, target)} & left.keys()
    return ended and all(missing <= before.get(resource, 0) for resource, missing in left.items())


@given(short_worlds())
def test_another_bridge_with_room_is_found_when_there_is_one(scene: tuple[World, Verdict, dict[str, Place]]) -> None:
    """Against trying every bridge with every number of the last endpoints."""
    world, verdict, _ = scene
    facts = world.facts
    ways = world.request.ways
    relaying = {way.relay for way in ways.values()}
    before = _shortages(verdict.conflicts)
    for conflict in verdict.conflicts:
        if not isinstance(conflict, PortsExhausted):
            continue
        own = [
            code
            for code in world.request.endpoints
            if (ways[code].bridge if code in ways else facts[code].bridge) == conflict.bridge
            and code != world.request.host
            and code not in relaying
        ]
        smallest = next(
            (
                size
                for size in range(1, len(own) + 1)
                for bridge in world.bridges
                if _works(world, conflict, own[-size:], bridge.code, before)
            ),
            None,
        )
        if smallest is not None:
            found = [each for each in conflict.ways_out if each.kind == "bridge"]
            assert len(found) == 1
            assert len(found[0].ways) <= smallest


@given(short_worlds())
def test_the_free_part_of_a_request_with_ways_fits(scene: tuple[World, Verdict, dict[str, Place]]) -> None:
    world, _, _ = scene
    free = largest_free_subset(world.request, *world.diary)
    if free:
        assert examine(world.request.reduced_to(free), *world.diary).fits


def test_a_way_out_says_its_kind() -> None:
    assert WayOut(kind="relay", ways={"X1": Way(relay="H1")}).ways["X1"].kind == "relay"
