"""The pages in the hand: who sees what on them, and what they cost."""

import datetime as dt
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from meetings.agenda.models import Item
from meetings.attendance.models import CheckIn, Method
from meetings.documents.actions import withdraw_document
from meetings.documents.models import Document
from meetings.live.attending import home_of
from meetings.planning.actions import cancel_meeting
from meetings.planning.models import Meeting, Participant
from tests.meetings.live.acts import (
    Draw,
    World,
    document_access_changed,
    document_published,
    document_uploaded,
    item_added,
    meeting_closed,
    meeting_opened,
    perform,
)
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_documents")]
SHELL = 250_000
"""Bytes of a delegate's first visit, compressed, without the library that draws PDF."""


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def get(user: User | None, address: str) -> HttpResponse:
    client = Client(headers={"Accept-Language": "en"})
    if user is not None:
        client.force_login(user)
    return client.get(address)  # type: ignore[return-value]  # the test client's response is one with more


def text_of(response: HttpResponse) -> str:
    """The words of a page, tags and doubled spaces taken out."""
    body = re.sub(r"<(script|template).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
def now_on(people: People) -> World:
    """In session since now: two items, one published document under the first; a delegate at H026."""
    meeting = make_meeting(people, starts_at=timezone.now())
    invite(meeting, people, "delegate", "H026")
    world = World(people, meeting)
    for act in (item_added, item_added, document_uploaded, document_published, meeting_opened):
        perform(world, act, Draw())
    return world


def coming(people: People, days: int, **facts: Any) -> Meeting:
    meeting = make_meeting(
        people, starts_at=timezone.now() + dt.timedelta(days=days), endpoints=["T1", "H026"], **facts
    )
    invite(meeting, people, "delegate", "H026")
    return meeting


# --- the first page --------------------------------------------------------------------------------------------------


def test_the_first_page_has_one_large_button_into_the_meeting_now(now_on: World) -> None:
    response = get(now_on.people.delegate, reverse("tablet-home"))
    text = text_of(response)
    assert "Meeting in progress Hội nghị giao ban trực tuyến" in text
    assert response.content.decode().count("btn-huge") == 1
    assert f'href="/meetings/{now_on.meeting.pk}/tablet/"' in response.content.decode()


def test_the_first_page_names_the_present_item_and_the_chair(now_on: World) -> None:
    item = Item.objects.filter(meeting=now_on.meeting).order_by("position").last()
    assert item is not None
    Item.objects.filter(pk=item.pk).update(status=Item.Status.RUNNING, started_at=timezone.now())
    cache.clear()
    text = text_of(get(now_on.people.delegate, reverse("tablet-home")))
    assert f"Item 2/2: {item.title}. Chair: Hoàng Gia Khánh, Chuyên viên." in text


def test_the_first_page_tells_when_one_was_checked_in(now_on: World) -> None:
    place = Participant.objects.get(meeting=now_on.meeting)
    assert "Not checked in yet: show my code" in text_of(get(now_on.people.delegate, reverse("tablet-home")))
    at = timezone.now()
    CheckIn.objects.create(
        meeting=now_on.meeting, participant=place, endpoint=place.endpoint, method=Method.MANUAL, at=at
    )
    text = text_of(get(now_on.people.delegate, reverse("tablet-home")))
    assert f"Checked in at {timezone.localtime(at):%H:%M}" in text


def test_whoever_is_not_invited_has_an_empty_first_page(now_on: World) -> None:
    for name in ("observer", "nobody", "administrator"):
        text = text_of(get(getattr(now_on.people, name), reverse("tablet-home")))
        assert "You are not invited to any meeting at present" in text, name


def test_a_draft_and_a_past_meeting_are_not_on_the_first_page(people: People) -> None:
    coming(people, 1, status=Meeting.Status.DRAFT)
    coming(people, -3, status=Meeting.Status.CLOSED)
    home = home_of(people.delegate, timezone.now())
    assert (home.followed, home.coming) == ([], [])


def test_the_list_tells_which_invitations_wait_for_an_answer(people: People) -> None:
    asked, answered = coming(people, 2), coming(people, 3)
    Participant.objects.filter(meeting=answered).update(answer=Participant.Answer.ATTENDING)
    body = get(people.delegate, reverse("tablet-home")).content.decode()
    assert f'href="{reverse("meeting-answer", args=[asked.pk])}"' in body
    assert f'href="{reverse("meeting-answer", args=[answered.pk])}"' not in body


def test_a_cancelled_meeting_stays_listed_with_its_reason_and_leads_nowhere(people: People) -> None:
    meeting = coming(people, 2)
    cancel_meeting(people.secretary, meeting, reason="Bão số 3")
    response = get(people.delegate, reverse("tablet-home"))
    assert "Cancelled Reason: Bão số 3" in text_of(response)
    assert f'href="{reverse("tablet", args=[meeting.pk])}"' not in response.content.decode()


def test_at_most_three_meetings_are_followed_those_in_session_first(people: People) -> None:
    now = timezone.now()
    soon = [
        make_meeting(people, starts_at=now + dt.timedelta(hours=hour, minutes=5), minutes=30, setup_minutes=0)
        for hour in range(4)
    ]
    for meeting in soon:
        invite(meeting, people, "delegate", "H026")
    Meeting.objects.filter(pk=soon[3].pk).update(status=Meeting.Status.OPEN, opened_at=now)
    followed = [each.own.meeting.pk for each in home_of(people.delegate, now).followed]
    assert followed == [soon[3].pk, soon[0].pk, soon[1].pk]


def test_documents_of_the_secretariat_are_not_counted_for_a_delegate(people: People) -> None:
    meeting = coming(people, 2)
    world = World(people, meeting)
    for act in (document_uploaded, document_published, document_uploaded):
        perform(world, act, Draw())
    assert [row.documents for row in home_of(people.delegate, timezone.now()).coming] == [1]
    perform(world, document_access_changed, Draw())
    assert [row.documents for row in home_of(people.delegate, timezone.now()).coming] == [0]


@pytest.mark.parametrize("name", ["tablet-home", "tablet-all"])
def test_the_queries_of_a_list_do_not_grow_with_it(people: People, name: str) -> None:
    def queries() -> int:
        client = Client()
        client.force_login(people.delegate)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name)).status_code == 200
        return len(captured)

    coming(people, 2)
    queries()
    one = queries()
    for day in range(3, 20):
        coming(people, day)
    assert queries() == one


def test_all_meetings_are_listed_the_past_ones_too(people: People) -> None:
    past, next_one = coming(people, -9, status=Meeting.Status.CLOSED), coming(people, 2)
    body = get(people.delegate, reverse("tablet-all")).content.decode()
    assert [int(pk) for pk in re.findall(r'href="/meetings/(\d+)/tablet/"', body)] == [next_one.pk, past.pk]


# --- the meeting -----------------------------------------------------------------------------------------------------


def test_the_meeting_shows_the_agenda_with_its_documents_and_no_drafts(now_on: World) -> None:
    perform(now_on, document_uploaded, Draw())
    published, draft = now_on.documents()
    body = get(now_on.people.delegate, reverse("tablet", args=[now_on.meeting.pk])).content.decode()
    assert re.findall(r'<li data-paper="(\d+)"', body) == [str(published.pk)]
    assert str(draft.pk) not in json.loads(state_of(body))["documents"]


def state_of(body: str) -> str:
    found = re.search(r'<script id="state" type="application/json">(.*?)</script>', body)
    assert found is not None
    return found.group(1)


def test_the_page_and_the_state_in_it_stand_at_the_same_number(now_on: World) -> None:
    body = get(now_on.people.delegate, reverse("tablet", args=[now_on.meeting.pk])).content.decode()
    state = json.loads(state_of(body))
    assert set(state) == {"seq", "now", "effects", "meeting", "agenda", "documents", "me"}
    assert [str(row["id"]) for row in sorted(state["agenda"].values(), key=lambda row: row["position"])] == re.findall(
        r'<li data-item="(\d+)"', body
    )


@pytest.mark.parametrize(("name", "runs"), [("chair", True), ("secretary", True), ("delegate", False)])
def test_only_who_runs_the_meeting_has_buttons_for_it(now_on: World, name: str, runs: bool) -> None:
    body = get(getattr(now_on.people, name), reverse("tablet", args=[now_on.meeting.pk])).content.decode()
    assert ("Begin with item 1:" in body.partition("<template")[0], "data-next" in body) == (runs, runs)


def test_the_chair_begins_an_item_and_comes_back_to_the_tablet(now_on: World) -> None:
    item = now_on.items()[0]
    client = Client()
    client.force_login(now_on.people.chair)
    response = client.post(reverse("tablet-item-start", args=[now_on.meeting.pk, item.pk]))
    assert (response.status_code, response.headers["Location"]) == (302, reverse("tablet", args=[now_on.meeting.pk]))
    item.refresh_from_db()
    assert item.status == Item.Status.RUNNING


def test_an_item_is_not_begun_in_a_meeting_that_has_ended_and_that_is_said(now_on: World) -> None:
    item = now_on.items()[0]
    perform(now_on, meeting_closed, Draw())
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(now_on.people.chair)
    response = client.post(reverse("tablet-item-start", args=[now_on.meeting.pk, item.pk]), follow=True)
    assert "Not started: the meeting is not in session." in response.content.decode()
    item.refresh_from_db()
    assert item.status == Item.Status.WAITING


@pytest.mark.parametrize(("name", "status"), [("delegate", 403), ("operator", 403), ("outsider", 404)])
def test_nobody_else_begins_an_item(now_on: World, name: str, status: int) -> None:
    client = Client()
    client.force_login(getattr(now_on.people, name))
    address = reverse("tablet-item-start", args=[now_on.meeting.pk, now_on.items()[0].pk])
    assert client.post(address).status_code == status
    assert client.get(address).status_code == 405


# --- the reader ------------------------------------------------------------------------------------------------------


def reader(world: World, document: Document) -> str:
    return reverse("reader", args=[world.meeting.pk, document.pk])


def test_the_reader_shows_a_published_document_to_whoever_is_invited(now_on: World) -> None:
    [document] = now_on.documents()
    text = text_of(get(now_on.people.delegate, reader(now_on, document)))
    assert "Báo cáo Item 1 version 1" in text


@pytest.mark.parametrize(
    ("name", "status"),
    [("delegate", 404), ("chair", 200), ("secretary", 200), ("operator", 404), ("observer", 404), ("outsider", 404)],
)
def test_a_draft_is_read_by_those_who_prepare_or_run_the_meeting_only(now_on: World, name: str, status: int) -> None:
    perform(now_on, document_uploaded, Draw())
    draft = now_on.documents()[-1]
    assert get(getattr(now_on.people, name), reader(now_on, draft)).status_code == status


def test_a_withdrawn_document_is_not_found(now_on: World) -> None:
    [document] = now_on.documents()
    withdraw_document(now_on.actor, document)
    assert get(now_on.people.delegate, reader(now_on, document)).status_code == 404


def test_a_document_is_read_under_its_own_meeting(now_on: World) -> None:
    other = coming(now_on.people, 2)
    [document] = now_on.documents()
    response = get(now_on.people.delegate, reverse("reader", args=[other.pk, document.pk]))
    assert (response.status_code, response.headers["Location"]) == (302, reader(now_on, document))


@pytest.mark.parametrize("name", ["tablet-home", "tablet-all"])
def test_a_visitor_is_asked_to_log_in(name: str, db: None) -> None:
    assert get(None, reverse(name)).status_code == 302


@pytest.mark.parametrize("name", ["tablet", "reader", "meeting-answer"])
def test_a_stranger_learns_nothing_of_a_meeting(now_on: World, name: str) -> None:
    arguments = [now_on.meeting.pk, now_on.documents()[0].pk][: 2 if name == "reader" else 1]
    address = reverse(name, args=arguments)
    assert [get(user, address).status_code for user in (now_on.people.outsider, now_on.people.nobody)] == [404, 404]


@pytest.mark.parametrize("name", ["tablet-home", "tablet", "reader"])
def test_pages_with_names_are_kept_by_no_store(now_on: World, name: str) -> None:
    arguments = {"tablet-home": [], "tablet": [now_on.meeting.pk], "reader": [now_on.meeting.pk, 0]}[name]
    if name == "reader":
        arguments = [now_on.meeting.pk, now_on.documents()[0].pk]
    response = get(now_on.people.delegate, reverse(name, args=arguments))
    assert "no-store" in response.headers["Cache-Control"]


# --- weight ----------------------------------------------------------------------------------------------------------


def _weight(path: str, seen: set[str]) -> int:
    """Bytes of a file and of what it imports or draws on, text compressed as a server sends it."""
    if path in seen:
        return 0
    seen.add(path)
    found = finders.find(path)
    assert isinstance(found, str), path
    content = Path(found).read_bytes()
    weight = len(content) if path.endswith(".woff2") else len(gzip.compress(content, 6))
    if path.endswith(".js"):
        folder = path.rpartition("/")[0]
        for name in re.findall(rb"""(?:from|import)\s+["'](\.[^"']+)["']""", content):
            weight += _weight(_joined(folder, name.decode()), seen)
    return weight


def _joined(folder: str, name: str) -> str:
    parts = folder.split("/")
    for part in name.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


FONTS = [
    f"vendor/be-vietnam-pro-5.3.0/be-vietnam-pro-{subset}-{weight}-normal.woff2"
    for subset in ("latin", "vietnamese")
    for weight in (400, 500, 600, 700)
] + [f"vendor/inter-5.3.0/digits-{weight}.woff2" for weight in (400, 500, 600, 700)]


@pytest.mark.parametrize("name", ["tablet-home", "tablet", "reader"])
def test_a_first_visit_weighs_little(now_on: World, name: str) -> None:
    arguments = {"tablet-home": [], "tablet": [now_on.meeting.pk]}.get(name)
    if arguments is None:
        arguments = [now_on.meeting.pk, now_on.documents()[0].pk]
    body = get(now_on.people.delegate, reverse(name, args=arguments)).content
    named = re.findall(r"""(?:src|href)="/static/([^"#?]+)""", body.decode())
    seen: set[str] = set()
    weight = len(gzip.compress(body, 6)) + sum(_weight(path, seen) for path in [*named, *FONTS])
    assert not [path for path in seen if "pdfjs" in path]
    assert weight <= SHELL
