"""Booking at the desk: what the form books, what it refuses, and what it offers instead."""

import datetime as dt
import re

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from meetings.planning.models import Meeting
from meetings.planning.selectors import booked_codes
from rooms.models import OpeningHours
from tests.people import People, at
from tests.scenes import make_meeting

WHOLE = ["T1", "T2", "H024", "H026", "X00688", "X00691", "X00715"]


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    people.network.bridges["MCU-02"].ports = 20
    people.network.bridges["MCU-02"].save()
    return client


def wish(**changes: object) -> dict[str, object]:
    return {
        "title": "Sơ kết công tác xóa nhà tạm",
        "unit": "02",
        "host_endpoint": "T1",
        "day": "2031-12-01",
        "start": "14:00",
        "end": "16:30",
        "setup_minutes": "60",
        "tier": ["province", "district", "commune"],
        "act": "book",
        **changes,
    }


def checked(desk: Client, form: dict[str, object]) -> tuple[bool, str]:
    """Whether the check finds nothing in the way, and its words in English, with single spaces."""
    answer = desk.post(reverse("meeting-check"), form, headers={"Accept-Language": "en"})
    return answer.context["sheet"].fits, re.sub(r"[ \n]+", " ", re.sub(r"<[^>]*>", "", answer.content.decode()))


def test_the_form_opens_with_the_whole_network_ticked(desk: Client) -> None:
    answer = desk.get(reverse("meeting-new"))
    assert answer.status_code == 200
    assert answer.context["form"].ticked_tiers == {"province", "district", "commune"}


def test_a_free_network_is_booked_whole(desk: Client) -> None:
    answer = desk.post(reverse("meeting-new"), wish())
    meeting = Meeting.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("meeting", args=[meeting.pk]))
    assert (meeting.status, sorted(booked_codes(meeting))) == ("scheduled", sorted(WHOLE))
    assert (meeting.starts_at, meeting.ends_at) == (at(14), at(16, 30))


def test_units_of_a_tier_single_endpoints_and_exceptions_make_the_selection(desk: Client, people: People) -> None:
    chosen = wish(tier=["province"], group=["commune-026"], add=["H024"], **{"except": ["T2"]})
    desk.post(reverse("meeting-new"), chosen)
    assert sorted(booked_codes(Meeting.objects.get())) == ["H024", "T1", "X00715"]


def test_codes_typed_without_script_are_read_too(desk: Client) -> None:
    desk.post(reverse("meeting-new"), wish(tier=[], add=["h024, x00688"]))
    assert sorted(booked_codes(Meeting.objects.get())) == ["H024", "T1", "X00688"]


def test_a_conflict_books_nothing_and_says_who_has_the_endpoint(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(15), title="Tập huấn chuyển đổi số")
    answer = desk.post(reverse("meeting-new"), wish())
    content = answer.content.decode()
    assert (answer.status_code, Meeting.objects.count()) == (409, 1)
    assert "Chưa đặt được vì 1 vướng mắc" in content
    for fact in ("Tập huấn chuyển đổi số", "Nguyễn Thị Lan", "0219.000.0001", "14:00–17:00", "Chưa có gì được đặt."):
        assert fact in content
    assert answer.context["form"]["title"].value() == "Sơ kết công tác xóa nhà tạm"


def test_the_free_part_can_be_booked(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(15))
    desk.post(reverse("meeting-new"), wish(act="book_free"))
    assert sorted(booked_codes(Meeting.objects.latest("pk"))) == sorted(set(WHOLE) - {"H026"})


def test_another_time_can_be_taken_with_one_button(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(15))
    slots = desk.post(reverse("meeting-check"), wish()).context["sheet"].slots
    assert len(slots) == 3
    desk.post(reverse("meeting-new"), wish(act="move", slot=slots[1].starts_at.isoformat()))
    meeting = Meeting.objects.latest("pk")
    assert (meeting.starts_at, len(booked_codes(meeting))) == (slots[1].starts_at, 7)


def test_a_draft_is_written_down_and_books_nothing(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(15))
    desk.post(reverse("meeting-new"), wish(act="draft"))
    draft = Meeting.objects.latest("pk")
    assert (draft.status, draft.booking) == ("draft", None)


def test_checking_books_nothing_and_names_the_free(desk: Client) -> None:
    answer = desk.post(reverse("meeting-check"), wish())
    assert Meeting.objects.count() == 0
    assert "Cả 7 điểm cầu đều trống" in answer.content.decode()


def test_too_few_ports_are_told_with_the_numbers(desk: Client, people: People) -> None:
    people.network.bridges["MCU-01"].ports = 5
    people.network.bridges["MCU-01"].save()
    content = desk.post(reverse("meeting-check"), wish()).content.decode()
    # T1, T2, H024, X00688, X00691 and the link to MCU-02 need six ports.
    assert "MCU-01 Trung tâm tỉnh thiếu 1 cổng" in content
    assert "Cần 6 cổng, có 5 cổng, cuộc họp khác đang giữ 0." in content


def test_a_chair_elsewhere_is_a_warning_and_no_obstacle(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T2"], starts_at=at(15), title="Tiếp dân")
    fits, words = checked(desk, wish(tier=[], add=["H024"], chair="Hoàng Gia Khánh"))
    assert fits
    assert "Hoàng Gia Khánh is expected elsewhere at that time." in words
    assert "Tiếp dân, 15:00–17:00, at T2 Hội trường Tỉnh ủy, as its chair" in words


def test_a_day_off_is_a_warning_with_its_name(desk: Client) -> None:
    fits, words = checked(desk, wish(day="2032-01-01"))
    assert (fits, "Thursday 01/01/2032 is a day off: New Year&#x27;s Day." in words) == (True, True)


def test_a_time_taken_from_the_list_is_warned_of_when_it_is_booked(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["H026"], starts_at=at(15))
    make_meeting(people, endpoints=["T2"], starts_at=at(14, day=2), minutes=150, setup_minutes=0, title="Tiếp dân")
    form = wish(tier=[], add=["H026"], chair="Hoàng Gia Khánh", act="move", slot=at(14, day=2).isoformat())
    answer = desk.post(reverse("meeting-new"), form, headers={"Accept-Language": "en"})
    assert answer.status_code == 302
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert "Hoàng Gia Khánh is expected elsewhere at that time." in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"start": "06:30", "end": "08:00"}, "Monday 01/12/2031, 06:30–07:30 lies before office hours."),
        ({"start": "16:30", "end": "18:15"}, "Monday 01/12/2031, 17:00–18:15 lies after office hours."),
        ({"start": "11:00", "end": "12:00"}, "Monday 01/12/2031, 11:30–12:00 lies in the noon break."),
        ({"day": "2031-12-06"}, "Saturday 06/12/2031 is not a working day."),
    ],
)
def test_hours_at_which_no_office_works_are_a_warning(desk: Client, changes: dict[str, object], words: str) -> None:
    fits, said = checked(desk, wish(**changes))
    assert (fits, words in said) == (True, True)


def test_an_endpoint_outside_its_hours_stands_in_the_way_in_words(desk: Client, people: People) -> None:
    OpeningHours.objects.create(
        endpoint=people.network.endpoints["H026"], weekday=0, opens=dt.time(7, 30), closes=dt.time(11, 30)
    )
    fits, words = checked(desk, wish())
    assert not fits
    assert "H026 Đồng Văn district: closed 11:30 Mon\xa001/12 – 07:30 Mon\xa008/12" in words
    assert "Outside its opening hours" in words


def test_an_endpoint_of_a_unit_that_has_ended_says_so(desk: Client, people: People) -> None:
    unit = people.network.units["026"]
    unit.valid_to = dt.date(2031, 12, 1)
    unit.save()
    fits, words = checked(desk, wish())
    assert not fits
    assert "H026 Đồng Văn district: not in use on that day" in words
    assert "Its unit ended on 01/12/2031" in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "Trường này là bắt buộc."),
        ({"end": "13:00"}, "Giờ kết thúc phải sau giờ bắt đầu."),
        ({"tier": [], "host_endpoint": ""}, "Chọn ít nhất một điểm cầu."),
        ({"add": ["ZZZ"]}, "Không có điểm cầu mang mã ZZZ."),
        ({"chair": "Người Lạ"}, "“Người Lạ” không có trong danh bạ."),
    ],
)
def test_what_cannot_be_booked_is_said_beside_the_field(desk: Client, changes: dict[str, object], words: str) -> None:
    answer = desk.post(reverse("meeting-new"), wish(**changes))
    assert (answer.status_code, Meeting.objects.count()) == (422, 0)
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"day": "2020-01-01"},
        {"day": "không phải ngày"},
        {"start": "25:99"},
        {"unit": "04"},
        {"slot": "\x00", "act": "move"},
        {"slot": "2031-13-45T99:00", "act": "move"},
        {"setup_minutes": "999999"},
        {"act": "nothing known", "title": "x" * 251},
    ],
)
def test_nonsense_is_refused_and_never_a_fault(desk: Client, changes: dict[str, object]) -> None:
    answer = desk.post(reverse("meeting-new"), wish(**changes))
    assert answer.status_code in {302, 409, 422}
    assert desk.post(reverse("meeting-check"), wish(**changes)).status_code == 200


def test_chairs_are_found_without_marks_and_only_in_the_own_reach(desk: Client) -> None:
    found = desk.get(reverse("chair-options"), {"chair": "hoang gia"}).content.decode()
    assert "Hoàng Gia Khánh" in found
    assert "Nông Văn Ngoài" not in desk.get(reverse("chair-options"), {"chair": "nong van"}).content.decode()


@pytest.mark.parametrize("username", ["chair", "delegate", "observer", "operator", "nobody"])
def test_who_may_not_book_sees_no_form(client: Client, people: People, username: str) -> None:
    client.force_login(getattr(people, username))
    assert client.get(reverse("meeting-new")).status_code == 403
    assert client.post(reverse("meeting-check"), wish()).status_code == 403
    assert client.post(reverse("meeting-new"), wish()).status_code == 403
