"""The week on the network page, and the load of the bridges."""

import pytest
from django.test import Client
from django.urls import reverse

from meetings.planning.models import Meeting
from rooms.models import Booking
from rooms.slots import office_calendar
from rooms.week_grid import WeekGrid, why_off
from tests.people import People, at
from tests.scenes import make_meeting

DAY = "2031-12-03"


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    return client


def week(desk: Client, **asked: str) -> WeekGrid:
    answer = desk.get(reverse("network"), {"day": DAY, "view": "week", **asked})
    assert answer.status_code == 200
    grid = answer.context["grid"]
    assert isinstance(grid, WeekGrid)
    return grid


def test_the_week_goes_from_monday_to_sunday_and_days_off_are_narrow(desk: Client) -> None:
    days = week(desk).days
    assert [column.day.isoformat() for column in (days[0], days[-1])] == ["2031-12-01", "2031-12-07"]
    assert [column.off for column in days] == [False] * 5 + [True] * 2
    assert days[0].place.width > 2 * days[6].place.width


def test_a_holiday_is_named(desk: Client) -> None:
    answer = desk.get(reverse("network"), {"day": "2031-09-02", "view": "week"})
    holiday = answer.context["grid"].days[1]
    assert holiday.off
    assert "Quốc khánh" in holiday.word
    assert holiday.word in answer.content.decode()
    assert why_off(at(8).date(), office_calendar(2031, 2031)) == ""


def test_a_session_lies_on_its_day_in_its_hours(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1"], starts_at=at(12, 30, day=2), setup_minutes=0, minutes=110)
    row = week(desk).row("T1")
    assert row is not None
    ((bar,), tuesday) = row.bars, week(desk).days[1].place
    (place,) = bar.places
    # 12:30 is half of 07:00–18:00, 110 minutes a sixth of it.
    assert place.x == pytest.approx(tuesday.x + tuesday.width / 2)
    assert place.width == pytest.approx(tuesday.width / 6)
    assert bar.minutes == (24 * 60 + 750, 24 * 60 + 860)
    assert [len(cells) for cells in row.by_day] == [0, 1, 0, 0, 0, 0, 0]


def test_what_lasts_beyond_midnight_is_one_bar_of_two_parts_and_moves_in_the_week_only(
    desk: Client, people: People
) -> None:
    meeting = make_meeting(people, endpoints=["T1"], starts_at=at(22, day=2), minutes=180, setup_minutes=0)
    move = f'data-move="{reverse("meeting-move", args=[meeting.pk])}"'
    row = week(desk).row("T1")
    assert row is not None
    (bar,) = row.bars
    assert [len(bar.places), *bar.minutes] == [2, 46 * 60, 49 * 60]
    assert desk.get(reverse("network"), {"day": DAY, "view": "week"}).content.decode().count(move) == 1
    assert move not in desk.get(reverse("network"), {"day": "2031-12-02"}).content.decode()


def test_a_bar_from_the_week_before_counts_from_before_monday(desk: Client, people: People) -> None:
    sunday = at(23, day=30, month=11)
    make_meeting(people, endpoints=["T1"], starts_at=sunday, setup_minutes=0)
    row = week(desk).row("T1")
    assert row is not None
    (bar,) = row.bars
    assert [len(bar.places), *bar.minutes] == [1, -60, 60]


def test_the_row_reads_as_words_and_the_table_says_the_same(desk: Client, people: People) -> None:
    meeting = make_meeting(people, endpoints=["T1"], starts_at=at(14), title="Giao ban tháng 12")
    content = desk.get(reverse("network"), {"day": DAY, "view": "week"}).content.decode()
    assert "T2\N{NO-BREAK SPACE}01/12 14:00–16:00 Đã đặt Giao ban tháng 12" in content
    table = desk.get(reverse("network"), {"day": DAY, "view": "week-table"}).content.decode()
    assert f'14:00–16:00 <a href="{reverse("meeting", args=[meeting.pk])}">Giao ban tháng 12</a>' in table


def test_the_free_count_of_a_day_leaves_out_whoever_is_busy_in_office_hours(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1"], starts_at=at(8))
    make_meeting(people, endpoints=["T2"], starts_at=at(19), setup_minutes=0)
    province = week(desk).tiers[0]
    assert list(province.free)[:2] == [1, 2]


def test_the_same_filters_narrow_the_week(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1"], starts_at=at(14, day=3))
    assert week(desk, q="lung cu").shown == 1
    assert week(desk, tier="province", free="14:00-16:30").row("T1") is None
    assert week(desk, tier="province", free="08:00-09:00").row("T1") is not None


def test_the_chosen_endpoint_lists_its_week(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1"], starts_at=at(14), title="Giao ban tháng 12")
    answer = desk.get(reverse("network"), {"day": DAY, "view": "week", "chosen": "T1"})
    assert [cell.title for cell in answer.context["chosen"].sessions] == ["Giao ban tháng 12"]


def test_a_bar_leads_to_its_meeting_for_those_who_may_know_of_it(client: Client, people: People) -> None:
    meeting = make_meeting(people, endpoints=["H024"], starts_at=at(14, day=3), unit="02")
    address = f'href="{reverse("meeting", args=[meeting.pk])}"'
    move = reverse("meeting-move", args=[meeting.pk])
    for who, linked, movable in (("secretary", True, True), ("observer", False, False)):
        client.force_login(getattr(people, who))
        for view in ("grid", "week"):
            content = client.get(reverse("network"), {"day": DAY, "view": view}).content.decode()
            assert (address in content, move in content) == (linked, movable), (who, view)


def test_a_meeting_in_session_is_linked_but_not_movable(desk: Client, people: People) -> None:
    meeting = make_meeting(people, endpoints=["T1"], starts_at=at(14, day=3), status=Meeting.Status.OPEN)
    for view in ("grid", "week"):
        content = desk.get(reverse("network"), {"day": DAY, "view": view}).content.decode()
        assert reverse("meeting", args=[meeting.pk]) in content
        assert reverse("meeting-move", args=[meeting.pk]) not in content


def test_the_load_page_names_the_fullest_moment_who_takes_it_and_the_link(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1", "H026", "X00715"], starts_at=at(8), title="Giao ban", setup_minutes=0)
    held = make_meeting(people, endpoints=["H026"], starts_at=at(10), title="Giữ chỗ thử", setup_minutes=0)
    Booking.objects.filter(meeting=held).update(state=Booking.HELD)
    answer = desk.get(reverse("network-bridges"), {"day": "2031-12-01"})
    one, two = answer.context["page"].bridges
    assert (two.peak.level, two.peak.left, two.peak.nearly) == (3, 1, False)
    assert (two.peak.start, two.peak.end) == (at(8), at(10))
    assert [(taker.title, taker.ports) for taker in two.takers] == [("Giao ban", 3)]
    assert (two.link.level, two.link.capacity, one.link) == (1, 2, None)
    assert [taker.holder is not None for taker in one.takers] == [True]
    assert len(two.held) == 1


def test_a_full_bridge_says_so_in_words(desk: Client, people: People) -> None:
    people.network.bridges["MCU-02"].ports = 3
    people.network.bridges["MCU-02"].save()
    make_meeting(people, endpoints=["T1", "H026", "X00715"], starts_at=at(8))
    content = desk.get(reverse("network-bridges"), {"day": "2031-12-01"}).content.decode()
    assert "Đầy:" in content


def test_somebody_without_bridges_reads_what_to_do(client: Client, people: People) -> None:
    client.force_login(people.outsider)
    assert "chưa có MCU nào" in client.get(reverse("network-bridges")).content.decode()
