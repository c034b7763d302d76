"""The drawing at the entrance: every endpoint is one dot, whatever the number of tiers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from config.network_drawing import MOST_DOTS, WIDTH, Drawing, Place, draw, places_of_network
from tests.people import make_network


def network(districts: list[int], rooms: int = 4) -> list[Place]:
    """A province with so many rooms, and districts with so many communes each."""
    places = [Place("/1/", 1, "Cấp tỉnh", "Tỉnh Hà Giang")] * rooms
    for index, communes in enumerate(districts):
        path = f"/1/{index + 2}/"
        places.append(Place(path, 2, "Cấp huyện", "Huyện"))
        places += [Place(f"{path}{n}/", 3, "Cấp xã", "Xã") for n in range(communes)]
    return places


def dots(drawing: Drawing) -> int:
    return len(drawing.large) + len(drawing.small)


def test_the_network_of_ha_giang_is_208_dots() -> None:
    drawing = draw(network([8, 19, 18, 18, 13, 24, 13, 24, 18, 23, 15]))
    assert drawing is not None
    assert dots(drawing) == 208
    assert drawing.tiers == [(4, "Cấp tỉnh"), (11, "Cấp huyện"), (193, "Cấp xã")]
    assert drawing.place == "Tỉnh Hà Giang"


def test_without_a_district_tier_the_communes_hang_on_the_province() -> None:
    places = [Place("/1/", 1, "Cấp tỉnh", "Tỉnh Tuyên Quang")]
    places += [Place(f"/1/{n}/", 3, "Cấp xã", "Xã") for n in range(124)]
    drawing = draw(places)
    assert drawing is not None
    assert (len(drawing.large), len(drawing.small)) == (1, 124)


def test_nothing_is_drawn_of_no_network() -> None:
    assert draw([]) is None


def test_a_national_network_is_told_in_numbers_only() -> None:
    drawing = draw(network([MOST_DOTS]))
    assert drawing is not None
    assert (drawing.height, dots(drawing), drawing.total) == (0, 0, MOST_DOTS + 5)


@given(st.lists(st.integers(min_value=0, max_value=40), max_size=34), st.integers(min_value=1, max_value=40))
def test_every_endpoint_is_one_dot_within_the_drawing(districts: list[int], rooms: int) -> None:
    drawing = draw(network(districts, rooms))
    assert drawing is not None
    assert dots(drawing) == drawing.total == rooms + sum(districts) + len(districts)
    outside = [
        dot
        for dot in drawing.large + drawing.small
        if not (dot.r <= dot.x <= WIDTH - dot.r and dot.r <= dot.y <= drawing.height - dot.r)
    ]
    assert outside == []


@pytest.mark.django_db
def test_the_network_is_read_with_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_network()
    with django_assert_num_queries(1):
        places = places_of_network(dt.date(2031, 12, 1), "en")
    assert {(place.rank, place.tier) for place in places} == {(1, "Province"), (2, "District"), (3, "Commune")}


@pytest.mark.django_db
def test_endpoints_that_are_gone_or_switched_off_are_not_drawn() -> None:
    endpoints = make_network().endpoints
    before = len(places_of_network(dt.date(2031, 12, 1), "vi"))
    type(endpoints["X00715"]).objects.filter(code="X00715").update(active=False)
    type(endpoints["X00688"]).objects.filter(code="X00688").update(valid_to=dt.date(2031, 12, 1))
    assert len(places_of_network(dt.date(2031, 12, 1), "vi")) == before - 2
