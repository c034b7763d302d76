"""The page and the menu that extend a running session, and the same by the API."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone

from meetings.live.extending import later_ends
from meetings.planning.models import Meeting
from rooms.models import BookedEndpoint
from tests.people import People
from tests.scenes import make_meeting

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def running(people: People, now: dt.datetime) -> Meeting:
    return make_meeting(people, status="open", starts_at=now - HOUR / 2, minutes=90)


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    return client


def test_the_desk_offers_three_lengths_and_another_time(desk: Client, running: Meeting) -> None:
    page = desk.get(f"/meetings/{running.pk}/").content.decode()
    assert page.count(f'action="/meetings/{running.pk}/extend/"') == 3
    assert f'href="/meetings/{running.pk}/extend/"' in page


@pytest.mark.parametrize("status", ["scheduled", "closed", "postponed"])
def test_what_does_not_run_is_not_offered_to_be_extended(
    desk: Client, people: People, now: dt.datetime, status: str
) -> None:
    meeting = make_meeting(people, status=status, starts_at=now - HOUR)
    assert f"/meetings/{meeting.pk}/extend/" not in desk.get(f"/meetings/{meeting.pk}/").content.decode()
    answer = desk.post(f"/meetings/{meeting.pk}/extend/", {"minutes": "15"})
    assert answer.headers["Location"] == f"/meetings/{meeting.pk}/"


def test_one_press_extends_by_a_quarter_of_an_hour(desk: Client, running: Meeting) -> None:
    answer = desk.post(f"/meetings/{running.pk}/extend/", {"minutes": "15"}, follow=True)
    before, running.ends_at = running.ends_at, Meeting.objects.get(pk=running.pk).ends_at
    assert running.ends_at == before + HOUR / 4
    assert timezone.localtime(running.ends_at).strftime("%H:%M") in answer.content.decode()


def test_a_session_over_its_time_is_extended_from_now(people: People, now: dt.datetime) -> None:
    meeting = make_meeting(people, status="open", starts_at=now - 2 * HOUR, minutes=60)
    soonest = later_ends(meeting, now)[0][1]
    assert now + dt.timedelta(minutes=15) <= soonest <= now + dt.timedelta(minutes=20)


def test_a_time_of_day_is_the_next_such_time_even_after_midnight(desk: Client, people: People) -> None:
    end = timezone.localtime().replace(hour=23, minute=30, second=0, microsecond=0)
    meeting = make_meeting(people, status="open", starts_at=end - HOUR, minutes=60)
    desk.post(f"/meetings/{meeting.pk}/extend/", {"until": "00:15"})
    assert Meeting.objects.get(pk=meeting.pk).ends_at == end + dt.timedelta(minutes=45)


def test_nothing_chosen_or_an_earlier_time_is_asked_again(desk: Client, people: People) -> None:
    start = timezone.localtime().replace(hour=23, minute=0, second=0, microsecond=0)
    meeting = make_meeting(people, status="open", starts_at=start, minutes=30)
    for sent in ({}, {"until": "23:00"}, {"until": "25:99"}, {"minutes": "7"}):
        answer = desk.post(f"/meetings/{meeting.pk}/extend/", sent)
        assert answer.status_code == 422
    assert Meeting.objects.get(pk=meeting.pk).version == 1


def test_a_refused_extension_says_which_meeting_whose_and_whom_to_call(
    desk: Client, people: People, running: Meeting, now: dt.datetime
) -> None:
    other = make_meeting(
        people, starts_at=now + HOUR, setup_minutes=0, endpoints=["X00715"], title="Giao ban xã Lũng Cú"
    )
    answer = desk.post(f"/meetings/{running.pk}/extend/", {"minutes": "30"})
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("X00715", other.title, "Nguyễn Thị Lan", "0219.000.0001"):
        assert words in page
    assert Meeting.objects.get(pk=running.pk).ends_at == running.ends_at


def patch(client: Client, meeting: Meeting, **body: object) -> tuple[int, dict[str, object]]:
    answer = client.patch(f"/api/v1/meetings/{meeting.pk}", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def test_a_later_end_by_the_api_is_an_extension(desk: Client, running: Meeting, now: dt.datetime) -> None:
    status, body = patch(desk, running, version=1, ends_at=(now + 2 * HOUR).isoformat())
    assert (status, body["version"], body["status"]) == (200, 2, "open")
    assert set(BookedEndpoint.objects.values_list("ends_at", flat=True)) == {now + 2 * HOUR}


def test_the_api_says_what_cannot_be_changed_of_a_running_meeting(
    desk: Client, running: Meeting, now: dt.datetime
) -> None:
    later = (now + 2 * HOUR).isoformat()
    assert patch(desk, running, version=1, starts_at=now.isoformat(), ends_at=later)[1]["code"] == "act_impossible"
    assert patch(desk, running, version=1, title="Tên khác")[1]["code"] == "act_impossible"
    assert patch(desk, running, version=1, ends_at=now.isoformat())[1]["code"] == "end_not_later"
    assert patch(desk, running, version=9, ends_at=later)[1]["code"] == "stale_version"


def test_whoever_leads_the_meeting_may_extend_it_by_the_api_but_not_rename_it(
    client: Client, people: People, running: Meeting, now: dt.datetime
) -> None:
    client.force_login(people.chair)
    assert patch(client, running, version=1, ends_at=(now + 2 * HOUR).isoformat())[0] == 200
    assert patch(client, running, version=2, title="Tên khác")[0] == 403
