"""A meeting made after another one, past ones too: words, endpoints, and on request agenda, people, names of papers."""

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.selectors import today
from meetings.agenda.actions import add_item
from meetings.documents.actions import expect_document
from meetings.documents.models import Document
from meetings.planning.models import Meeting
from meetings.planning.selectors import booked_codes
from rooms.models import BookedEndpoint
from rooms.slots import office_calendar
from tests.people import People
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def past(people: People) -> Meeting:
    """A closed meeting of last year: two items, a paper under the second, one withdrawn, one person expected."""
    start = timezone.localtime().replace(hour=14, minute=0, second=0, microsecond=0) - dt.timedelta(days=365)
    meeting = make_meeting(people, starts_at=start, minutes=90, setup_minutes=30)
    add_item(people.secretary, meeting, title="Khai mạc")
    item = add_item(people.secretary, meeting, title="Báo cáo")
    invite(meeting, people, "delegate", "H026")
    expect_document(people.secretary, meeting, title="Báo cáo tuần", item=item.pk)
    Document.objects.create(meeting=meeting, title="Đã thu hồi", status=Document.Status.WITHDRAWN)
    Meeting.objects.filter(pk=meeting.pk).update(status="closed")
    meeting.refresh_from_db()
    return meeting


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_the_booking_page_has_the_words_the_endpoints_and_the_clock_time(desk: Client, past: Meeting) -> None:
    now = timezone.localdate()
    next_day = office_calendar(now.year, now.year + 1).working_day_after(now, 1)
    page = desk.get(f"/meetings/{past.pk}/copy/").content.decode()
    assert next_day is not None
    for text in (
        f'value="{past.title}"',
        f'name="day" value="{next_day.isoformat()}"',
        'name="start" value="14:00"',
        'name="end" value="15:30"',
        '<input type="hidden" name="add" value="T1">',
        '<option value="30" selected>',
        'name="with_agenda" value="1" checked',
        'name="with_people" value="1">',
        'name="with_documents" value="1">',
    ):
        assert text in page


def test_endpoints_that_left_the_network_are_dropped_and_named(desk: Client, people: People, past: Meeting) -> None:
    gone = people.network.endpoints["X00715"]
    gone.active = False
    gone.save()
    page = desk.get(f"/meetings/{past.pk}/copy/").content.decode()
    assert "1 endpoint is left out" in page
    assert "X00715 " in page
    assert 'name="add" value="X00715"' not in page


def test_the_desk_offers_to_copy_and_to_keep_as_a_template(desk: Client, past: Meeting) -> None:
    page = desk.get(f"/meetings/{past.pk}/").content.decode()
    assert f'href="/meetings/{past.pk}/copy/"' in page
    assert f'href="/meetings/{past.pk}/template/"' in page


def copy(client: Client, meeting: Meeting, **body: object) -> tuple[int, Any]:
    start = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) + dt.timedelta(days=20)
    sent = {"starts_at": start.isoformat(), **body}
    answer = client.post(f"/api/v1/meetings/{meeting.pk}/copy", json.dumps(sent), content_type="application/json")
    return answer.status_code, answer.json()


def test_a_copy_by_the_api_has_the_agenda_and_what_is_asked_for(desk: Client, past: Meeting) -> None:
    status, row = copy(desk, past, people=True, documents=True)
    made = Meeting.objects.get(pk=row["id"])
    assert (status, row["status"], row["dropped"], row["left_out"]) == (201, "scheduled", [], 0)
    assert booked_codes(made) == ["T1", "H026", "X00715"]
    assert made.ends_at - made.starts_at == dt.timedelta(minutes=90)
    assert list(made.items.values_list("title", flat=True)) == ["Khai mạc", "Báo cáo"]
    assert made.participants.get().endpoint.code == "H026"
    paper = Document.objects.get(meeting=made)
    assert (paper.title, paper.status, paper.versions.count()) == ("Báo cáo tuần", "draft", 0)
    assert paper.item is not None
    assert paper.item.title == "Báo cáo"


def test_a_copy_takes_neither_people_nor_papers_unasked(desk: Client, past: Meeting) -> None:
    _, row = copy(desk, past)
    made = Meeting.objects.get(pk=row["id"])
    assert (made.items.count(), made.participants.count(), made.documents.count()) == (2, 0, 0)


def test_a_copy_that_does_not_fit_makes_nothing(desk: Client, people: People, past: Meeting) -> None:
    copy(desk, past)
    meetings, shares = Meeting.objects.count(), BookedEndpoint.objects.count()
    status, body = copy(desk, past, documents=True)
    assert (status, body["code"], Meeting.objects.count(), BookedEndpoint.objects.count()) == (
        409,
        "booking_conflict",
        meetings,
        shares,
    )


def test_what_left_the_network_is_told_by_the_api(desk: Client, people: People, past: Meeting) -> None:
    gone = people.network.endpoints["H026"]
    gone.valid_to = today()
    gone.save()
    _, row = copy(desk, past, people=True)
    assert (row["dropped"], row["left_out"]) == (["H026"], 1)


def test_only_who_prepares_a_meeting_copies_it(client: Client, people: People, past: Meeting) -> None:
    client.force_login(people.observer)
    assert copy(client, past)[0] in {403, 404}
    client.force_login(people.chair)
    assert copy(client, past)[0] == 403
