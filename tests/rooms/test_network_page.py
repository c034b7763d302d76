"""The network page: who is free when, for whoever may see the network."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rooms.models import Booking, Closure
from tests.people import People, at, make_endpoint
from tests.scenes import make_meeting

DAY = "2031-12-01"


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    client.force_login(people.secretary)
    return client


def page(desk: Client, **asked: str) -> str:
    answer = desk.get(reverse("network"), {"day": DAY, **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def rows(desk: Client, **asked: str) -> list[str]:
    """Codes of the endpoints that are shown, in their order."""
    answer = desk.get(reverse("network"), {"day": DAY, **asked})
    grid = answer.context["grid"]
    return [row.day.endpoint.code for tier in grid.tiers for group in tier.groups for row in group.rows]


def test_every_endpoint_of_the_own_network_is_shown_by_tier(desk: Client) -> None:
    assert rows(desk) == ["T1", "T2", "H024", "H026", "X00688", "X00691", "X00715"]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"tier": "district"}, ["H024", "H026"]),
        ({"under": "026"}, ["H026", "X00715"]),
        ({"q": "lung cu"}, ["X00715"]),
        ({"q": "x006"}, ["X00688", "X00691"]),
        ({"under": "04"}, ["T1", "T2", "H024", "H026", "X00688", "X00691", "X00715"]),
        ({"q": "không có"}, []),
    ],
)
def test_a_filter_narrows_the_rows_and_an_unknown_one_is_not_asked(
    desk: Client, asked: dict[str, str], codes: list[str]
) -> None:
    assert rows(desk, **asked) == codes


def test_only_endpoints_free_in_the_span_remain(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1", "H026"], starts_at=at(14))
    assert rows(desk, free="14:00-16:00") == ["T2", "H024", "X00688", "X00691", "X00715"]
    assert rows(desk, free="09:00-13:00") == ["T1", "T2", "H024", "H026", "X00688", "X00691", "X00715"]


def test_a_booking_shows_its_line_test_its_time_and_its_title(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1"], starts_at=at(14), title="Giao ban tháng 12")
    content = page(desk)
    assert "T1 UBND tỉnh – Phòng họp trực tuyến, 14:00–16:00, Đã đặt, Giao ban tháng 12" in content
    assert "T1 UBND tỉnh – Phòng họp trực tuyến, 13:00–14:00, Thử đường truyền" in content


def test_held_local_and_closed_read_as_such(desk: Client, people: People) -> None:
    held = make_meeting(people, endpoints=["T1"], starts_at=at(8))
    local = make_meeting(people, endpoints=["T2"], starts_at=at(8))
    Booking.objects.filter(meeting=held).update(state=Booking.HELD)
    Booking.objects.filter(meeting=local).update(local=True)
    Closure.objects.create(
        endpoint=people.network.endpoints["H024"], starts_at=at(13), ends_at=at(18), reason="Bảo trì đường truyền"
    )
    grid = desk.get(reverse("network"), {"day": DAY}).context["grid"]
    words = {code: [cell.word for cell in grid.row(code).cells][-1] for code in ("T1", "T2", "H024")}
    assert words == {"T1": "Giữ chỗ", "T2": "Họp tại chỗ", "H024": "Bảo trì"}


def test_the_table_says_the_same_as_the_grid(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1"], starts_at=at(14), title="Giao ban tháng 12")
    content = page(desk, view="table")
    assert "14:00–16:00 Đã đặt: Giao ban tháng 12" in content
    assert "07:00–13:00" in content


def test_the_chosen_endpoint_tells_its_next_free_time(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1"], starts_at=at(8))
    chosen = desk.get(reverse("network"), {"day": DAY, "chosen": "T1"}).context["chosen"]
    assert (chosen.next_free.start, chosen.next_free.end) == (at(10), at(18))


def test_the_load_of_a_bridge_is_the_sum_of_its_ports(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1", "H026", "X00715"], starts_at=at(8))
    grid = desk.get(reverse("network"), {"day": DAY}).context["grid"]
    # MCU-02 carries two endpoints and the link; MCU-01 one endpoint and the link.
    assert [(strip.day.bridge.code, strip.day.peak) for strip in grid.ports] == [("MCU-01", 2), ("MCU-02", 3)]


@pytest.mark.parametrize("day", ["", "hôm qua", "9999-12-31", "0001-01-01", "2031-13-01"])
def test_a_day_that_cannot_be_read_is_today(desk: Client, day: str) -> None:
    answer = desk.get(reverse("network"), {"day": day})
    assert answer.status_code == 200
    assert abs(answer.context["grid"].day - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(days=1)


def test_a_network_without_endpoints_says_what_to_do(client: Client, people: People) -> None:
    people.network.endpoints["Y1"].delete()
    client.force_login(people.outsider)
    content = client.get(reverse("network")).content.decode()
    assert "Phần mạng lưới của đồng chí chưa có điểm cầu nào" in content


def test_a_visitor_logs_in_first_and_a_delegate_may_not_see_the_network(client: Client, people: People) -> None:
    assert client.get(reverse("network")).status_code == 302
    client.force_login(people.delegate)
    assert client.get(reverse("network")).status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_network(desk: Client, people: People) -> None:
    counts = []
    network = people.network
    endpoint = network.endpoints["X00715"]
    made = 0
    for size in (1, 3, 208):
        while made < size:
            make_endpoint(f"Z{made:03d}", endpoint.unit, endpoint.tier, endpoint.bridge, name=f"Phòng {made}")
            made += 1
        page(desk)
        with CaptureQueriesContext(connection) as queries:
            page(desk)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_the_held_part_of_a_bridge_lies_at_the_top_of_its_steps(desk: Client, people: People) -> None:
    make_meeting(people, endpoints=["T1"], starts_at=at(8), setup_minutes=0)
    held = make_meeting(people, endpoints=["T2", "H024"], starts_at=at(9), setup_minutes=0).booking
    Booking.objects.filter(pk=held.pk if held else 0).update(state=Booking.HELD)
    (one, _two) = desk.get(reverse("network"), {"day": DAY}).context["grid"].ports
    parts = [(part.x, part.y, part.width, part.height) for part in one.held]
    # Of ten ports: three in use 9–10, two of them held; then the held two alone. Eleven hours are the whole width.
    assert parts == [("18.18", "74.50", "9.09", "17.00"), ("27.27", "83.00", "9.09", "17.00")]
