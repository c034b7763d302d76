"""The pages of precedence: the question before, who was told after, and moving what gave way."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from meetings.notices.models import Notice
from meetings.planning.actions import create_meeting
from meetings.planning.models import Meeting
from meetings.precedence.actions import preempt
from rooms.models import Booking
from tests.meetings.planning.plans import plan
from tests.people import People, at
from tests.scenes import invite, make_meeting

WHY = "Công điện của Thủ tướng Chính phủ"


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def lower(people: People) -> Meeting:
    meeting = make_meeting(people, unit="026", endpoints=["H026", "X00715"], title="Tập huấn chuyển đổi số")
    Meeting.objects.filter(pk=meeting.pk).update(selection={"endpoints": ["H026", "X00715"]})
    Booking.objects.filter(meeting=meeting).update(owner_name="Sùng Mí Páo", owner_phone="0912.000.009")
    invite(meeting, people, "delegate", "H026")
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def draft(people: People) -> Meeting:
    return create_meeting(people.secretary, plan(people, title="Họp khẩn phòng, chống bão"), draft=True)


def wish(**changes: object) -> dict[str, object]:
    return {
        "title": "Họp khẩn phòng, chống bão",
        "unit": "02",
        "host_endpoint": "T1",
        "day": "2031-12-01",
        "start": "08:00",
        "end": "10:00",
        "setup_minutes": "60",
        "add": ["T1", "H026", "X00715"],
        "act": "precedence",
        **changes,
    }


def agreed(meeting: Meeting, **changes: object) -> dict[str, object]:
    return {"agreed": str(meeting.booking_id), "ground": "higher_instruction", "reason": WHY, **changes}


def test_the_sheet_offers_precedence_only_when_all_that_stands_in_the_way_gives_way(
    desk: Client, people: People, lower: Meeting
) -> None:
    address = reverse("precedence-new")
    assert address in desk.post(reverse("meeting-check"), wish()).content.decode()
    make_meeting(people, unit="02", endpoints=["T1"], starts_at=at(9), setup_minutes=0)
    assert address not in desk.post(reverse("meeting-check"), wish()).content.decode()


def test_the_question_lists_each_meeting_with_owner_telephone_and_people_and_changes_nothing(
    desk: Client, lower: Meeting
) -> None:
    answer = desk.post(reverse("precedence-new"), wish())
    page = answer.content.decode()
    for fact in ("Tập huấn chuyển đổi số", "Sùng Mí Páo", "0912.000.009", "08:00–10:00", "1 meeting must be moved"):
        assert fact in page
    assert [(each.pk, each.invited, each.endpoints) for each in answer.context["question"].displaced] == [
        (lower.pk, 1, 2)
    ]
    assert (Meeting.objects.count(), Meeting.objects.get(pk=lower.pk).status) == (1, "scheduled")


def test_agreeing_books_the_form_and_shows_who_was_told(desk: Client, lower: Meeting) -> None:
    answer = desk.post(reverse("precedence-new"), wish(**agreed(lower)), follow=True)
    taken = Meeting.objects.exclude(pk=lower.pk).get()
    assert answer.redirect_chain == [(reverse("precedence", args=[taken.pk]), 302)]
    assert (taken.status, Meeting.objects.get(pk=lower.pk).displaced_by) == ("scheduled", taken.booking)
    page = answer.content.decode()
    for fact in (
        "Booked; 1 meeting gives way",
        "Sùng Mí Páo",
        "To be moved",
        f"Instruction from a higher level: {WHY}",
    ):
        assert fact in page


def test_without_a_reason_nothing_is_done_and_what_was_typed_stays(desk: Client, lower: Meeting) -> None:
    answer = desk.post(reverse("precedence-new"), wish(**agreed(lower, reason=" ")))
    page = answer.content.decode()
    assert (answer.status_code, Meeting.objects.count()) == (422, 1)
    assert "Write why: the owners read it." in page
    assert 'name="title" value="Họp khẩn phòng, chống bão"' in page


def test_what_came_in_between_is_asked_about_anew(desk: Client, people: People, lower: Meeting) -> None:
    other = make_meeting(people, unit="00688", endpoints=["T1"], starts_at=at(9), setup_minutes=0, title="Tiếp dân")
    answer = desk.post(reverse("precedence-new"), wish(**agreed(lower)))
    assert answer.status_code == 409
    assert "Something else came in between." in answer.content.decode()
    assert {each.pk for each in answer.context["question"].displaced} == {lower.pk, other.pk}
    assert set(Meeting.objects.values_list("status", flat=True)) == {"scheduled"}


def test_what_does_not_give_way_is_told_with_the_reason(desk: Client, lower: Meeting) -> None:
    Booking.objects.filter(meeting=lower).update(fixed=True)
    page = desk.post(reverse("precedence-new"), wish()).content.decode()
    assert "A central session: it does not give way." in page
    assert "Displace" not in page


def test_the_form_comes_back_as_it_was(desk: Client, lower: Meeting) -> None:
    answer = desk.post(reverse("meeting-new"), wish(act="review"))
    assert (answer.status_code, Meeting.objects.count()) == (200, 1)
    assert answer.context["form"]["title"].value() == "Họp khẩn phòng, chống bão"
    assert answer.context["sheet"].outranks is True


def test_a_form_that_cannot_be_read_books_nothing(desk: Client) -> None:
    assert desk.post(reverse("precedence-new"), wish(title="")).status_code == 422
    assert desk.post(reverse("precedence-new"), wish(day="2020-01-01")).status_code == 200
    assert Meeting.objects.count() == 0


def test_a_draft_takes_precedence_from_its_own_page(desk: Client, lower: Meeting, draft: Meeting) -> None:
    address = reverse("precedence", args=[draft.pk])
    assert "Tập huấn chuyển đổi số" in desk.get(address).content.decode()
    assert desk.post(address, agreed(lower)).status_code == 302
    assert Meeting.objects.get(pk=draft.pk).status == "scheduled"


@pytest.fixture
def moved(people: People, lower: Meeting, draft: Meeting) -> Meeting:
    preempt(people.secretary, draft, reason=WHY, ground="higher_instruction")
    return Meeting.objects.get(pk=lower.pk)


def test_the_displaced_meetings_page_says_what_happened_and_offers_three_times(desk: Client, moved: Meeting) -> None:
    answer = desk.get(reverse("meeting", args=[moved.pk]))
    page = answer.content.decode()
    for fact in ("To be moved", "“Họp khẩn phòng, chống bão” takes its time.", WHY, "Nguyễn Thị Lan", "Move here"):
        assert fact in page
    slots = answer.context["way_back"].slots
    assert len(slots) == 3
    desk.post(reverse("displaced-move", args=[moved.pk]), {"slot": slots[0].starts_at.isoformat()})
    assert (Meeting.objects.get(pk=moved.pk).status, Meeting.objects.get(pk=moved.pk).starts_at) == (
        "scheduled",
        slots[0].starts_at,
    )


@pytest.mark.parametrize("slot", ["", "yesterday", "2031-12-05T08:00:00", "9999-99-99T00:00:00+07:00"])
def test_a_time_that_cannot_be_read_moves_nothing(desk: Client, moved: Meeting, slot: str) -> None:
    answer = desk.post(reverse("displaced-move", args=[moved.pk]), {"slot": slot}, follow=True)
    assert answer.status_code == 200
    assert Meeting.objects.get(pk=moved.pk).status == "postponed"


def test_a_time_taken_meanwhile_is_refused_in_words(desk: Client, moved: Meeting) -> None:
    answer = desk.post(reverse("displaced-move", args=[moved.pk]), {"slot": at(8).isoformat()}, follow=True)
    assert "Not moved: meanwhile that time is no longer free." in answer.content.decode()
    assert Meeting.objects.get(pk=moved.pk).status == "postponed"


def test_whoever_may_only_look_reads_what_happened_and_has_no_buttons(
    client: Client, people: People, moved: Meeting
) -> None:
    client.force_login(people.chair)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("meeting", args=[moved.pk])).content.decode()
    assert "takes its time." in page
    assert "Move here" not in page


def test_today_and_the_list_show_it_as_work_with_its_action(desk: Client, people: People, moved: Meeting) -> None:
    page = desk.get(reverse("today")).content.decode()
    assert "“Tập huấn chuyển đổi số” gave way and needs a new time" in page
    assert "News for you" in page
    place = f"{reverse('meeting', args=[moved.pk])}#meeting-displaced"
    assert place in page
    assert place in desk.get(reverse("meeting-list")).content.decode()


def test_the_old_time_is_taken_back_from_the_news(desk: Client, people: People, moved: Meeting, draft: Meeting) -> None:
    desk.post(reverse("meeting-act", args=[draft.pk, "cancel"]), {"agreed": "1", "reason": "Bão tan"})
    assert Notice.objects.filter(kind="slot.freed", user=people.secretary).count() == 1
    page = desk.get(reverse("notices")).content.decode()
    assert "The old time of “Tập huấn chuyển đổi số” is free again" in page
    assert "Take the old time back" in page
    desk.post(reverse("displaced-move", args=[moved.pk]), {"slot": moved.starts_at.isoformat()})
    assert Meeting.objects.get(pk=moved.pk).status == "scheduled"


def test_the_question_takes_as_many_queries_for_one_meeting_as_for_five(
    desk: Client, people: People, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people.network.bridges["MCU-02"].ports = 20
    people.network.bridges["MCU-02"].save()
    for code in ("H024", "H026", "X00688", "X00691", "X00715"):
        make_meeting(people, unit="00715", endpoints=[code], title=code)
    with django_assert_max_num_queries(40):
        answer = desk.post(reverse("precedence-new"), wish(add=["T1", "H024", "H026", "X00688", "X00691", "X00715"]))
    assert len(answer.context["question"].displaced) == 5
