"""Writing the agenda at the desk: in place with htmx, and by plain forms without script."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from meetings.agenda.actions import change_item
from meetings.agenda.models import Item
from meetings.agenda.selectors import item_mark, items_of
from meetings.documents.models import Document
from meetings.planning.models import Meeting
from tests.people import People
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people)


@pytest.fixture
def items(meeting: Meeting) -> list[Item]:
    rows = [("Khai mạc", 10), ("Báo cáo", 25), ("Kết luận", 20)]
    return [
        Item.objects.create(meeting=meeting, position=place, title=title, presenter="Văn phòng", minutes=minutes)
        for place, (title, minutes) in enumerate(rows, start=1)
    ]


def client_of(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def words(**changes: Any) -> dict[str, Any]:
    return {"title": "Thảo luận", "presenter": "Chủ trì", "minutes": "30", "seen": "", **changes}


def titles(meeting: Meeting) -> list[str]:
    return [item.title for item in items_of(meeting)]


def test_without_script_a_form_adds_and_leads_back_to_the_agenda(people: People, meeting: Meeting) -> None:
    client = client_of(people.secretary)
    url = f"/meetings/{meeting.pk}/agenda/new/"
    assert "<form" in client.get(url).content.decode()
    response = client.post(url, words())
    assert response.headers["Location"] == f"/meetings/{meeting.pk}/#agenda"
    item = Item.objects.get()
    assert (item.title, item.presenter, item.minutes) == ("Thảo luận", "Chủ trì", 30)


def test_with_htmx_the_act_answers_with_the_agenda_and_the_next_form(people: People, meeting: Meeting) -> None:
    client = client_of(people.secretary)
    response = client.post(f"/meetings/{meeting.pk}/agenda/new/", words(), headers=HTMX, follow=True)
    page = response.content.decode()
    assert response.redirect_chain == [(f"/meetings/{meeting.pk}/parts/agenda/?add=1", 302)]
    assert page.lstrip().startswith('<section class="section" id="meeting-agenda"')
    assert "Thảo luận" in page
    assert 'id="item-form"' in page


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"minutes": "0"}, {"minutes": "601"}, {"minutes": "ten"}, {"title": "x" * 301}]
)
def test_what_does_not_fit_stays_in_the_form(people: People, meeting: Meeting, wrong: dict[str, str]) -> None:
    client, url = client_of(people.secretary), f"/meetings/{meeting.pk}/agenda/new/"
    plain, part = client.post(url, words(**wrong)), client.post(url, words(**wrong), headers=HTMX)
    assert (plain.status_code, part.status_code) == (422, 422)
    assert part.headers["HX-Retarget"] == "#item-form"
    assert part.content.decode().lstrip().startswith('<div id="item-form"')
    assert 'value="Chủ trì"' in part.content.decode()
    assert titles(meeting) == []


def test_the_sum_tells_items_minutes_and_what_is_spare(people: People, meeting: Meeting, items: list[Item]) -> None:
    client = client_of(people.secretary)
    url = f"/meetings/{meeting.pk}/parts/agenda/"
    assert "3 items, 55 minutes; 65 minutes spare" in client.get(url).content.decode()
    Item.objects.filter(pk=items[0].pk).update(minutes=100)
    assert "25 minutes too long" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("path", "data", "order"),
    [
        ("agenda/{1}/move/", {"direction": "up"}, ["Báo cáo", "Khai mạc", "Kết luận"]),
        ("agenda/{1}/move/", {"direction": "down"}, ["Khai mạc", "Kết luận", "Báo cáo"]),
        ("agenda/{1}/move/", {"direction": "sideways"}, ["Khai mạc", "Báo cáo", "Kết luận"]),
        ("agenda/order/", {"order": "{2},{0},{1}"}, ["Kết luận", "Khai mạc", "Báo cáo"]),
        ("agenda/order/", {"order": "{2},{0}"}, ["Khai mạc", "Báo cáo", "Kết luận"]),
        ("agenda/order/", {"order": "drop table"}, ["Khai mạc", "Báo cáo", "Kết luận"]),
        ("agenda/{0}/remove/", {}, ["Báo cáo", "Kết luận"]),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_the_order_is_changed_by_buttons_and_by_dragging(
    people: People, meeting: Meeting, items: list[Item], path: str, data: Any, order: list[str], headers: Any
) -> None:
    ids = [item.pk for item in items]
    data = {name: value.format(*ids) for name, value in data.items()}
    response = client_of(people.secretary).post(f"/meetings/{meeting.pk}/{path.format(*ids)}", data, headers=headers)
    assert response.status_code == 302
    assert titles(meeting) == order


def test_a_stale_order_is_told_above_the_agenda_as_it_stands(
    people: People, meeting: Meeting, items: list[Item]
) -> None:
    order = ",".join(str(item.pk) for item in items[:2])
    url = f"/meetings/{meeting.pk}/agenda/order/"
    page = client_of(people.secretary).post(url, {"order": order}, headers=HTMX, follow=True).content.decode()
    assert "Not moved: the agenda has changed meanwhile." in page
    assert page.index("Khai mạc") < page.index("Kết luận")


def test_an_item_changed_meanwhile_shows_both_wordings_and_is_saved_on_the_second_try(
    people: People, meeting: Meeting, items: list[Item]
) -> None:
    client, url = client_of(people.secretary), f"/meetings/{meeting.pk}/agenda/{items[1].pk}/edit/"
    seen = item_mark(items[1])
    change_item(people.administrator, items[1], title="Báo cáo số 118", presenter="Sở", minutes=30)
    response = client.post(url, words(seen=seen), headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 409
    assert "It now reads “Báo cáo số 118”, Sở, 30 min." in page
    assert 'value="Thảo luận"' in page
    items[1].refresh_from_db()
    assert items[1].title == "Báo cáo số 118"
    again = client.post(url, words(seen=item_mark(items[1])), headers=HTMX)
    assert again.status_code == 302
    assert titles(meeting) == ["Khai mạc", "Thảo luận", "Kết luận"]


def test_the_edit_form_is_filled_with_the_item(people: People, meeting: Meeting, items: list[Item]) -> None:
    client = client_of(people.secretary)
    in_place = client.get(f"/meetings/{meeting.pk}/parts/agenda/?edit={items[1].pk}").content.decode()
    page = client.get(f"/meetings/{meeting.pk}/agenda/{items[1].pk}/edit/").content.decode()
    for text in (in_place, page):
        assert 'value="Báo cáo"' in text
        assert f'value="{item_mark(items[1])}"' in text


def test_documents_of_a_removed_item_stay_with_the_meeting(people: People, meeting: Meeting, items: list[Item]) -> None:
    document = Document.objects.create(meeting=meeting, item=items[0], position=1, title="Phụ lục")
    client_of(people.secretary).post(f"/meetings/{meeting.pk}/agenda/{items[0].pk}/remove/")
    document.refresh_from_db()
    assert document.item is None


def test_the_chair_starts_items_of_a_session(people: People, meeting: Meeting, items: list[Item]) -> None:
    client, url = client_of(people.chair), f"/meetings/{meeting.pk}/agenda/{items[0].pk}/start/"
    refused = client.post(url, headers=HTMX, follow=True)
    assert "Not started: the meeting is not in session." in refused.content.decode()
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.OPEN)
    assert "Start item" in client.get(f"/meetings/{meeting.pk}/parts/agenda/").content.decode()
    client.post(url)
    items[0].refresh_from_db()
    assert items[0].status == Item.Status.RUNNING


ACTS = ("new/", "order/", "{}/edit/", "{}/move/", "{}/remove/")


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize(
    ("user", "status"), [("chair", 403), ("operator", 403), ("delegate", 404), ("outsider", 404), ("nobody", 404)]
)
def test_only_those_who_prepare_the_meeting_write_its_agenda(
    people: People, meeting: Meeting, items: list[Item], path: str, user: str, status: int
) -> None:
    url = f"/meetings/{meeting.pk}/agenda/{path.format(items[0].pk)}"
    assert client_of(getattr(people, user)).post(url, words(direction="up", order="1")).status_code == status
    assert titles(meeting) == ["Khai mạc", "Báo cáo", "Kết luận"]


@pytest.mark.parametrize("path", ["order/", "{}/move/", "{}/remove/", "{}/start/"])
def test_reading_an_address_of_an_act_does_nothing(
    people: People, meeting: Meeting, items: list[Item], path: str
) -> None:
    url = f"/meetings/{meeting.pk}/agenda/{path.format(items[0].pk)}"
    assert client_of(people.secretary).get(url).status_code == 405


def test_a_form_without_the_token_of_the_page_is_refused(people: People, meeting: Meeting) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.secretary)
    assert client.post(f"/meetings/{meeting.pk}/agenda/new/", words()).status_code == 403


def test_an_item_of_another_meeting_is_not_found(people: People, meeting: Meeting, items: list[Item]) -> None:
    other = make_meeting(people, endpoints=("T2",))
    url = f"/meetings/{other.pk}/agenda/{items[0].pk}/edit/"
    assert client_of(people.secretary).get(url).status_code == 404
