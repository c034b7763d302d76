"""Sessions of Central, entered as fixed blocks: who may, what they hold and displace, and that nothing moves them."""

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.decision import Role
from accounts.models import Membership, User
from audit.models import Entry
from meetings.notices.models import Notice
from meetings.planning.actions import create_meeting
from meetings.planning.models import Meeting
from meetings.precedence.actions import preempt
from rooms.errors import BookingConflict
from rooms.models import BookedEndpoint, Booking
from tests.meetings.planning.plans import plan
from tests.people import People, at
from tests.scenes import make_meeting

NEW = "/network/blocks/new/"


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    client.cookies["django_language"] = "en"
    return client


def wish(**changes: object) -> dict[str, object]:
    return {
        "title": "Hội nghị trực tuyến của Chính phủ",
        "convener": "Văn phòng Chính phủ",
        "phone": "080.43162",
        "unit": "02",
        "host_endpoint": "T1",
        "day": "2031-12-01",
        "start": "08:00",
        "end": "11:30",
        "setup_minutes": "60",
        "tier": ["province"],
        "add": ["H026"],
        **changes,
    }


def entered(desk: Client, **changes: object) -> Booking:
    assert desk.post(NEW, wish(**changes)).status_code == 302
    return Booking.objects.filter(fixed=True).latest("pk")


def test_a_block_holds_endpoints_and_ports_under_the_name_of_whoever_convenes(desk: Client) -> None:
    block = entered(desk)
    assert (block.fixed, block.tier_id, block.owner_name, block.owner_phone) == (
        True,
        "central",
        "Văn phòng Chính phủ",
        "080.43162",
    )
    assert (block.starts_at, block.hold_starts_at) == (at(8), at(7))
    codes = BookedEndpoint.objects.filter(booking=block, released=False).values_list("endpoint__code", flat=True)
    assert sorted(codes) == ["H026", "T1", "T2"]
    assert Meeting.objects.count() == 0
    page = desk.get("/network/blocks/").content.decode()
    for fact in ("Hội nghị trực tuyến của Chính phủ", "Văn phòng Chính phủ", "080.43162", "08:00–11:30"):
        assert fact in page


def test_it_stands_in_the_network_calendar_with_its_owner(desk: Client) -> None:
    block = entered(desk)
    page = desk.get("/network/?day=2031-12-01&chosen=T1").content.decode()
    assert "Hội nghị trực tuyến của Chính phủ" in page
    assert "Văn phòng Chính phủ" in page
    assert "080.43162" in page
    assert "Booked, Hội nghị trực tuyến của Chính phủ" in page
    assert block.state == Booking.BOOKED


def test_nothing_displaces_a_block(desk: Client, people: People) -> None:
    entered(desk)
    draft = create_meeting(people.secretary, plan(people), draft=True)
    with pytest.raises(BookingConflict) as refused:
        preempt(people.secretary, draft, reason="Công điện", ground="higher_instruction")
    rows = refused.value.params["conflicts"]
    assert isinstance(rows, list)
    assert {row["stays"] for row in rows} == {"fixed"}


def test_over_lower_meetings_it_asks_first_and_then_displaces_them_by_the_same_act(
    desk: Client, people: People
) -> None:
    lower = make_meeting(people, unit="02", endpoints=["T1"], title="Giao ban tỉnh")
    answer = desk.post(NEW, wish())
    page = answer.content.decode()
    assert (answer.status_code, Booking.objects.filter(fixed=True).count()) == (200, 0)
    assert "Giao ban tỉnh" in page
    assert "Nguyễn Thị Lan" in page
    sent = wish(agreed=str(lower.booking_id), ground="higher_instruction", reason="Công điện")
    assert desk.post(NEW, {**sent, "reason": ""}).status_code == 422
    assert desk.post(NEW, sent).status_code == 302
    block = Booking.objects.get(fixed=True)
    lower.refresh_from_db()
    assert (lower.status, lower.displaced_by, lower.reason) == ("postponed", block, "Công điện")
    notice = Notice.objects.get(kind="meeting.displaced")
    assert (notice.data["title"], notice.data["unit"]) == (block.title, "Văn phòng Chính phủ")
    assert Entry.objects.filter(chain__name="network", verb="block.preempted").count() == 1


def test_another_block_or_a_session_that_runs_is_named_and_nothing_is_entered(desk: Client, people: People) -> None:
    make_meeting(people, unit="02", endpoints=["T1"], status="open", title="Đang họp")
    page = desk.post(NEW, wish()).content.decode()
    assert "It is in session: it does not give way." in page
    assert not Booking.objects.filter(fixed=True).exists()


def test_a_block_that_is_changed_or_removed_frees_the_time_and_the_owner_is_told(desk: Client, people: People) -> None:
    lower = make_meeting(people, unit="02", endpoints=["T1"], title="Giao ban tỉnh")
    entered(desk, agreed=str(lower.booking_id), ground="force_majeure", reason="Công điện")
    block = Booking.objects.get(fixed=True)
    shown = desk.get(f"/network/blocks/{block.pk}/").content.decode()
    assert 'value="Văn phòng Chính phủ"' in shown
    moved = desk.post(f"/network/blocks/{block.pk}/", wish(start="14:00", end="16:00", convener="Ban Tổ chức"))
    assert moved.status_code == 302
    block.refresh_from_db()
    assert (block.starts_at, block.owner_name, block.fixed) == (at(14), "Ban Tổ chức", True)
    assert Notice.objects.filter(kind="slot.freed", meeting=lower).count() == 1
    assert desk.post(f"/network/blocks/{block.pk}/remove/").status_code == 302
    block.refresh_from_db()
    assert block.state == Booking.RELEASED
    assert desk.get(f"/network/blocks/{block.pk}/").status_code == 404


def test_the_form_shows_what_is_held(desk: Client) -> None:
    block = entered(desk)
    form = desk.get(f"/network/blocks/{block.pk}/").context["form"]
    assert form.chosen_codes == {"T1", "T2", "H026"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"convener": ""}, "This field is required."),
        ({"end": "07:00"}, "The end must be after the start."),
        ({"tier": [], "add": [], "host_endpoint": ""}, "Choose at least one endpoint."),
        ({"day": "2020-01-01"}, "Not saved: this time is over."),
    ],
)
def test_what_cannot_be_entered_is_said_and_what_was_typed_stays(
    desk: Client, changes: dict[str, object], words: str
) -> None:
    answer = desk.post(NEW, wish(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="Hội nghị trực tuyến của Chính phủ"' in page
    assert not Booking.objects.exists()


def test_a_districts_secretary_enters_no_blocks(client: Client, people: People) -> None:
    clerk = User.objects.create_user("clerk", password="demo-pass-1")
    Membership.objects.create(user=clerk, role=Role.SECRETARIAT.value, unit=people.network.units["026"])
    client.force_login(clerk)
    assert client.get("/network/blocks/").status_code == 403
    assert client.post(NEW, wish()).status_code == 403
    assert "/network/blocks/" not in client.get("/network/").content.decode()


def test_the_province_next_door_sees_none_of_them(client: Client, desk: Client, people: People) -> None:
    block = entered(desk)
    client.force_login(people.outsider)
    assert "Hội nghị trực tuyến" not in client.get("/network/blocks/").content.decode()
    assert client.post(f"/network/blocks/{block.pk}/remove/").status_code == 404


def test_the_list_takes_as_many_queries_for_thirty_as_for_one(
    desk: Client, people: People, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        make_meeting(people, endpoints=["T1"], starts_at=at(8) + dt.timedelta(days=number), title=f"Số {number}")
    Booking.objects.update(fixed=True)
    Meeting.objects.all().delete()
    with django_assert_max_num_queries(14):
        answer = desk.get("/network/blocks/")
    assert len(answer.context["rows"]) == 25
    assert len(desk.get("/network/blocks/?page=2").context["rows"]) == 5
