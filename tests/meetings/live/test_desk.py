"""The desk page of a meeting: what it shows to whom, what can be done from it, and how much it asks of the database."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from meetings.agenda.models import Item
from meetings.documents.models import Document, Version
from meetings.invitations.models import Letter
from meetings.live.parts import PARTS, bar_parts
from meetings.planning.actions import open_meeting
from meetings.planning.models import Meeting, Participant
from rooms.models import BookedEndpoint
from tests.people import People, make_endpoint, make_person
from tests.scenes import invite, make_meeting

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people, starts_at=timezone.now() + dt.timedelta(days=4))


def client_of(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def page_of(user: User, meeting: Meeting, path: str = "") -> str:
    response = client_of(user).get(f"/meetings/{meeting.pk}/{path}")
    assert response.status_code == 200
    return response.content.decode()


def document(
    people: People, meeting: Meeting, title: str, *, status: str = "draft", item: Item | None = None
) -> Document:
    made = Document.objects.create(
        meeting=meeting,
        item=item,
        title=title,
        status=status,
        published_number=1 if status == "published" else None,
        published_at=timezone.now() if status == "published" else None,
    )
    Version.objects.create(
        document=made,
        number=1,
        sha256="a" * 64,
        original_sha256="b" * 64,
        bytes=1000,
        pages=48,
        content_type="application/pdf",
        original_name="x.pdf",
        uploaded_by=people.secretary,
    )
    return made


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("secretary", 200),
        ("administrator", 200),
        ("chair", 200),
        ("delegate", 404),
        ("operator", 403),
        ("observer", 404),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
@pytest.mark.parametrize("path", ["", "history/", "people/", "parts/agenda/"])
def test_who_sees_the_page(people: People, meeting: Meeting, user: str, status: int, path: str) -> None:
    assert client_of(getattr(people, user)).get(f"/meetings/{meeting.pk}/{path}").status_code == status


def test_an_invited_delegate_has_no_desk(people: People, meeting: Meeting) -> None:
    invite(meeting, people, "delegate", "H026")
    assert client_of(people.delegate).get(f"/meetings/{meeting.pk}/").status_code == 403


def test_title_facts_and_the_next_step_stand_at_the_top(people: People, meeting: Meeting) -> None:
    page = page_of(people.secretary, meeting)
    assert "<h1>Hội nghị giao ban trực tuyến</h1>" in page
    assert "3 endpoints, main endpoint T1" in page
    assert "Chair: Hoàng Gia Khánh, Chuyên viên" in page
    assert "3 endpoints booked" in page
    assert page.count('aria-current="step"') == 1


def test_the_main_button_names_act_and_amount(people: People, meeting: Meeting) -> None:
    assert "Open the session" in page_of(people.secretary, meeting, "parts/head/")
    document(people, meeting, "Báo cáo"), document(people, meeting, "Phụ lục")
    head = page_of(people.secretary, meeting, "parts/head/")
    assert "Publish 2 documents" in head
    assert head.count("btn-primary") == 1
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.OPEN)
    head = page_of(people.secretary, meeting, "parts/head/")
    assert "Close the session" in head
    assert head.count("btn-primary") == 1


def test_an_observer_of_the_unit_reads_and_changes_nothing(people: People, meeting: Meeting) -> None:
    people.observer.memberships.update(unit=people.network.units["02"])
    item = Item.objects.create(meeting=meeting, position=1, title="Báo cáo", minutes=10)
    document(people, meeting, "Bản thảo", item=item)
    document(people, meeting, "Báo cáo số 118", item=item, status="published")
    page = page_of(people.observer, meeting)
    assert "Báo cáo số 118" in page
    for hidden in ("Bản thảo", "Add item", "Upload", "Cancel the meeting", "btn-primary"):
        assert hidden not in page


def test_the_history_names_drafts_and_answers_so_an_observer_has_none(people: People, meeting: Meeting) -> None:
    people.observer.memberships.update(unit=people.network.units["02"])
    client_of(people.secretary).post(f"/meetings/{meeting.pk}/agenda/new/", {"title": "Khai mạc", "minutes": "10"})
    assert "History" not in page_of(people.observer, meeting)
    assert page_of(people.observer, meeting, "parts/history/").strip() == ""
    assert client_of(people.observer).get(f"/meetings/{meeting.pk}/history/").status_code == 403


def test_letters_are_offered_to_those_who_may_open_them(people: People, meeting: Meeting) -> None:
    letters = f'href="/meetings/{meeting.pk}/letters/"'
    assert letters in page_of(people.secretary, meeting)
    assert letters not in page_of(people.chair, meeting)


def test_documents_stand_under_their_item_with_pages_version_and_state(people: People, meeting: Meeting) -> None:
    item = Item.objects.create(meeting=meeting, position=1, title="Báo cáo", minutes=10)
    document(people, meeting, "Báo cáo số 118", item=item, status="published")
    document(people, meeting, "Tham luận", item=item)
    page = page_of(people.secretary, meeting, "parts/agenda/")
    assert page.count("48 pp.") == 2
    assert page.count("Published") == 1
    assert page.count("Draft") == 1


def test_the_bar_of_answers_counts_everyone_once(people: People, meeting: Meeting) -> None:
    answers = {"delegate": "attending", "operator": "declined", "observer": "substitute", "nobody": "none"}
    for name, answer in answers.items():
        row = invite(meeting, people, name, "H026")
        Participant.objects.filter(pk=row.pk).update(answer=answer)
    failed = invite(meeting, people, "administrator", "T1")
    Letter.objects.create(participant=failed, revision=0, message_id="<1@x>", address="x@x.vn", status="failed")
    part = page_of(people.secretary, meeting, "parts/invitations/")
    for words in ("Attending 1", "Excused 1", "Substitute 1", "No answer 1", "Bounced 1", "not sent yet"):
        assert words in part
    Letter.objects.create(
        participant=failed, revision=1, message_id="<2@x>", address="x@x.vn", status="sent", sent_at=timezone.now()
    )
    part = page_of(people.secretary, meeting, "parts/invitations/")
    assert "Bounced" not in part
    assert "No answer 2" in part


@pytest.mark.parametrize("counts", [[2978, 62, 77, 37, 2], [1, 0, 0, 0, 0], [0, 0, 0, 5, 0], [3, 3, 3, 3, 3]])
def test_the_parts_of_the_bar_fill_it_and_none_is_too_thin_to_see(counts: list[int]) -> None:
    parts = bar_parts(list(zip(("attending", "declined", "substitute", "none", "failed"), counts, strict=True)))
    assert round(sum(float(part.width) for part in parts)) == 100
    assert [part.count for part in parts] == counts
    assert all((float(part.width) >= 1) is bool(part.count) for part in parts)
    ends = [float(part.start) + float(part.width) for part in parts]
    assert ends == sorted(ends)


def test_a_bar_of_nobody_is_empty() -> None:
    assert [part.width for part in bar_parts([("attending", 0), ("none", 0)])] == ["0.00", "0.00"]


def test_the_history_tells_who_did_what(people: People, meeting: Meeting) -> None:
    client = client_of(people.secretary)
    client.post(f"/meetings/{meeting.pk}/agenda/new/", {"title": "Khai mạc", "minutes": "10"})
    part = page_of(people.secretary, meeting, "parts/history/")
    assert "<b>Nguyễn Thị Lan</b> added “Khai mạc” to the agenda" in part


def test_the_full_history_is_read_a_page_at_a_time(people: People, meeting: Meeting) -> None:
    client = client_of(people.secretary)
    for number in range(60):
        client.post(f"/meetings/{meeting.pk}/agenda/new/", {"title": f"Mục {number}", "minutes": "1"})
    first = page_of(people.secretary, meeting, "history/")
    assert first.count("to the agenda") == 50
    assert "?before=11" in first
    older = page_of(people.secretary, meeting, "history/?before=11")
    assert older.count("to the agenda") == 10
    assert page_of(people.secretary, meeting, "history/?before=x").count("to the agenda") == 50


def test_each_part_can_be_asked_for_alone_and_no_other(people: People, meeting: Meeting) -> None:
    client = client_of(people.secretary)
    for name in PARTS:
        response = client.get(f"/meetings/{meeting.pk}/parts/{name}/", headers=HTMX)
        assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-store")
        assert f'id="meeting-{name}"' in response.content.decode()
        assert "<html" not in response.content.decode()
    assert client.get(f"/meetings/{meeting.pk}/parts/secrets/").status_code == 404


def test_the_page_follows_its_stream_from_the_number_it_was_made_at(people: People, meeting: Meeting) -> None:
    assert 'data-after="0"' in page_of(people.secretary, meeting)
    open_meeting(people.secretary, meeting)
    page = page_of(people.secretary, meeting)
    assert f'data-stream="/ws/meetings/{meeting.pk}/"' in page
    assert 'data-after="1"' in page


@pytest.mark.parametrize(
    ("act", "status", "after"),
    [
        ("open", "scheduled", "open"),
        ("close", "open", "closed"),
        ("cancel", "scheduled", "cancelled"),
        ("cancel", "draft", "cancelled"),
        ("postpone", "scheduled", "postponed"),
    ],
)
def test_an_act_that_others_feel_is_asked_about_first(
    people: People, meeting: Meeting, act: str, status: str, after: str
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(status=status)
    client, url = client_of(people.secretary), f"/meetings/{meeting.pk}/acts/{act}/"
    asked = client.post(url)
    assert asked.status_code == 200
    assert "Keep as it is" in asked.content.decode()
    assert "3 endpoints?" in asked.content.decode()
    meeting.refresh_from_db()
    assert meeting.status == status
    done = client.post(url, {"agreed": "1", "reason": "Bão số 3"})
    assert done.headers["Location"] == f"/meetings/{meeting.pk}/"
    meeting.refresh_from_db()
    assert meeting.status == after
    assert meeting.reason == ("Bão số 3" if act in {"cancel", "postpone"} else "")


def test_the_reason_of_a_cancellation_stands_on_the_page(people: People, meeting: Meeting) -> None:
    url = f"/meetings/{meeting.pk}/acts/cancel/"
    page = client_of(people.secretary).post(url, {"agreed": "1", "reason": "Bão số 3"}, follow=True).content.decode()
    assert "This meeting is cancelled." in page
    assert "Bão số 3" in page
    assert "cancelled the meeting: Bão số 3" in page


def test_an_act_that_is_no_longer_possible_says_how_the_meeting_stands(people: People, meeting: Meeting) -> None:
    client = client_of(people.secretary)
    for data in ({}, {"agreed": "1"}):
        page = client.post(f"/meetings/{meeting.pk}/acts/close/", data, follow=True).content.decode()
        assert "Nothing was changed: the meeting is now “Scheduled”." in page
    assert client.post(f"/meetings/{meeting.pk}/acts/explode/").status_code == 404
    assert client.get(f"/meetings/{meeting.pk}/acts/open/").status_code == 405


@pytest.mark.parametrize(
    ("user", "act", "status"),
    [
        ("chair", "open", 302),
        ("chair", "cancel", 403),
        ("chair", "postpone", 403),
        ("operator", "open", 403),
        ("outsider", "open", 404),
        ("delegate", "cancel", 404),
    ],
)
def test_who_may_open_and_cancel(people: People, meeting: Meeting, user: str, act: str, status: int) -> None:
    response = client_of(getattr(people, user)).post(f"/meetings/{meeting.pk}/acts/{act}/", {"agreed": "1"})
    assert response.status_code == status


def enlarge(people: People, meeting: Meeting, endpoints: int) -> None:
    """Book more endpoints, each with a person, an item and a document of its own, up to that number."""
    network, tier = people.network, people.network.endpoints["X00715"].tier
    unit, bridge = network.units["026"], network.bridges["MCU-02"]
    held = BookedEndpoint.objects.filter(booking=meeting.booking).first()
    assert held is not None
    for number in range(endpoints):
        endpoint = make_endpoint(f"Z{number:04}", unit, tier, bridge)
        BookedEndpoint.objects.create(
            booking=held.booking, endpoint=endpoint, starts_at=held.starts_at, ends_at=held.ends_at
        )
        person = make_person(f"Người {number}", unit)
        Participant.objects.create(meeting=meeting, person=person, full_name=person.full_name, endpoint=endpoint)
        item = Item.objects.create(meeting=meeting, position=number, title=f"Mục {number}", minutes=5)
        document(people, meeting, f"Tài liệu {number}", item=item)


def queries(user: User, url: str) -> int:
    client = client_of(user)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.any_database
@pytest.mark.parametrize("path", ["", *(f"parts/{name}/" for name in PARTS), "people/", "history/"])
def test_the_number_of_queries_does_not_grow_with_the_meeting(people: People, meeting: Meeting, path: str) -> None:
    url = f"/meetings/{meeting.pk}/{path}"
    counts: list[Any] = []
    for endpoints in (1, 2, 205):
        Participant.objects.filter(meeting=meeting).delete()
        Item.objects.filter(meeting=meeting).delete()
        Document.objects.filter(meeting=meeting).delete()
        BookedEndpoint.objects.filter(endpoint__code__startswith="Z").delete()
        people.network.endpoints["T1"].__class__.objects.filter(code__startswith="Z").delete()
        enlarge(people, meeting, endpoints)
        counts.append(queries(people.secretary, url))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 45
