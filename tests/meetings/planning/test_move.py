"""Moving a meeting by one gesture: what is asked for, refused and taken back."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from meetings.planning.models import Meeting
from rooms.models import BookedEndpoint
from tests.people import People, at
from tests.scenes import make_meeting


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    return client


def move(
    desk: Client, meeting: Meeting, start: str, version: int = 1, day: str = "2031-12-01", minutes: str = ""
) -> tuple[int, dict[str, object]]:
    asked = {"day": day, "start": start, "version": version, "minutes": minutes}
    answer = desk.post(reverse("meeting-move", args=[meeting.pk]), asked)
    return answer.status_code, answer.json()


def test_the_meeting_moves_with_its_line_test_and_keeps_its_length(desk: Client, people: People) -> None:
    meeting = make_meeting(people, starts_at=at(8))
    assert move(desk, meeting, "14:15") == (200, {"said": "Đã chuyển sang 14:15–16:15.", "version": 2})
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.ends_at) == (at(14, 15), at(16, 15))
    shares = set(BookedEndpoint.objects.values_list("starts_at", "ends_at"))
    assert shares == {(at(13, 15), at(16, 15))}
    assert Entry.objects.filter(chain__name=meeting.stream, verb="meeting.changed").count() == 1


def test_the_way_back_is_the_same_act_with_the_new_version(desk: Client, people: People) -> None:
    meeting = make_meeting(people, starts_at=at(8))
    _status, told = move(desk, meeting, "14:15")
    assert move(desk, meeting, "08:00", int(str(told["version"])))[0] == 200
    meeting.refresh_from_db()
    assert meeting.starts_at == at(8)


def test_another_day_is_named(desk: Client, people: People) -> None:
    meeting = make_meeting(people, starts_at=at(8))
    assert (
        move(desk, meeting, "08:00", day="2031-12-02")[1]["said"]
        == "Đã chuyển sang T3\N{NO-BREAK SPACE}02/12 08:00–10:00."
    )
    meeting.refresh_from_db()
    assert meeting.starts_at == at(8, day=2)


def test_its_end_is_moved_alone_and_the_line_test_stays(desk: Client, people: People) -> None:
    meeting = make_meeting(people, starts_at=at(8))
    assert move(desk, meeting, "08:00", minutes="180") == (200, {"said": "Cuộc họp nay là 08:00–11:00.", "version": 2})
    assert set(BookedEndpoint.objects.values_list("starts_at", "ends_at")) == {(at(7), at(11))}
    assert move(desk, meeting, "08:00", 2, minutes="30")[0] == 200
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.ends_at) == (at(8), at(8, 30))


def test_a_later_end_that_is_taken_leaves_the_meeting_as_it_was(desk: Client, people: People) -> None:
    meeting = make_meeting(people, starts_at=at(8), endpoints=["T1", "H026"])
    make_meeting(people, starts_at=at(10, 30), endpoints=["H026"], title="Họp giao ban huyện", setup_minutes=0)
    status, told = move(desk, meeting, "08:00", minutes="180")
    assert status == 409
    assert "10:30–12:30, Họp giao ban huyện." in str(told["said"])
    meeting.refresh_from_db()
    assert (meeting.ends_at, meeting.version) == (at(10), 1)


@pytest.mark.parametrize("minutes", ["0", "-5", "2881", "9999999999999999999999", "hai", "1.5"])
def test_a_length_that_cannot_be_changes_nothing(desk: Client, people: People, minutes: str) -> None:
    assert move(desk, make_meeting(people, starts_at=at(8)), "08:00", minutes=minutes)[0] == 422


def test_what_stands_in_the_way_is_named_and_nothing_moves(desk: Client, people: People) -> None:
    meeting = make_meeting(people, starts_at=at(8), endpoints=["T1", "H026"])
    make_meeting(people, starts_at=at(14), endpoints=["H026"], title="Họp giao ban huyện", setup_minutes=0)
    status, told = move(desk, meeting, "13:00")
    assert status == 409
    assert "H026 Huyện Đồng Văn: 14:00–16:00, Họp giao ban huyện." in str(told["said"])
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.version) == (at(8), 1)


def test_ports_that_are_short_name_the_bridge(desk: Client, people: People) -> None:
    people.network.bridges["MCU-02"].ports = 2
    people.network.bridges["MCU-02"].save()
    meeting = make_meeting(people, starts_at=at(8), endpoints=["T1", "X00715"], setup_minutes=0)
    make_meeting(people, starts_at=at(14), endpoints=["H026"], setup_minutes=0)
    status, told = move(desk, meeting, "14:00")
    assert status == 409
    assert "MCU-02 Cao nguyên đá" in str(told["said"])


def test_somebody_elses_change_in_between_is_told(desk: Client, people: People) -> None:
    meeting = make_meeting(people, starts_at=at(8))
    Meeting.objects.filter(pk=meeting.pk).update(version=2)
    assert move(desk, meeting, "14:15")[0] == 409


@pytest.mark.parametrize("start", ["", "25:00", "chiều"])
def test_a_time_that_cannot_be_read_changes_nothing(desk: Client, people: People, start: str) -> None:
    assert move(desk, make_meeting(people), start)[0] == 422


def test_the_past_is_refused(desk: Client, people: People) -> None:
    day = (dt.date.today() - dt.timedelta(days=3)).isoformat()  # noqa: DTZ011  # any day that is surely over
    assert move(desk, make_meeting(people), "08:00", day=day)[0] == 422


def test_a_meeting_that_is_over_does_not_move(desk: Client, people: People) -> None:
    assert move(desk, make_meeting(people, status=Meeting.Status.CLOSED), "14:00")[0] == 409
