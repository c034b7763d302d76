"""The network as it is now: states, the tree of bridges, the map."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rooms import network_map
from rooms.day_grid import day_window
from rooms.models import Closure
from rooms.network_map import NetworkNow, Node, network_now
from rooms.occupancy import availability
from tests.people import People, at
from tests.scenes import make_meeting

PLACES = {"02": (22.82, 104.98), "024": (22.83, 104.99), "026": (23.28, 105.36), "00715": (23.36, 105.31)}


@pytest.fixture
def placed(people: People) -> People:
    for code, (lat, lon) in PLACES.items():
        unit = people.network.units[code]
        unit.lat, unit.lon = lat, lon
        unit.save()
    return people


def look(people: People, now: dt.datetime) -> NetworkNow:
    return network_now(availability(people.secretary, day_window(at(0).date())), now)


def states(network: NetworkNow) -> dict[str, str]:
    def rows(nodes: list[Node]) -> dict[str, str]:
        found: dict[str, str] = {}
        found |= {
            row.endpoint.code: str(row.state) for node in nodes for branch in node.branches for row in branch.rows
        }
        for node in nodes:
            found |= rows(node.children)
        return found

    return rows(list(network.tree))


def test_each_endpoint_is_in_use_booked_later_closed_or_free(people: People) -> None:
    make_meeting(people, endpoints=["T1"], starts_at=at(9))
    make_meeting(people, endpoints=["T2"], starts_at=at(14))
    make_meeting(people, endpoints=["H024"], starts_at=at(7), minutes=60, setup_minutes=0)
    Closure.objects.create(endpoint=people.network.endpoints["H026"], starts_at=at(8), ends_at=at(18), reason="Sửa")
    found = states(look(people, at(8, 30)))
    # The line test of the meeting of nine has begun; the one of seven is over.
    assert found == {
        "T1": "session",
        "T2": "later",
        "H024": "free",
        "H026": "closed",
        "X00688": "free",
        "X00691": "free",
        "X00715": "free",
    }


def test_the_tree_hangs_bridges_under_their_parents_with_what_they_carry_now(people: People) -> None:
    make_meeting(people, endpoints=["T1", "H026", "X00715"], starts_at=at(8))
    (root,) = look(people, at(8, 30)).tree
    (child,) = root.children
    assert (root.bridge, child.bridge) == tuple(people.network.bridges.values())
    assert (root.in_use, child.in_use) == (2, 3)
    assert (root.endpoints, child.endpoints) == (5, 2)
    assert dict(child.counts) == {"session": 2, "later": 0, "free": 0, "closed": 0}


def test_endpoints_on_no_bridge_have_a_branch_of_their_own(people: People) -> None:
    people.network.endpoints["X00715"].bridge = None
    people.network.endpoints["X00715"].save()
    tree = look(people, at(8)).tree
    assert [node.bridge is None for node in tree] == [False, True]
    assert tree[-1].endpoints == 1


def test_north_is_up_and_east_is_right(placed: People) -> None:
    points = {point.live.endpoint.code: point for point in look(placed, at(8)).map.points}
    assert points["X00715"].y < points["H026"].y < points["H024"].y
    assert points["T1"].x < points["X00715"].x < points["H026"].x
    assert (points["T1"].x, points["T1"].y) != (points["T2"].x, points["T2"].y)
    assert [points[code].shape for code in ("T1", "H026", "X00715")] == ["square", "diamond", "circle"]


def test_whoever_has_no_place_is_named_beside_the_map(placed: People) -> None:
    drawing = look(placed, at(8)).map
    assert [live.endpoint.code for live in drawing.placeless] == ["X00688", "X00691"]
    assert len(drawing.points) == 5


def test_of_too_many_the_lowest_tiers_are_left_out_and_counted(placed: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_map, "MOST_DRAWN", 4)
    network = look(placed, at(8))
    assert [point.live.endpoint.code for point in network.map.points] == ["T1", "T2", "H024", "H026"]
    assert network.map.left_out == 1
    assert states(network) == {}


def test_the_page_asks_for_itself_again_and_says_states_in_words(client: Client, placed: People) -> None:
    make_meeting(placed, endpoints=["T1"], starts_at=timezone.now(), title="Họp đang diễn ra")
    client.force_login(placed.secretary)
    content = client.get(reverse("network-map"), {"under": "024"}).content.decode()
    assert 'hx-trigger="every 30s"' in content
    assert f'hx-get="{reverse("network-map")}?under=024"' in content
    whole = client.get(reverse("network-map"), {"under": "không có"}).content.decode()
    assert "đang họp" in whole
    assert "Họp đang diễn ra" in whole
