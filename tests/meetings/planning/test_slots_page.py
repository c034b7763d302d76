"""The slot finder: first free times of a selection, who stands in the way, who is free at one time."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.planning.slot_views import Findings
from tests.people import People, at, make_endpoint
from tests.scenes import make_meeting

ASKED = {"minutes": "120", "first": "2031-12-01", "last": "2031-12-01", "setup_minutes": "0"}


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    return client


def find(desk: Client, **asked: str | list[str]) -> Findings:
    answer = desk.get(reverse("network-slots"), {**ASKED, **asked})
    assert answer.status_code == 200
    found = answer.context["found"]
    assert isinstance(found, Findings)
    return found


def times(found: Findings) -> list[str]:
    return [f"{row.slot.starts_at:%H:%M}" for row in found.slots]


def test_the_first_times_when_all_are_free_lead_to_the_form_filled_in(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(7), minutes=210, setup_minutes=0)
    found = find(desk, add=["T1", "H026"])
    assert times(found) == ["13:30", "13:45", "14:00", "14:15", "14:30", "14:45", "15:00"]
    book = found.slots[0].book
    asked = parse_qs(urlsplit(book).query)
    assert (asked["day"], asked["from"], asked["to"]) == (["2031-12-01"], ["13:30"], ["15:30"])
    form = desk.get(book).context["form"]
    assert form.chosen_codes == {"T1", "H026"}
    assert (form["start"].value(), form["end"].value(), form["setup_minutes"].value()) == ("13:30", "15:30", "0")


def test_any_hour_looks_beyond_the_office(desk: Client, people: People) -> None:
    found = find(desk, add=["T1"], any_hour="on")
    assert times(found)[0] == "00:00"
    assert len(found.slots) == 10


def test_who_stands_in_the_way_alone_comes_first_and_can_be_left_out(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(7), minutes=600, setup_minutes=0)
    make_meeting(people, endpoints=["T1"], starts_at=at(7), minutes=60, setup_minutes=0)
    found = find(desk, add=["T1", "H026"])
    assert not found.slots
    assert (found.hindrances[0].hindrance.code, found.hindrances[0].name) == ("H026", "Huyện Đồng Văn")
    answer = desk.get(reverse("network-slots") + found.hindrances[0].without)
    assert times(answer.context["found"])[0] == "08:00"


def test_the_greatest_part_that_is_free_at_one_time_is_told(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(14), setup_minutes=0)
    part = find(desk, add=["T1", "T2", "H026"], at_day="2031-12-01", at_start="15:00").part
    assert part is not None
    assert (part.free, part.total, part.others, part.more) == (2, 3, ["H026 Huyện Đồng Văn"], 0)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "chín mươi"}, "minutes"),
        ({"last": "2031-11-30"}, "last"),
        ({"last": "2032-12-01"}, "last"),
        ({"at_day": "2031-12-01"}, "at_start"),
        ({"at_start": "14:00"}, "at_day"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: Client, asked: dict[str, str], field: str
) -> None:
    answer = desk.get(reverse("network-slots"), {**ASKED, "add": "T1", **asked})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert 'value="T1"' in answer.content.decode()


def test_nothing_chosen_and_unknown_codes_are_refused(desk: Client) -> None:
    assert desk.get(reverse("network-slots"), ASKED).status_code == 422
    assert "KHONG" in desk.get(reverse("network-slots"), {**ASKED, "add": "KHONG"}).content.decode()


def test_days_that_are_over_have_no_free_time(desk: Client) -> None:
    found = find(desk, add="T1", first="2020-01-01", last="2020-01-02")
    assert (list(found.slots), found.refused) == ([], "")


def test_the_number_of_queries_does_not_grow_with_the_selection(desk: Client, people: People) -> None:
    model, counts = people.network.endpoints["X00715"], []
    made = 0
    for size in (3, 30, 208):
        while made < size:
            make_endpoint(f"Z{made:03d}", model.unit, model.tier, model.bridge, name=f"Phòng {made}")
            made += 1
        with CaptureQueriesContext(connection) as queries:
            find(desk, tier=["province", "district", "commune"], at_day="2031-12-01", at_start="15:00")
        counts.append(len(queries))
    assert len(set(counts)) == 1
