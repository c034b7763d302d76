"""Every page of the network asks the same number of questions of the database, however large the network is."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rooms.models import Endpoint
from rooms.network import network
from tests.people import SINCE, People, at
from tests.scenes import make_meeting

DAY = "2031-12-01"
PAGES = {
    "day": ("network", {}),
    "table": ("network", {"view": "table"}),
    "week": ("network", {"view": "week"}),
    "week table": ("network", {"view": "week-table"}),
    "map": ("network-map", {}),
    "bridges": ("network-bridges", {}),
    "bridges of a week": ("network-bridges", {"view": "week"}),
}


def grow(people: People, size: int) -> None:
    """So many endpoints beside those of the small network."""
    model = people.network.endpoints["X00715"]
    have = Endpoint.objects.filter(code__startswith="Z").count()
    Endpoint.objects.bulk_create(
        Endpoint(
            code=f"Z{n:05d}",
            name=f"Phòng {n}",
            unit=model.unit,
            tier=model.tier,
            bridge=model.bridge,
            valid_from=SINCE,
            search_text=f"z{n:05d} phong {n}",
        )
        for n in range(have, size)
    )


def queries(client: Client, name: str, asked: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(reverse(name), {"day": DAY, **asked})
    assert answer.status_code == 200
    return len(seen)


@pytest.mark.any_database
@pytest.mark.parametrize("page", PAGES)
def test_the_number_of_queries_does_not_grow(client: Client, people: People, page: str) -> None:
    name, asked = PAGES[page]
    client.force_login(people.secretary)
    make_meeting(people, starts_at=at(14))
    queries(client, name, asked)
    counts = []
    for size in (0, 1, 3, 208, 10_000):
        grow(people, size)
        network()
        counts.append(queries(client, name, asked))
    assert len(set(counts)) == 1
    assert counts[0] <= 24


@pytest.mark.parametrize("view", ["grid", "week"])
def test_a_very_large_network_is_shown_page_by_page(client: Client, people: People, view: str) -> None:
    client.force_login(people.secretary)
    grow(people, 600)
    first = client.get(reverse("network"), {"day": DAY, "view": view})
    last = client.get(reverse("network"), {"day": DAY, "view": view, "page": "2"})
    assert (len(first.context["grid"].page), len(last.context["grid"].page)) == (500, 107)
    assert "501–607" in last.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_a_page_that_is_not_there_is_the_nearest(client: Client, people: People, page: str) -> None:
    client.force_login(people.secretary)
    assert client.get(reverse("network"), {"day": DAY, "page": page}).status_code == 200
