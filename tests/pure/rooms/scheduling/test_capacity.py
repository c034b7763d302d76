from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.capacity import (
    Bridge,
    Load,
    NetworkInvalid,
    PortHolder,
    PortPeak,
    demand,
    link_profiles,
    load_profile,
    peak,
    port_peaks,
    port_profiles,
    shortages,
)
from rooms.scheduling.intervals import Interval
from tests.pure.rooms.scheduling.worlds import SPAN, at, during, forests, intervals, minutes

# Province P over districts D1 and D2; D1 over D11.
CASCADE = [
    Bridge("P", "Province", 20),
    Bridge("D1", "First", 10, "P"),
    Bridge("D2", "Second", 10, "P", link_ports=1),
    Bridge("D11", "Below the first", 5, "D1"),
]


def test_meeting_on_one_bridge_takes_a_port_for_each_endpoint_and_no_link() -> None:
    needed = demand(CASCADE, {"a": "D1", "b": "D1"}, "D1")
    assert needed.ports == {"D1": 2}
    assert needed.links == {}
    assert needed.beyond == {}
    assert needed.unreachable == ()


def test_link_takes_one_port_on_both_ends_however_many_endpoints_are_behind_it() -> None:
    needed = demand(CASCADE, {"h": "P", "a": "D1", "b": "D1", "c": "D1"}, "P")
    assert needed.ports == {"P": 2, "D1": 4}
    assert needed.links == {"D1": 1}


def test_bridge_passed_through_takes_two_ports_for_its_two_links() -> None:
    needed = demand(CASCADE, {"a": "D1", "b": "D2"}, "D1")
    assert needed.ports == {"P": 2, "D1": 2, "D2": 2}
    assert needed.links == {"D1": 1, "D2": 1}
    assert needed.endpoints == {"D1": ("a",), "D2": ("b",)}


def test_cascade_stops_at_the_lowest_bridge_that_joins_all() -> None:
    assert demand(CASCADE, {"a": "D1", "b": "D11"}, "D1").ports == {"D1": 2, "D11": 2}


def test_hosts_bridge_is_linked_even_when_the_host_takes_no_port_there() -> None:
    assert demand(CASCADE, {"a": "D1"}, "P").ports == {"P": 1, "D1": 2}


def test_endpoint_without_bridge_takes_no_port() -> None:
    needed = demand(CASCADE, {"a": None, "b": None}, None)
    assert (needed.ports, needed.links, needed.endpoints) == ({}, {}, {})


def test_first_endpoint_beyond_a_link_is_the_first_asked_for_on_the_side_away_from_the_host() -> None:
    needed = demand(CASCADE, {"z": "D2", "b": "D11", "a": "D1"}, "D11")
    assert needed.beyond == {"D1": "z", "D2": "z", "D11": "z"}
    assert demand(CASCADE, {"z": "D2", "b": "D11", "a": "D1"}, "P").beyond == {"D1": "b", "D2": "z", "D11": "b"}


def test_bridge_without_a_way_to_the_host_is_named() -> None:
    island = Bridge("S", "Island", 5)
    needed = demand([*CASCADE, island], {"a": "S", "b": "D1"}, "P")
    assert needed.unreachable == ("S",)
    assert needed.ports == {"P": 1, "D1": 2, "S": 1}


def test_without_a_host_the_first_endpoint_decides_what_is_unreachable() -> None:
    network = [*CASCADE, Bridge("S", "Island", 5)]
    assert demand(network, {"a": "S", "b": "D1"}, None).unreachable == ("D1",)


@pytest.mark.parametrize(
    ("bridges", "code", "named"),
    [
        ([Bridge("A", "", 1), Bridge("A", "", 2)], "bridge_repeated", ["A"]),
        ([Bridge("A", "", 1, "Z"), Bridge("B", "", 1, "Y")], "bridge_unknown", ["Y", "Z"]),
        ([Bridge("A", "", 1, "B"), Bridge("B", "", 1, "A"), Bridge("C", "", 1)], "bridge_cycle", ["A", "B"]),
        ([Bridge("A", "", 1, "A")], "bridge_cycle", ["A"]),
    ],
)
def test_bridges_that_are_no_tree_are_refused_by_name(bridges: list[Bridge], code: str, named: list[str]) -> None:
    with pytest.raises(NetworkInvalid) as refused:
        demand(bridges, {}, None)
    assert (refused.value.code, refused.value.params) == (code, {"bridges": named})


def test_endpoint_on_a_bridge_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(NetworkInvalid) as refused:
        demand(CASCADE, {"a": "NONE"}, "GONE")
    assert (refused.value.code, refused.value.params) == ("bridge_unknown", {"bridges": ["GONE", "NONE"]})


@pytest.mark.parametrize(("ports", "link_ports"), [(-1, None), (1, -1)])
def test_bridge_with_negative_ports_is_refused(ports: int, link_ports: int | None) -> None:
    with pytest.raises(NetworkInvalid) as refused:
        Bridge("A", "", ports, None, link_ports)
    assert (refused.value.code, refused.value.params) == ("ports_negative", {"bridges": ["A"]})


def spanning_links(bridges: Sequence[Bridge], used: set[str]) -> set[str]:
    """The children whose link is needed, found the slow way: cut it, and see whether used bridges fall apart."""

    def reached(start: str, cut: str | None) -> set[str]:
        seen, grown = {start}, True
        while grown:
            grown = False
            for bridge in bridges:
                if (
                    bridge.parent is not None
                    and bridge.code != cut
                    and (bridge.code in seen) != (bridge.parent in seen)
                ):
                    seen |= {bridge.code, bridge.parent}
                    grown = True
        return seen

    return {
        bridge.code
        for bridge in bridges
        if bridge.parent is not None
        for code in used
        if (reached(code, None) & used) != (reached(code, bridge.code) & used)
    }


@given(st.data())
def test_demand_follows_exactly_the_links_without_which_used_bridges_fall_apart(data: st.DataObject) -> None:
    bridges = data.draw(forests())
    codes = [bridge.code for bridge in bridges]
    placed = data.draw(st.lists(st.none() | st.sampled_from(codes), max_size=8))
    host = data.draw(st.none() | st.sampled_from(codes))
    needed = demand(bridges, {f"E{index}": code for index, code in enumerate(placed)}, host)
    used = {code for code in placed if code is not None}
    links = spanning_links(bridges, used | ({host} if host else set()))
    assert set(needed.links) == links
    expected = {
        bridge.code: placed.count(bridge.code)
        + sum((bridge.code == each.code) + (bridge.code == each.parent) for each in bridges if each.code in links)
        for bridge in bridges
    }
    assert needed.ports == {code: number for code, number in expected.items() if number}
    assert list(needed.ports) == [code for code in codes if code in needed.ports]


@given(forests(), st.data())
def test_demand_does_not_depend_on_the_order_of_bridges_or_endpoints(
    bridges: list[Bridge], data: st.DataObject
) -> None:
    codes = [bridge.code for bridge in bridges]
    placed = data.draw(st.dictionaries(st.sampled_from("abcdefg"), st.sampled_from(codes)))
    other = demand(
        data.draw(st.permutations(bridges)), dict(data.draw(st.permutations(list(placed.items())))), codes[0]
    )
    needed = demand(bridges, placed, codes[0])
    assert (other.ports, other.links, set(other.unreachable)) == (
        needed.ports,
        needed.links,
        set(needed.unreachable),
    )


holdings = st.lists(st.tuples(intervals(), st.integers(0, 5)))


@given(holdings, intervals())
def test_peak_is_the_fullest_minute_of_the_window(holds: list[tuple[Interval, int]], window: Interval) -> None:
    by_minute = {minute: sum(n for each, n in holds if minute in minutes(each)) for minute in range(SPAN)}
    assert peak(holds, window) == max(by_minute[minute] for minute in minutes(window))


@given(holdings, intervals(), st.integers(-1, 12))
def test_profile_agrees_with_counting_in_every_minute(
    holds: list[tuple[Interval, int]], window: Interval, limit: int
) -> None:
    by_minute = {minute: sum(n for each, n in holds if minute in minutes(each)) for minute in range(-1, SPAN + 1)}
    profile = load_profile(holds)
    assert {minute: profile.at(at(minute)) for minute in by_minute} == by_minute
    above = {minute for minute in minutes(window) if by_minute[minute] > limit}
    assert set().union(*map(minutes, profile.above(limit, window))) == above
    assert {m: level for piece, level in profile.steps(window) for m in minutes(piece)} == {
        minute: by_minute[minute] for minute in minutes(window)
    }


def test_profile_has_no_step_where_one_hold_follows_another_of_the_same_size() -> None:
    profile = load_profile([(during(0, 10), 3), (during(10, 20), 3)])
    assert (profile.times, profile.levels) == ((at(0), at(20)), (3, 0))


def test_peak_of_holds_that_follow_each_other_is_not_their_sum() -> None:
    assert peak([(during(0, 10), 3), (during(10, 20), 4)], during(0, 20)) == 4


@given(st.data())
def test_shortages_are_the_minutes_in_which_a_count_exceeds_the_capacity(data: st.DataObject) -> None:
    bridges = data.draw(forests(most=4, ports=5))
    codes = st.sampled_from([bridge.code for bridge in bridges])
    loads = data.draw(st.lists(st.builds(Load, codes, intervals(), st.integers(0, 4), st.integers(0, 2))))
    window = data.draw(intervals())
    placed = data.draw(st.dictionaries(st.sampled_from("abcdef"), codes))
    needed = demand(bridges, placed, None)
    expected = []
    for resource in ("ports", "link"):
        for bridge in bridges:
            amount = (needed.ports if resource == "ports" else needed.links).get(bridge.code, 0)
            capacity = bridge.ports if resource == "ports" else bridge.link_ports
            if amount == 0 or capacity is None:
                continue
            held = {
                minute: sum(
                    load.ports if resource == "ports" else load.links
                    for load in loads
                    if load.bridge == bridge.code and minute in minutes(load.interval)
                )
                for minute in minutes(window)
            }
            short = {minute for minute, number in held.items() if number + amount > capacity}
            if short:
                fullest = max(held.values())
                expected.append((resource, bridge.code, fullest, amount, fullest + amount - capacity, short))
    found = shortages(bridges, loads, needed, window)
    assert [
        (s.resource, s.bridge, s.held, s.needed, s.missing, set().union(*map(minutes, s.intervals))) for s in found
    ] == expected
    assert all(sum(holder.ports for holder in each.holders) == each.held for each in found)


@given(st.data())
def test_first_endpoint_that_does_not_fit_is_where_the_ports_run_out(data: st.DataObject) -> None:
    capacity, held, number = (data.draw(st.integers(low, high)) for low, high in ((0, 8), (0, 8), (1, 8)))
    bridges = [Bridge("P", "", 99), Bridge("D", "", capacity, "P")]
    endpoints = {f"E{index}": "D" for index in range(number)}
    found = shortages(bridges, [Load("D", during(0, 9), held)], demand(bridges, endpoints, "P"), during(0, 9))
    fitting = max(0, capacity - held - 1)  # one port goes to the link
    first = [each.first_endpoint for each in found]
    assert first == ([] if held + 1 + number <= capacity else [list(endpoints)[fitting]])


def test_shortage_of_a_bridge_that_is_only_passed_through_names_no_endpoint() -> None:
    network = [Bridge("P", "Province", 1), Bridge("A", "", 9, "P"), Bridge("B", "", 9, "P")]
    (shortage,) = shortages(network, [], demand(network, {"a": "A", "b": "B"}, None), during(0, 5))
    assert (shortage.bridge, shortage.needed, shortage.missing, shortage.first_endpoint) == ("P", 2, 1, None)
    assert shortage.intervals == (during(0, 5),)


def test_shortage_names_who_holds_the_ports_at_the_fullest_moment_largest_first() -> None:
    bridge = Bridge("A", "MCU-02", 10)
    loads = [
        Load("A", during(0, 10), 3, booking=7, title="Briefing"),
        Load("A", during(0, 30), 2, booking=None, title="Reserve"),
        Load("A", during(5, 30), 4, booking=9, title="Training"),
        Load("A", during(5, 30), 1, booking=9, title="Training"),
        Load("A", during(5, 30), 0, booking=11, title="Nothing"),
        Load("A", during(8, 9), 0, links=1, booking=12),
    ]
    (shortage,) = shortages([bridge], loads, demand([bridge], {"x": "A"}, None), during(0, 30))
    assert (shortage.held, shortage.missing) == (10, 1)
    assert shortage.holders == (
        PortHolder(9, "Training", 5),
        PortHolder(7, "Briefing", 3),
        PortHolder(None, "Reserve", 2),
    )
    assert shortage.intervals == (during(5, 10),)


def test_link_that_carries_its_last_meeting_is_short_of_one_connection() -> None:
    needed = demand(CASCADE, {"h": "P", "x": "D2", "y": "D2"}, "P")
    running = needed.loads(during(10, 20), booking=4, title="Briefing")
    (shortage,) = shortages(CASCADE, running, needed, during(0, 15))
    assert (shortage.resource, shortage.bridge, shortage.parent) == ("link", "D2", "P")
    assert (shortage.capacity, shortage.held, shortage.needed, shortage.missing) == (1, 1, 1, 1)
    assert (shortage.first_endpoint, shortage.intervals) == ("x", (during(10, 15),))
    assert shortage.holders == (PortHolder(4, "Briefing", 1),)
    assert shortages(CASCADE, running, needed, during(20, 30)) == []


def test_demand_becomes_loads_with_ports_and_link_connections() -> None:
    assert demand(CASCADE, {"h": "P", "x": "D2"}, "P").loads(during(0, 5), booking=3, title="T") == [
        Load("P", during(0, 5), 2, 0, 3, "T"),
        Load("D2", during(0, 5), 2, 1, 3, "T"),
    ]


def test_profiles_by_bridge_hold_ports_and_connections_apart() -> None:
    loads = [Load("A", during(0, 5), 3, 1), Load("B", during(0, 5), 2)]
    assert {code: profile.peak(during(0, 5)) for code, profile in port_profiles(loads).items()} == {"A": 3, "B": 2}
    assert {code: profile.peak(during(0, 5)) for code, profile in link_profiles(loads).items()} == {"A": 1}


def test_port_peaks_name_every_bridge_needed_and_what_is_left_on_it() -> None:
    needed = demand(CASCADE, {"h": "P", "a": "D1"}, "P")
    peaks = port_peaks(CASCADE, port_profiles([Load("D1", during(0, 5), 9)]), needed, during(4, 9))
    assert peaks == (PortPeak("P", "Province", 20, 0, 2), PortPeak("D1", "First", 10, 9, 2))
    assert [each.remaining for each in peaks] == [18, -1]
