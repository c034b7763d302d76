"""Saved groups: made, changed, deleted; their journal, their reach, what left the network, and how much is asked."""

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.decision import Right
from accounts.journal_words import clause
from accounts.selectors import today
from audit.models import Entry
from rooms.errors import SelectionUnknown
from rooms.groups.actions import change_group, delete_group, make_group
from rooms.groups.errors import GroupEmpty, GroupNameTaken, GroupNotFound
from rooms.groups.selectors import group_for, groups_for
from rooms.models import EndpointGroup
from rooms.network import network
from rooms.scheduling.selection import Selection
from rooms.selectors import choose
from tests.people import People
from tests.rooms.networks import add_endpoints

pytestmark = pytest.mark.django_db


def group_of(people: People, *codes: str, name: str = "Đồng Văn") -> EndpointGroup:
    return make_group(people.secretary, people.network.units["02"], name, Selection(endpoints=codes))


def codes_of(group: EndpointGroup) -> list[str]:
    return sorted(group.endpoints.values_list("code", flat=True))


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_a_group_is_what_the_selection_stands_for(people: People) -> None:
    selection = Selection(tiers=("district",), under="02", endpoints=("T1",), except_=("H024",))
    group = make_group(people.secretary, people.network.units["02"], " Các huyện ", selection)
    assert (group.name, codes_of(group)) == ("Các huyện", ["H026", "T1"])
    assert choose(people.secretary, Selection(groups=("Các huyện",)), right=Right.BOOK, on=today()) == ("T1", "H026")


def test_a_name_is_given_once_in_a_unit(people: People) -> None:
    group_of(people, "T1")
    with pytest.raises(GroupNameTaken):
        group_of(people, "T2")
    make_group(people.secretary, people.network.units["026"], "Đồng Văn", Selection(endpoints=("H026",)))


def test_nobody_groups_what_is_not_theirs_to_book(people: People) -> None:
    with pytest.raises(SelectionUnknown):
        group_of(people, "T1", "Y1")
    assert not EndpointGroup.objects.exists()
    assert not Entry.objects.exists()


def test_members_join_and_leave_and_the_journal_says_so(people: People) -> None:
    group = group_of(people, "T1", "H026")
    change_group(people.secretary, group, name="Tên mới", joining=["X00715", "T1"], leaving=["H026"])
    group.refresh_from_db()
    assert (group.name, codes_of(group)) == ("Tên mới", ["T1", "X00715"])
    made, changed = Entry.objects.order_by("pk")
    assert (made.verb, changed.verb, changed.data["joined"], changed.data["left"]) == (
        "group.made",
        "group.changed",
        ["X00715"],
        ["H026"],
    )
    with translation.override("en"):
        assert clause(made) == "saved 2 endpoints as the group “Đồng Văn”"


def test_what_changes_nothing_is_not_written_down(people: People) -> None:
    change_group(people.secretary, group_of(people, "T1"), name="Đồng Văn", joining=["T1"], leaving=["H026"])
    assert Entry.objects.count() == 1


def test_a_group_is_never_empty(people: People) -> None:
    group = group_of(people, "T1")
    with pytest.raises(GroupEmpty):
        change_group(people.secretary, group, leaving=["T1"])


def test_a_deleted_group_is_gone_for_whoever_still_looks_at_it(people: People) -> None:
    group = group_of(people, "T1")
    delete_group(people.secretary, group)
    for act in (lambda: delete_group(people.secretary, group), lambda: change_group(people.secretary, group, name="A")):
        with pytest.raises(GroupNotFound):
            act()
    assert Entry.objects.filter(verb="group.deleted").get().data["endpoints"] == ["T1"]


def test_groups_of_another_province_are_unknown(people: People) -> None:
    group = group_of(people, "T1")
    assert not groups_for(people.outsider).exists()
    with pytest.raises(GroupNotFound):
        group_for(people.outsider, group.pk)


def test_marks_do_not_matter_when_a_group_is_looked_for(people: People) -> None:
    group = group_of(people, "T1")
    assert list(groups_for(people.secretary, "dong VAN")) == [group]
    assert not groups_for(people.secretary, "bac me").exists()


def test_members_that_left_the_network_are_counted_named_and_can_be_dropped(desk: Client, people: People) -> None:
    group = group_of(people, "T1", "H026", "X00715")
    people.network.endpoints["H026"].valid_to = today() - dt.timedelta(days=1)
    people.network.endpoints["H026"].save()
    assert "1 endpoint has left the network" in desk.get("/groups/").content.decode()
    page = desk.get(f"/groups/{group.pk}/").content.decode()
    assert "since " in page
    assert page.count('name="leave"') == 2
    desk.post(f"/groups/{group.pk}/", {"name": "Đồng Văn", "drop_gone": "1"})
    assert codes_of(group) == ["T1", "X00715"]


def test_a_group_is_made_and_changed_on_its_pages(desk: Client, people: People) -> None:
    assert "There is no group yet" in desk.get("/groups/").content.decode()
    assert desk.post("/groups/new/", {"name": "Họp xã", "unit": "02", "add": ["X00688, Xã Lũng Cú"]}).status_code == 302
    group = EndpointGroup.objects.get()
    assert codes_of(group) == ["X00688", "X00715"]
    desk.post(f"/groups/{group.pk}/", {"name": "Họp xã", "add": "T1", "leave": ["X00688"]})
    assert codes_of(group) == ["T1", "X00715"]
    assert "Delete the group" in desk.get(f"/groups/{group.pk}/delete/").content.decode()
    desk.post(f"/groups/{group.pk}/delete/")
    assert not EndpointGroup.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status", "kept"),
    [
        ({"name": "", "unit": "02", "add": "T1"}, 422, 'value="T1"'),
        ({"name": "Mới", "unit": "02"}, 422, 'value="Mới"'),
        ({"name": "Mới", "unit": "02", "add": "K1"}, 422, 'value="K1"'),
        ({"name": "Có rồi", "unit": "02", "add": "T1"}, 409, 'value="Có rồi"'),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept(
    desk: Client, people: People, sent: dict[str, str], status: int, kept: str
) -> None:
    group_of(people, "T2", name="Có rồi")
    answer = desk.post("/groups/new/", sent)
    assert answer.status_code == status
    assert kept in answer.content.decode()
    assert EndpointGroup.objects.count() == 1


def booking(**fields: Any) -> dict[str, Any]:
    return {"act": "save_group", "title": "Chưa xong", "unit": "02", "day": "2031-12-01", "start": "08:00", **fields}


def test_the_present_selection_of_the_booking_page_becomes_a_group(desk: Client, people: People) -> None:
    """Nothing else of the form needs to be right, nothing is booked, and what was written stays."""
    sent = booking(group_name="Huyện và xã", tier=["district"], group=["commune-026"], add=["T1"], end="")
    page = desk.post("/meetings/new/", sent)
    assert page.status_code == 200
    group = EndpointGroup.objects.get()
    assert codes_of(group) == ["H024", "H026", "T1", "X00715"]
    text = page.content.decode()
    assert 'name="saved" value="Huyện và xã"' in text
    assert 'value="Chưa xong"' in text
    assert 'value="2031-12-01"' in text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"group_name": "", "add": ["T1"]}, 422),
        ({"group_name": "Trống"}, 422),
        ({"group_name": "Có rồi", "add": "T1"}, 409),
    ],
)
def test_a_selection_that_makes_no_group_is_refused_in_words(
    desk: Client, people: People, fields: dict[str, Any], status: int
) -> None:
    group_of(people, "T2", name="Có rồi")
    answer = desk.post("/meetings/new/", booking(**fields))
    assert answer.status_code == status
    assert "Not saved" in answer.content.decode()
    assert EndpointGroup.objects.count() == 1


def call(client: Client, method: str, path: str, body: object = None) -> tuple[int, Any]:
    answer = client.generic(method, f"/api/v1{path}", json.dumps(body) if body else "", content_type="application/json")
    return answer.status_code, answer.json() if answer.content else None


def test_the_api_makes_reads_changes_and_deletes(desk: Client, people: People) -> None:
    status, made = call(desk, "POST", "/groups", {"name": "A", "unit": "02", "selection": {"under": "026"}})
    assert (status, made["endpoints"], made["gone"]) == (201, ["H026", "X00715"], [])
    status, listed = call(desk, "GET", "/groups")
    assert listed == {"count": 1, "results": [{"id": made["id"], "name": "A", "unit": "02", "members": 2, "gone": 0}]}
    status, changed = call(desk, "PATCH", f"/groups/{made['id']}", {"endpoints": ["T1", "H026"]})
    assert (status, changed["endpoints"], changed["name"]) == (200, ["T1", "H026"], "A")
    assert call(desk, "PATCH", f"/groups/{made['id']}", {"endpoints": []})[1]["code"] == "group_empty"
    assert call(desk, "POST", "/groups", {"name": "A", "unit": "02", "selection": {"under": "02"}})[1]["code"] == (
        "group_name_taken"
    )
    assert call(desk, "DELETE", f"/groups/{made['id']}") == (204, None)
    assert call(desk, "GET", f"/groups/{made['id']}")[1]["code"] == "group_not_found"


@pytest.mark.parametrize("number", [0, 1, 3, 208, 10_000])
def test_the_list_asks_as_much_for_none_as_for_ten_thousand(
    desk: Client, people: People, number: int, django_assert_max_num_queries: Any
) -> None:
    unit = people.network.units["02"]
    EndpointGroup.objects.bulk_create(EndpointGroup(name=f"Nhóm {index:05}", unit=unit) for index in range(number))
    with django_assert_max_num_queries(9):
        page = desk.get("/groups/")
    assert page.content.decode().count('<th class="name">') == min(number, 25)


def test_a_group_of_ten_thousand_endpoints_is_made_and_shown(
    desk: Client, people: People, django_assert_max_num_queries: Any
) -> None:
    codes = add_endpoints(people.network, 10_000)
    network()
    with django_assert_max_num_queries(40):
        group = group_of(people, *codes)
    with django_assert_max_num_queries(12):
        page = desk.get(f"/groups/{group.pk}/")
    assert page.content.decode().count('name="leave"') == 10_000
