from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.scheduling.capacity import Bridge, by_code, demand
from rooms.scheduling.fitting import fit
from tests.pure.rooms.scheduling.worlds import forests


def carry(
    bridges: list[Bridge], wanted: dict[str, list[str]], host: str | None, held: dict[str, int] | None = None
) -> list[str]:
    held = held or {}
    ports = {bridge.code: bridge.ports - held.get(bridge.code, 0) for bridge in bridges}
    links = {bridge.code: bridge.link_ports for bridge in bridges}
    return fit(by_code(bridges), ports, links, wanted, host)


def test_host_stays_though_it_is_last_on_its_bridge() -> None:
    assert carry([Bridge("A", "", 2)], {"A": ["x", "y", "h"]}, "h") == ["h", "x"]


def test_two_islands_without_a_host_leave_the_greater_one() -> None:
    assert carry([Bridge("A", "", 1), Bridge("B", "", 2)], {"A": ["a", "b"], "B": ["c", "d"]}, None) == ["c", "d"]


def test_link_is_taken_only_when_it_brings_more_than_the_port_it_costs() -> None:
    network = [Bridge("P", "", 2), Bridge("D", "", 9, "P")]
    assert carry(network, {"P": ["h", "x"], "D": ["y"]}, "h") == ["h", "x"]
    assert carry(network, {"P": ["h", "x"], "D": ["y", "z"]}, "h") == ["h", "y", "z"]


def test_host_on_a_full_bridge_gives_way_to_the_best_of_the_rest() -> None:
    network = [Bridge("P", "", 1), Bridge("D", "", 9, "P")]
    assert carry(network, {"P": ["h"], "D": ["y", "z"]}, "h", held={"P": 1}) == ["y", "z"]


@pytest.mark.parametrize("link_ports", [0, -1])
def test_link_without_a_connection_left_is_not_taken(link_ports: int) -> None:
    network = by_code([Bridge("P", "", 9), Bridge("D", "", 9, "P", link_ports=0)])
    taken = fit(network, {"P": 9, "D": 9}, {"P": None, "D": link_ports}, {"P": ["h"], "D": ["y"]}, "h")
    assert taken == ["h"]


def test_overfull_network_carries_nothing() -> None:
    assert carry([Bridge("A", "", 1)], {"A": ["x"]}, "x", held={"A": 5}) == []
    assert carry([], {}, None) == []


@given(st.data())
def test_no_set_of_endpoints_that_the_ports_can_carry_is_greater(data: st.DataObject) -> None:
    bridges = data.draw(forests(most=5, ports=4))
    codes = [bridge.code for bridge in bridges]
    placed = dict(zip("abcdefg", data.draw(st.lists(st.sampled_from(codes), min_size=1, max_size=7)), strict=False))
    host = data.draw(st.none() | st.sampled_from(sorted(placed)))
    wanted: dict[str, list[str]] = {}
    for endpoint, code in placed.items():
        wanted.setdefault(code, []).append(endpoint)
    taken = carry(bridges, wanted, host)

    known = by_code(bridges)

    def carried(chosen: tuple[str, ...]) -> bool:
        host_bridge = placed[host] if host in chosen and host is not None else None
        needed = demand(bridges, {endpoint: placed[endpoint] for endpoint in chosen}, host_bridge)
        links_free = all(known[code].link_ports is None or known[code].link_ports for code in needed.links)
        return links_free and not needed.unreachable and all(n <= known[c].ports for c, n in needed.ports.items())

    subsets = chain.from_iterable(combinations(sorted(placed), size) for size in range(len(placed) + 1))
    possible = [chosen for chosen in subsets if carried(chosen)]
    with_host = [chosen for chosen in possible if host in chosen]
    assert carried(tuple(sorted(taken)))
    assert len(taken) == len(set(taken)) == max(map(len, with_host or possible))
    assert (host in taken) == bool(with_host)
